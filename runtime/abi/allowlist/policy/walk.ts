import type { Expression, Node, PrivateIdentifier, SpreadElement, Statement, Super } from 'acorn'
import type { ModuleNames } from './module-names.ts'
import type { Scope } from './scope.ts'

/** Syntax node that can occur in the place of an expression, such as a spread element. */
export type OperandNode = Expression | SpreadElement | Super | PrivateIdentifier

export interface Walk {
  readonly module: ModuleNames
  expression(node: OperandNode, scope: Scope): void
  statement(node: Statement, scope: Scope): void
  /** Checks the statements of a block, in a new scope within `outer`. */
  block(statements: readonly Statement[], outer: Scope): void
}

/** Rule for an allowed kind of syntax node: why the compiler emits it, and the check of its parts. */
export interface NodeRule<N extends Node> {
  readonly why: string
  check(node: N, scope: Scope, walk: Walk): void
}

/** Rules by kind of syntax node. Kinds without a rule are refused. */
export type Table<N extends Node> = { readonly [K in N['type']]?: NodeRule<Extract<N, { type: K }>> }
