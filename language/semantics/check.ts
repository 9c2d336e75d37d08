/**
 * Files → the checked model. Names first, then what they declare in the order in which one needs the other: types,
 * identities, roles, services, conditions, tests. Every phase reports what it finds and goes on.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { File, LabelDeclaration } from '../syntax/ast.ts'
import { byName, compareText } from './by-name.ts'
import { checkIdentities } from './callers/check-identities.ts'
import { checkRoles, declareRoles } from './callers/check-roles.ts'
import { checkRules } from './rules/check-rules.ts'
import { checkTests } from './tests/check-tests.ts'
import type { ExpressionTables } from './expressions/expression-context.ts'
import type { Label, Model } from './model.ts'
import { checkServices } from './routes/check-services.ts'
import { buildScope, type Scope } from './scope.ts'
import { createTypeResolver } from './types/resolve-type.ts'

/**
 * @param importedFile the file that an import names, or null where that was already reported
 * @returns a model that is complete where no error was reported, here or by the parser; else it is not to be used
 */
export function check(
  files: readonly File[],
  importedFile: (file: File, from: string) => File | null,
): { readonly model: Model; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const sorted = [...files].sort((a, b) => compareText(a.span.source.name, b.span.source.name))
  const scope = buildScope(sorted, importedFile, diagnostics)
  const resolver = createTypeResolver(scope, diagnostics)
  const tables: ExpressionTables = { types: new Map(), references: new Map(), guards: new Map() }

  const identities = checkIdentities(scope, resolver, diagnostics)
  const declared = { identities, ...declareRoles(scope, identities, diagnostics) }
  checkRoles(scope, declared, tables, diagnostics)
  const labels = declareLabels(scope)
  const services = checkServices(scope, labels, diagnostics)
  const world = { scope, declared, identities: [...identities.values()], services, tables, diagnostics }
  const rules = checkRules(world)
  const tests = checkTests(scope, identities, rules, diagnostics)

  const model: Model = {
    sources: sorted.map((file) => file.span.source),
    identities: world.identities,
    roles: [...declared.roles.values()],
    labels: [...labels.values()],
    services: services.services,
    routes: services.routes,
    rules,
    tests,
    typeOf: (expression) => known(tables.types.get(expression)),
    referenceOf: (expression) => known(tables.references.get(expression)),
    guardsOf: (operand) => tables.guards.get(operand) ?? [],
  }
  return { model, diagnostics }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the model is asked for an expression that was not checked')
  return value
}

function declareLabels(scope: Scope): Map<LabelDeclaration, Label> {
  const declarations = scope.declarations.filter((one): one is LabelDeclaration => one.kind === 'LabelDeclaration').sort(byName)
  return new Map(declarations.map((one) => [one, { name: one.name.text, doc: one.doc }]))
}
