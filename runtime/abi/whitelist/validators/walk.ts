import type { Expression, Node, PrivateIdentifier, SpreadElement, Statement, Super } from 'acorn'
import type { Constants } from './constants.ts'
import type { Locals } from './locals.ts'

/** What is known where a function of ajv is looked at, and how the rows of the tables look at the children. */
export interface Walk {
  readonly code: string
  readonly constants: Constants
  /** Of the same check. */
  readonly functions: ReadonlySet<string>
  readonly locals: Locals
  expression(node: Expression | SpreadElement | Super | PrivateIdentifier): void
  statement(node: Statement): void
}

/** A kind of node that may be there, and how. */
export interface Row<N extends Node> {
  /** What ajv emits it for. */
  readonly why: string
  check(node: N, walk: Walk): void
}

/** A kind without a row may not be there. */
export type Table<N extends Node> = { readonly [K in N['type']]?: Row<Extract<N, { type: K }>> }
