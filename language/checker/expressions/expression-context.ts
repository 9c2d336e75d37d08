import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../source.ts'
import type { Expression, File, RuleDeclaration } from '../../syntax/ast.ts'
import type { DeclaredNames, ReadsFound } from '../declared.ts'
import type { Model, Reference } from '../model.ts'
import type { Scope } from '../scope.ts'
import { type Type, UNKNOWN } from '../types/type.ts'
import type { CallerMember, Fact, FlowFacts, Outcomes } from './flow/narrowing.ts'

/** The types, references and guards of checked expressions, stored beside the tree. A policy set has one such object. */
export interface ExpressionTables {
  readonly types: Map<Expression, Type>
  readonly references: Map<Expression, Reference>
  readonly guards: Map<Expression, readonly Expression[]>
  /** Receives what an editor asks about; null in a check. */
  readonly watch: Watch | null
}

export function createTables(): ExpressionTables {
  return { types: new Map(), references: new Map(), guards: new Map(), watch: null }
}

/** Receives what can be read at the places of checked expressions. */
export interface Watch {
  /** A field is read of something, and the caller may be one of these; null if a mistake hides them. */
  member(expression: Expression, callers: ReadonlySet<CallerMember> | null): void
  name(expression: Expression, variables: ReadonlyMap<string, Variable>): void
}

/**
 * Kind of the declaration that contains an expression, which determines the readable names. `rule` includes the rule's clauses,
 * limit and headers.
 */
export type ExpressionRole = 'rule' | 'role' | 'def' | 'invariant' | 'standalone'

/**
 * The common type of `params`, `query` or `body` on all routes of a rule (`shareRoot`). `null`: hidden by a reported mistake.
 * `differing`: the types of the routes have nothing in common. Absent: unreadable in this place.
 */
export type RootShape = SharedRoot | 'differing' | null

export interface SharedRoot {
  /**
   * Type of the root: a record of the fields that some route declares, optional if another route lacks them; or the type that all
   * bodies share.
   */
  readonly type: Type
  /** Fields that routes declare with different types: reading one is a mistake. */
  readonly differing: ReadonlySet<string>
}

/** A comprehension's variable or a def's parameter. Variables are compared by declaration, not by name. */
export interface Variable {
  readonly name: string
  readonly type: Type
  /** Span of the declaration; null for variables of `checkStandalone`. */
  readonly span: Span | null
}

const ids = new WeakMap<Variable, number>()
let lastId = 0

/** Returns a number that distinguishes variables of one name. */
export function variableId(variable: Variable): number {
  const id = ids.get(variable) ?? ++lastId
  ids.set(variable, id)
  return id
}

/** The context in which a whole condition, or a conjunction of several conditions, is checked. */
export interface ExpressionContext extends ExpressionTables {
  readonly file: File
  readonly scope: Scope
  readonly declared: DeclaredNames
  readonly diagnostics: Diagnostic[]
  readonly place: ExpressionRole
  /** Places in which `mfa`, `acr` and `auth` are allowed. `unless-clauses`: as a whole `unless` clause of a forbid. */
  readonly requirements: 'nowhere' | 'unless-clauses' | 'anywhere'
  /** The rule that contains the expression; null outside of rules. */
  readonly rule: RuleDeclaration | null
  readonly roots: { readonly [R in 'params' | 'query' | 'body']?: RootShape } & {
    /** The parameters that are `{rest...}` on some route, which may be empty. */
    readonly rests?: ReadonlySet<string>
  }
  /** A def's parameters, or free variables by name. */
  readonly variables: ReadonlyMap<string, Variable>
  readonly reads: ReadsFound
  /** Keys of the mistakes reported in this rule, such as a path without a guard, so that each is reported once. */
  readonly complaints: Set<string>
  /** The facts that the current operand has used so far. */
  readonly used: Set<Fact>
  /** The operand of a chain, or the whole condition, that contains the expression. A fix inserts a guard before it. */
  readonly operand: Expression | null
  /**
   * The clauses of a forbid that consist of `unless` and a requirement (`mfa`, `acr` or `auth`). No other condition of a rule
   * may contain a requirement. Null if no clauses are being checked.
   */
  readonly requirementClauses: ReadonlySet<Expression> | null
  /**
   * Checks an expression: `checkExpression`, passed down so that the files of operators and accesses do not import it in a cycle.
   */
  readonly check: (expression: Expression, known: FlowFacts, context: ExpressionContext, expected?: Type) => Checked
}

type Changes = Partial<
  Pick<ExpressionContext, 'operand' | 'requirementClauses' | 'variables' | 'reads' | 'used' | 'diagnostics' | 'complaints'>
>

/**
 * Returns a copy of a context with some fields changed. Copies field by field, so that all contexts share one V8 hidden class.
 * This takes a third of the time of an object spread.
 */
export function withChanges(context: ExpressionContext, changes: Changes): ExpressionContext {
  return {
    types: context.types,
    references: context.references,
    guards: context.guards,
    watch: context.watch,
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

/**
 * Returns the result of checking an expression from which no facts follow. The facts are `known` if the expression is true, and
 * also if it is false.
 */
export function plain(type: Type, known: FlowFacts): Checked {
  return { type, whenTrue: known, whenFalse: known }
}

/**
 * Returns lookups of the types and references found so far. A mistaken expression has the type `unknown`, and the reference
 * `anonymous`.
 */
export function tablesOf({ types, references }: ExpressionTables): Pick<Model, 'typeOf' | 'referenceOf'> {
  return {
    typeOf: (expression) => types.get(expression) ?? UNKNOWN,
    referenceOf: (expression) => references.get(expression) ?? { kind: 'anonymous' },
  }
}
