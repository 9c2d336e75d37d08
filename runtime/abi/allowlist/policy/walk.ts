import type { Expression, Node, PrivateIdentifier, SpreadElement, Statement, Super } from 'acorn'
import type { ModuleNames } from './module-names.ts'
import type { Scope } from './scope.ts'

/** Whatever stands where an expression does. */
export type OperandNode = Expression | SpreadElement | Super | PrivateIdentifier

/** How the rows of the tables look at the children of what they look at. */
export interface Walk {
  readonly module: ModuleNames
  expression(node: OperandNode, scope: Scope): void
  statement(node: Statement, scope: Scope): void
  /** In a scope of their own. */
  block(statements: readonly Statement[], outer: Scope): void
}

/** A kind of node that may be there, and how. */
export interface NodeRule<N extends Node> {
  /** What the compiler emits it for. */
  readonly why: string
  check(node: N, scope: Scope, walk: Walk): void
}

/** A kind without a row may not be there. */
export type Table<N extends Node> = { readonly [K in N['type']]?: NodeRule<Extract<N, { type: K }>> }
