import type { Expr, IdentityIr, RoleIr, VariableName } from '../../compiler/ir/index.ts'
import { printExpression } from '../../compiler/ir/print-expression.ts'
import type { Type } from '../../language/checker/types/type.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Edge } from '../bdd/bdd.ts'
import type { AccessPath, SourceText, SymbolicDomain, Value } from './symbolic-domain.ts'

/**
 * The context in which an expression is evaluated symbolically: the kind of caller, the variables in scope, and the domain of
 * atoms.
 */
export interface Context {
  readonly world: SymbolicDomain
  /** The caller's identity; null for an anonymous caller. */
  readonly identity: IdentityIr | null
  /** Cache of the requests for which the caller has a role. */
  readonly roles: Map<RoleIr, Meaning>
  readonly variables: ReadonlyMap<VariableName, VariableMeaning>
  /** Source expression of each lowered expression. Expressions from a cache may lack one. */
  readonly origins: ReadonlyMap<Expr, Expression>
  /** How names of this policy relate to those of the policy with which it is compared. Absent if there is no comparison. */
  readonly view?: View
  /** Functions that evaluate nested expressions. They are passed in the context to avoid a cycle of imports. */
  readonly readers: Readers
}

/**
 * Relation of one policy's names to those of another policy with which it is compared. Without it, values would count as equal if
 * their names are equal, although the names differ in meaning.
 */
export interface View {
  /** Names whose meanings in the two policies differ: `caller.level`, `query`, `data assigned`. */
  readonly apart: ReadonlySet<string>
  /**
   * For each path parameter of this policy's route, by name: the name of the parameter at the same position in the other policy's
   * route.
   */
  readonly params: ReadonlyMap<string, string>
  /** Paths of strings for which the policies declare different sets of values, with the union of both sets as a type. */
  readonly wider: ReadonlyMap<string, Type>
  /** Whether the caller's roles mean the same in both policies. */
  readonly sameRoles: boolean
}

export interface Readers {
  meaning(expression: Expr, context: Context): Meaning
  /**
   * Returns the possible values of an optional, each with its requests. A value is a scalar, the path of a record or collection,
   * or null if the optional is empty.
   */
  optional(expression: Expr, context: Context): readonly Case<Value | AccessPath | null>[]
}

/** The meaning of a variable: a scalar; a record or collection, as its path; or an expression with its context. */
export type VariableMeaning =
  | { readonly value: Value }
  | { readonly found: AccessPath }
  | { readonly expression: Expr; readonly context: Context }

/**
 * The set of requests for which a condition is true, and the set of those for which it is false. For all others the condition
 * errs.
 */
export interface Meaning {
  readonly yes: Edge
  readonly no: Edge
}

/**
 * A possible value of an expression, and the requests for which the expression has it. Cases exclude each other; for a request
 * without a case, evaluation errs.
 */
export interface Case<V = Value> {
  readonly when: Edge
  readonly value: V
}

export function binding(context: Context, variable: VariableName, bound: VariableMeaning): Context {
  return { ...context, variables: new Map(context.variables).set(variable, bound) }
}

export function written(expression: Expr, { origins }: Context): SourceText {
  const origin = origins.get(expression)
  if (origin === undefined) return { text: printExpression(expression) }
  const { span } = origin
  return { text: span.source.text.slice(span.start, span.end).replace(/\s+/g, ' '), span }
}
