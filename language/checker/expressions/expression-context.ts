import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../source.ts'
import type { Expression, File, RuleDeclaration } from '../../syntax/ast.ts'
import type { DeclaredNames, ReadsFound } from '../declared.ts'
import type { Model, Reference } from '../model.ts'
import type { Scope } from '../scope.ts'
import { type Type, UNKNOWN } from '../types/type.ts'
import type { Fact, FlowFacts, Outcomes } from './flow/narrowing.ts'

/** What the checker has learnt of expressions, beside the tree; one for a whole policy set. */
export interface ExpressionTables {
  readonly types: Map<Expression, Type>
  readonly references: Map<Expression, Reference>
  readonly guards: Map<Expression, readonly Expression[]>
}

/**
 * Where an expression stands, for what may be read there and how mistakes are told. Clauses of a rule, its limit and its
 * headers are all `rule`. `standalone` has no declarations round it, only variables.
 */
export type ExpressionRole = 'rule' | 'role' | 'def' | 'invariant' | 'standalone'

/**
 * What `params`, `query` or `body` is on all routes of a rule together (`shareRoot`): `null` where a reported mistake keeps it
 * from being known, `differing` where it is of a kind for each route that nothing can be said of all, left out where it cannot be
 * read.
 */
export type RootShape = SharedRoot | 'differing' | null

export interface SharedRoot {
  /** A record with the fields that some route declares, optional where another lacks them; or whatever else every body is. */
  readonly type: Type
  /** Fields that routes declare with different types, which are a mistake to read. */
  readonly differing: ReadonlySet<string>
}

/** A comprehension's variable or a def's parameter. Two of one name at different places are two. */
export interface Variable {
  readonly name: string
  readonly type: Type
  /** Where it is declared; null for those of `checkStandalone`. */
  readonly span: Span | null
}

const ids = new WeakMap<Variable, number>()
let lastId = 0

/** Tells variables of one name apart. */
export function variableId(variable: Variable): number {
  const id = ids.get(variable) ?? ++lastId
  ids.set(variable, id)
  return id
}

/** What a whole condition, or a conjunction of several, is checked in. */
export interface ExpressionContext extends ExpressionTables {
  readonly file: File
  readonly scope: Scope
  readonly declared: DeclaredNames
  readonly diagnostics: Diagnostic[]
  readonly place: ExpressionRole
  /** Where `mfa`, `acr` and `auth` may stand: as a whole `unless` clause of a forbid, anywhere in an invariant, else nowhere. */
  readonly requirements: 'nowhere' | 'unless-clauses' | 'anywhere'
  /** That it is a part of. */
  readonly rule: RuleDeclaration | null
  /** Only for rules and invariants. */
  readonly roots: { readonly [R in 'params' | 'query' | 'body']?: RootShape }
  /** A def's parameters, or free variables by name. */
  readonly variables: ReadonlyMap<string, Variable>
  readonly reads: ReadsFound
  /** What was reported of a path, a parameter or a claim in this rule: read once more it is no further mistake. */
  readonly complaints: Set<string>
  /** The facts that the operand being checked has relied on so far. */
  readonly used: Set<Fact>
  /** The operand of a chain, or the condition, that the checked expression is part of: before it a guard could stand. */
  readonly operand: Expression | null
  /** Those clauses of a forbid that may be a requirement. */
  readonly requirementClauses: ReadonlySet<Expression> | null
  /** `checkExpression`, handed down so that the files of operators and accesses need not import it back. */
  readonly check: (expression: Expression, known: FlowFacts, context: ExpressionContext, expected?: Type) => Checked
}

type Changes = Partial<
  Pick<ExpressionContext, 'operand' | 'requirementClauses' | 'variables' | 'reads' | 'used' | 'diagnostics' | 'complaints'>
>

/**
 * A context with something else in it. Written out field by field, as there is one for every operand of a chain: so all contexts
 * have one shape, and to make one costs a third of what spreading does.
 */
export function withChanges(context: ExpressionContext, changes: Changes): ExpressionContext {
  return {
    types: context.types,
    references: context.references,
    guards: context.guards,
    file: context.file,
    scope: context.scope,
    declared: context.declared,
    diagnostics: changes.diagnostics ?? context.diagnostics,
    place: context.place,
    requirements: context.requirements,
    rule: context.rule,
    roots: context.roots,
    variables: changes.variables ?? context.variables,
    reads: changes.reads ?? context.reads,
    complaints: changes.complaints ?? context.complaints,
    used: changes.used ?? context.used,
    operand: changes.operand === undefined ? context.operand : changes.operand,
    requirementClauses: changes.requirementClauses ?? context.requirementClauses,
    check: context.check,
  }
}

export interface Checked extends Outcomes {
  readonly type: Type
}

/** The result for an expression that tells nothing by being true or false. */
export function plain(type: Type, known: FlowFacts): Checked {
  return { type, whenTrue: known, whenFalse: known }
}

/** What is known so far as the model will tell it; of what was a mistake, that nothing is. */
export function tablesOf({ types, references }: ExpressionTables): Pick<Model, 'typeOf' | 'referenceOf'> {
  return {
    typeOf: (expression) => types.get(expression) ?? UNKNOWN,
    referenceOf: (expression) => references.get(expression) ?? { kind: 'anonymous' },
  }
}
