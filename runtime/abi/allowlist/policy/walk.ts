import type { Expression, Node, PrivateIdentifier, SpreadElement, Statement, Super } from 'acorn'
import type { ModuleNames } from './module-names.ts'
import type { Scope } from './scope.ts'

/** A node in the position of an expression. */
export type OperandNode = Expression | SpreadElement | Super | PrivateIdentifier

export interface Walk {
  readonly module: ModuleNames
  expression(node: OperandNode, scope: Scope): void
  statement(node: Statement, scope: Scope): void
  /** Checks a block in a scope of its own. */
  block(statements: readonly Statement[], outer: Scope): void
}

/** An allowed kind of syntax node with the check of its parts. */
export interface NodeRule<N extends Node> {
  readonly why: string
  check(node: N, scope: Scope, walk: Walk): void
}

/** A table of the allowed kinds of nodes. Kinds without a row are refused. */
export type Table<N extends Node> = { readonly [K in N['type']]?: NodeRule<Extract<N, { type: K }>> }
