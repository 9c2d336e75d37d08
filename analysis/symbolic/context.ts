import type { Expr, IdentityIr, VariableName } from '../../compiler/ir/index.ts'
import { printExpression } from '../../compiler/ir/print-expression.ts'
import type { Type } from '../../language/checker/types/type.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Edge } from '../bdd/bdd.ts'
import type { AccessPath, SourceText, SymbolicDomain, Value } from './symbolic-domain.ts'

/** The context of an expression. */
export interface Context {
  readonly world: SymbolicDomain
  /** The caller's identity; null: anonymous. */
  readonly identity: IdentityIr | null
  /** The roles of that identity, computed once. */
  readonly roles: Map<number, Meaning>
  readonly variables: ReadonlyMap<VariableName, VariableMeaning>
  /** The sources of expressions, as far as known. */
  readonly origins: ReadonlyMap<Expr, Expression>
  /** Present if two policies are compared. */
  readonly view?: View
  /** Passed down, so that files of values do not import those of conditions in a cycle. */
  readonly readers: Readers
}

/** How one policy differs from the other in a comparison, so that equal names are not taken for equal things. */
export interface View {
  /** Names that mean different things: `caller.level`, `query`, `data assigned`. */
  readonly apart: ReadonlySet<string>
  /** The other policy's names of parameters in the same places. */
  readonly params: ReadonlyMap<string, string>
  /** Texts that the policies accept differently, with the union of their types. */
  readonly wider: ReadonlyMap<string, Type>
  /** Whether the caller's roles mean the same. */
  readonly sameRoles: boolean
}

export interface Readers {
  meaning(expression: Expr, context: Context): Meaning
  /** Returns an optional's value: a scalar, or a whole by its path; null: empty. */
  optional(expression: Expr, context: Context): readonly Case<Value | AccessPath | null>[]
}

/** The meaning of a variable: a scalar, a whole by its path, or an expression with its context. */
export type VariableMeaning =
  | { readonly value: Value }
  | { readonly found: AccessPath }
  | { readonly expression: Expr; readonly context: Context }

/** Where a condition is true, and where it is false; elsewhere it errs. */
export interface Meaning {
  readonly yes: Edge
  readonly no: Edge
}

/** A value and where it applies. Cases exclude each other; where none applies, evaluation errs. */
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
