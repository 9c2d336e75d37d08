import type { Expr, IdentityIr, VariableName } from '../../compiler/ir/index.ts'
import { printExpression } from '../../compiler/ir/print-expression.ts'
import type { Type } from '../../language/checker/types/type.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Edge } from '../bdd/bdd.ts'
import type { AccessPath, SourceText, SymbolicDomain, Value } from './symbolic-domain.ts'

/** The context of an expression. */
export interface Context {
  readonly world: SymbolicDomain
  /** The caller's identity; null for an anonymous caller. */
  readonly identity: IdentityIr | null
  /** The roles of that identity, computed once. */
  readonly roles: Map<number, Meaning>
  readonly variables: ReadonlyMap<VariableName, VariableMeaning>
  /** The sources of expressions, as far as known. */
  readonly origins: ReadonlyMap<Expr, Expression>
  /** View of the other policy, if two policies are compared. */
  readonly view?: View
  /** Functions that read expressions, passed down so that files of values do not import those of conditions in a cycle. */
  readonly readers: Readers
}

/** Differences of one policy from another in a comparison, so that equal names are not taken for equal things. */
export interface View {
  /** Names that mean different things: `caller.level`, `query`, `data assigned`. */
  readonly apart: ReadonlySet<string>
  /** Names of parameters by the names of the other policy's parameters in the same places. */
  readonly params: ReadonlyMap<string, string>
  /** Texts that the policies accept differently, with the union of their types. */
  readonly wider: ReadonlyMap<string, Type>
  /** Whether the caller's roles mean the same in both policies. */
  readonly sameRoles: boolean
}

export interface Readers {
  meaning(expression: Expr, context: Context): Meaning
  /** Returns the cases of an optional: a scalar; a record or collection, as its path; or null if the optional is empty. */
  optional(expression: Expr, context: Context): readonly Case<Value | AccessPath | null>[]
}

/** The meaning of a variable: a scalar; a record or collection, as its path; or an expression with its context. */
export type VariableMeaning =
  | { readonly value: Value }
  | { readonly found: AccessPath }
  | { readonly expression: Expr; readonly context: Context }

/** The requests for which a condition is true, and those for which it is false. For all others the condition errs. */
export interface Meaning {
  readonly yes: Edge
  readonly no: Edge
}

/**
 * A value, and the requests for which an expression has that value. Cases exclude each other; if none applies, evaluation errs.
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
