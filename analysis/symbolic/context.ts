import type { Expr, IdentityIr, VariableName } from '../../compiler/ir/index.ts'
import { printExpression } from '../../compiler/ir/print-expression.ts'
import type { Type } from '../../language/checker/types/type.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import type { Edge } from '../bdd/bdd.ts'
import type { AccessPath, SourceText, SymbolicDomain, Value } from './symbolic-domain.ts'

/** Where an expression stands. */
export interface Context {
  readonly world: SymbolicDomain
  /** Who calls; null: nobody is known. */
  readonly identity: IdentityIr | null
  /** Roles of that identity, worked out once. */
  readonly roles: Map<number, Meaning>
  readonly variables: ReadonlyMap<VariableName, VariableMeaning>
  /** What expressions were lowered from, as far as that is known. */
  readonly origins: ReadonlyMap<Expr, Expression>
  /** Where two policies are read side by side; left out: names mean what they do to everybody. */
  readonly view?: View
  /** Handed down, so that files of values need not import those of conditions back. */
  readonly readers: Readers
}

/** In what one policy differs from another one that is read beside it, so that the same name is not taken for the same thing. */
export interface View {
  /** What is read by the same name, and is something else: `caller.level`, `query`, `data assigned`. */
  readonly apart: ReadonlySet<string>
  /** Parameters that stand where the other one has them, by their names there. */
  readonly params: ReadonlyMap<string, string>
  /** Texts of which one of the two takes more than the other, by all that they can be together. */
  readonly wider: ReadonlyMap<string, Type>
  /** Whether the caller's roles mean the same. */
  readonly sameRoles: boolean
}

export interface Readers {
  meaning(expression: Expr, context: Context): Meaning
  /** What an optional has in it: a scalar, or where a whole stands; null: nothing. */
  optional(expression: Expr, context: Context): readonly Case<Value | AccessPath | null>[]
}

/** What a variable stands for: a scalar; a whole, by where it stands; or an expression and where that stands. */
export type VariableMeaning =
  | { readonly value: Value }
  | { readonly found: AccessPath }
  | { readonly expression: Expr; readonly context: Context }

/** Of a condition: where it is true and where it is false. Where it is neither, it errs. */
export interface Meaning {
  readonly yes: Edge
  readonly no: Edge
}

/** What a scalar is, where. No two hold together; where none does, evaluating it errs. */
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
