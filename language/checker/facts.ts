/**
 * What a check found out about names and types, also in a project with errors: for editors. `probe` checks one declaration again,
 * which need not be part of the project's text, and says what can be read at its places.
 */
import type { Source } from '../source.ts'
import type { Declaration, Expression, File, Identifier, RoleDeclaration } from '../syntax/ast.ts'
import { checkRole } from './callers/check-roles.ts'
import type { CheckedDeclarations } from './check-declarations.ts'
import { checkDefinition, declareDef } from './definitions/check-defs.ts'
import type { Variable } from './expressions/expression-context.ts'
import type { CallerMember } from './expressions/flow/narrowing.ts'
import type { Model, Reference } from './model.ts'
import { ALL_NEW } from './results.ts'
import { checkTargeting } from './rules/check-invariants.ts'
import { checkRule, type RuleWorld } from './rules/check-rules.ts'
import { createTargets } from './rules/targets.ts'
import type { Named, Scope } from './scope.ts'
import { createTypeResolver } from './types/resolve-type.ts'
import type { Type } from './types/type.ts'

export interface CheckFacts {
  /** The model as far as it could be checked. Its `typeOf` and `referenceOf` throw for expressions with mistakes: see below. */
  readonly model: Model
  /** All named declarations, sorted by file name and position. */
  readonly declarations: readonly Named[]
  /** Returns the type of an expression; null if it was not checked. */
  typeOf(expression: Expression): Type | null
  /** Returns the declaration or built-in to which an expression refers; null if there is none. */
  referenceOf(expression: Expression): Reference | null
  /** Returns the declaration to which a name refers in a file; null if there is none, or several. */
  find(file: File, name: string): Named | null
  /** Returns the names that a file declares or imports. */
  visibleIn(file: File): ReadonlyMap<string, Named>
  /** Checks a declaration as if it stood in `file`, whose imports and other names it sees. Reports nothing. */
  probe(declaration: Declaration, file: File): Probed
}

/** What can be read at the places of a declaration. */
export interface Probed extends Pick<CheckFacts, 'typeOf' | 'referenceOf'> {
  /** The possible callers where an expression reads a field of something; null if a mistake hides them. */
  callersAt(expression: Expression): ReadonlySet<CallerMember> | null
  /** The parameters of a def and the variables of comprehensions that can be read at a name. */
  variablesAt(expression: Identifier): ReadonlyMap<string, Variable>
}

export function factsOf(scope: Scope, checked: CheckedDeclarations, world: RuleWorld, model: Model): CheckFacts {
  const { tables } = checked
  return {
    model,
    declarations: scope.declarations,
    typeOf: (expression) => tables.types.get(expression) ?? null,
    referenceOf: (expression) => tables.references.get(expression) ?? null,
    find: scope.find,
    visibleIn: scope.visibleIn,
    probe: (declaration, file) => probe(declaration, file, checked, world),
  }
}

function probe(declaration: Declaration, file: File, checked: CheckedDeclarations, world: RuleWorld): Probed {
  const callers = new Map<Expression, ReadonlySet<CallerMember> | null>()
  const variables = new Map<Expression, ReadonlyMap<string, Variable>>()
  const tables = {
    ...{ types: new Map(), references: new Map(), guards: new Map() },
    watch: {
      member: (expression: Expression, possible: ReadonlySet<CallerMember> | null) => void callers.set(expression, possible),
      name: (expression: Expression, readable: ReadonlyMap<string, Variable>) => void variables.set(expression, readable),
    },
  }
  const scope = seenFrom(world.scope, declaration.span.source, file)
  const own: RuleWorld = {
    ...{ scope, tables, diagnostics: [], results: ALL_NEW, identities: checked.identities, rootsOf: world.rootsOf },
    declared: { ...checked.declared, defs: new Map(checked.declared.defs) },
    targets: createTargets(scope, checked.named, []),
    silently: world.silently,
  }
  checkAlone(declaration, own)
  return {
    typeOf: (expression) => tables.types.get(expression) ?? null,
    referenceOf: (expression) => tables.references.get(expression) ?? null,
    callersAt: (expression) => callers.get(expression) ?? null,
    variablesAt: (expression) => variables.get(expression) ?? new Map(),
  }
}

/** Returns a scope in which declarations of a text that the project lacks stand in a file of the project. */
function seenFrom(scope: Scope, source: Source, file: File): Scope {
  return { ...scope, fileOf: (declaration) => (declaration.span.source === source ? file : scope.fileOf(declaration)) }
}

function checkAlone(declaration: Declaration, world: RuleWorld): void {
  const { kind } = declaration
  if (kind === 'RuleDeclaration') checkRule(declaration, world)
  else if (kind === 'InvariantDeclaration' || kind === 'PropertyDeclaration') checkTargeting(declaration, world)
  else if (kind === 'RoleDeclaration') checkRoleAlone(declaration, world)
  else if (kind === 'DefDeclaration') {
    const resolver = createTypeResolver(world.scope, [])
    checkDefinition(declaration, declareDef(declaration, world.scope, resolver, []), world)
  }
}

function checkRoleAlone(declaration: RoleDeclaration, world: RuleWorld): void {
  const { scope, identities: all } = world
  const named = declaration.of.map(({ text }) => scope.find(scope.fileOf(declaration), text))
  const identities = all.filter((identity) => named.includes(identity.declaration))
  const { name, when: condition } = declaration
  checkRole(declaration, { name: name.text, index: -1, identities, condition, data: [], place: name.span }, world)
}
