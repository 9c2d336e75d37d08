/** Checks rules: their routes, callers, conditions and obligations. */
import type { RuleDeclaration } from '../../syntax/ast.ts'
import { byName, compareText } from '../by-name.ts'
import { type CheckContext, contextIn, everybodyIn } from '../check-context.ts'
import type { ReadsFound } from '../declared.ts'
import { checkConditions } from '../expressions/check-condition.ts'
import { knowing } from '../expressions/flow/narrowing.ts'
import type { Datum, Principal, Reads, Rule } from '../model.ts'
import { declarationsIn, ofFile } from '../of-file.ts'
import type { Results } from '../results.ts'
import { checkObligations } from './check-obligations.ts'
import { callersOf, principalsOf } from './principals.ts'
import type { Roots } from './shared-roots.ts'
import type { Targeting, Targets } from './targets.ts'

export interface RuleWorld extends CheckContext {
  readonly targets: Targets
  readonly rootsOf: (routes: readonly Rule['routes'][number][] | null) => Roots
  readonly results: Results
  /** Finds targets and reports nothing. */
  readonly silently: Targets
}

/** Checks all rules, and returns the checked rules sorted by name. */
export function checkRules(world: RuleWorld): Rule[] {
  // Sorting is quick as each file is sorted.
  const declarations = world.scope.files.flatMap(rulesByName).sort(byName)
  return declarations.map((declaration) => ofDeclaration(declaration, world, () => checkRule(declaration, world)))
}

const rulesByName = ofFile((file) => [...declarationsIn(file, 'RuleDeclaration')].sort(byName))

/** Returns the result of the previous check for a declaration if it is kept; else the result of `make`. */
export function ofDeclaration<T>(declaration: Targeting, world: RuleWorld, make: () => T): T {
  const { scope, results, silently } = world
  return results.of(declaration, make, () => [
    silently.routesOf(declaration, scope.fileOf(declaration)),
    readsEverybody(declaration) ? everybodyIn(world) : null,
  ])
}

/** Returns whether any caller may be the caller of a declaration's conditions. */
function readsEverybody(declaration: Targeting): boolean {
  if (declaration.kind !== 'RuleDeclaration' || declaration.to === null) return true
  return declaration.to.some(({ text }) => text === 'anyone' || text === 'authenticated')
}

export function checkRule(declaration: RuleDeclaration, world: RuleWorld): Rule {
  const file = world.scope.fileOf(declaration)
  const routes = world.targets.routesOf(declaration, file)
  const to = principalsOf(declaration, file, world)
  const isForbid = declaration.effect === 'forbid'
  const context = contextIn(world, file, 'rule', {
    roots: world.rootsOf(routes),
    requirements: isForbid ? 'unless-clauses' : 'nowhere',
    rule: declaration,
  })
  const conjuncts = declaration.conditions.map(({ expression, unless }) => ({ expression, negated: unless }))
  const known = checkConditions(conjuncts, knowing(to === null ? null : callersOf(to, world)), context)
  const { requires, limit, headers } = checkObligations(declaration, known, context)
  const { reads } = context
  // `to R` means `when caller is R`, so it reads the caller too.
  const personal = reads.roots.has('caller') || reads.requirement || !(to ?? []).some(({ kind }) => kind === 'anyone')
  return {
    name: declaration.name.text,
    shadow: declaration.shadow,
    effect: declaration.effect,
    routes: routes ?? [],
    to: to ?? [],
    conditions: declaration.conditions.map(({ unless, expression }) => ({ unless, expression })),
    requires,
    limit,
    headers,
    because: declaration.because?.value ?? null,
    personal: isForbid && personal,
    reads: readsOf(reads, to ?? []),
    doc: declaration.doc,
    declaration,
  }
}

const NO_NAMES: readonly string[] = []
const NO_DATA: readonly Datum[] = []

function readsOf({ roots, headers, data }: ReadsFound, to: readonly Principal[]): Reads {
  const all = new Set(data)
  for (const principal of to) if (principal.kind === 'role') for (const datum of principal.role.data) all.add(datum)
  return {
    headers: headers.size === 0 ? NO_NAMES : [...headers].sort(),
    data: all.size === 0 ? NO_DATA : [...all].sort((a, b) => compareText(a.name, b.name)),
    body: roots.has('body'),
    query: roots.has('query'),
    mtls: roots.has('connection'),
  }
}
