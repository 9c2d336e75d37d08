/** The parts of a plan that its JSON shows unchanged. No imports, as the package's declarations include this file. */

/**
 * A permit's obligations for permitted requests: whether it has a rate limit, and the headers that it sets. A plan's condition
 * does not include them.
 */
export interface PlannedObligation {
  readonly rule: string
  readonly limit: boolean
  readonly headers: readonly string[]
}

/** A condition as a JSON tree. */
export type Tree =
  | { readonly and: readonly Tree[] }
  | { readonly or: readonly Tree[] }
  | { readonly not: Tree }
  | { readonly if: readonly [test: Tree, then: Tree, otherwise: Tree] }
  | { readonly operator: '==' | '<' | '<=' | '>' | '>=' | 'in'; readonly of: readonly [Tree, Tree] }
  /** A call of a built-in function. The receiver is the first operand. */
  | { readonly call: string; readonly of: readonly Tree[] }
  | { readonly list: readonly Tree[] }
  /** A scalar. A time, duration or address is in the notation of the language. */
  | { readonly value: boolean | number | string; readonly type: string }
  /** A read of the request or of data. */
  | { readonly read: string; readonly type: string }
  | { readonly has: string }
  /** Any other expression, as CEL. */
  | { readonly cel: string }
