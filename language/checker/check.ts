/**
 * Checks files and returns the model. Order: names; then what they declare, dependencies first (types, identities, data,
 * services, roles and defs: `check-world.ts`); then rules, invariants and tests. Each phase reports its mistakes and continues.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { File } from '../syntax/ast.ts'
import { compareText } from './by-name.ts'
import { checkDeclarations } from './check-declarations.ts'
import type { CheckMemo } from './check-memo.ts'
import { checkAnnotations } from './definitions/check-annotations.ts'
import { checkDeprecated } from './definitions/check-deprecated.ts'
import { createTables } from './expressions/expression-context.ts'
import { type CheckFacts, factsOf } from './facts.ts'
import type { Model } from './model.ts'
import { ALL_NEW } from './results.ts'
import type { Documents } from './routes/route-world.ts'
import { checkInvariants, checkProperties } from './rules/check-invariants.ts'
import { checkRules } from './rules/check-rules.ts'
import { checkHeaderConflicts } from './rules/header-conflicts.ts'
import { createSharedRoots } from './rules/shared-roots.ts'
import { createTargets } from './rules/targets.ts'
import { buildScope } from './scope.ts'
import { checkTests } from './tests/check-tests.ts'

/**
 * Checks the files of a policy set: resolves names, and checks types, rules and tests.
 *
 * @param importedFile returns the file that an import names, or null if that failed and was reported
 * @param documents the JSON and YAML documents that the files name
 * @param memo the results of the previous check; null if nothing is to be kept
 * @returns the model, with the files' sources. The model is complete only if neither the parser nor the checker reported an
 * error.
 */
export function check(
  files: readonly File[],
  importedFile: (file: File, from: string) => File | null,
  documents: Documents,
  memo: CheckMemo | null = null,
): { readonly model: Model; readonly facts: CheckFacts; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const sorted = [...files].sort((a, b) => compareText(a.span.source.name, b.span.source.name))
  const scope = buildScope(sorted, importedFile, diagnostics)
  const renamings = checkAnnotations(scope, diagnostics)
  const run = memo?.start(scope, documents, diagnostics)
  const tables = run?.tables ?? createTables()
  const { before = null, world: ofWorld = ALL_NEW } = run ?? {}
  const [reported, doubted] = [diagnostics.length, scope.doubts()]
  const unchecked = { scope, documents: run?.documents ?? documents, diagnostics, tables, results: ofWorld }
  const checked = before?.world ?? checkDeclarations(unchecked)
  if (before !== null) diagnostics.push(...before.diagnostics)
  else if (scope.doubts() === doubted) run?.keepWorld(checked, diagnostics.slice(reported))
  const { declared, identities, named, model: world } = checked

  const results = run?.rules ?? ALL_NEW
  const targets = createTargets(scope, named, diagnostics, results)
  const silently = createTargets(scope, named, [], results)
  const ruleWorld = { scope, declared, identities, tables, diagnostics, targets, rootsOf: createSharedRoots(), results, silently }
  const rules = checkRules(ruleWorld)
  checkHeaderConflicts(rules, diagnostics)
  const invariants = checkInvariants(ruleWorld)
  const properties = checkProperties(ruleWorld)
  const tests = checkTests(
    { scope, identities: declared.identities, data: declared.data, documents, diagnostics },
    rules,
    renamings,
  )
  checkDeprecated(scope, diagnostics)
  run?.end()

  const model: Model = {
    sources: sorted.map((file) => file.span.source),
    ...world,
    rules,
    invariants,
    properties,
    tests,
    typeOf: (expression) => known(tables.types.get(expression)),
    referenceOf: (expression) => known(tables.references.get(expression)),
    guardsOf: (operand) => tables.guards.get(operand) ?? [],
  }
  return { model, facts: factsOf(scope, checked, ruleWorld, model), diagnostics }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the model is asked for an expression that was not checked')
  return value
}
