import type { Type } from '../checker/types/type.ts'

/**
 * One built-in function with one signature. Its meaning lives in three other tables keyed by the same ids (emission, run-time
 * helper) or by what stands before their parameters (interpreter), so that a missing one does not compile.
 */
export interface Overload {
  /** `string.charAt(int): string`: read by `parseSignature`, shown by editors and the reference. */
  readonly signature: string
  /** Whether it can end in an evaluation error on operands of its types. */
  readonly fails: boolean
  /** Positions among the operands (the receiver is 0) that must be written as constants. */
  readonly constants?: readonly number[]
  readonly doc: string
}

/** A signature taken apart. Types may hold variables, `T`. */
export interface Signature {
  readonly name: string
  /** `math`, `sets`, `ip` of `math.abs(x)`; null for others. */
  readonly namespace: string | null
  /** Null for a function. A namespace is no receiver. */
  readonly receiver: Pattern | null
  /** Those from `required` on may be left out. */
  readonly parameters: readonly Pattern[]
  readonly required: number
  /** Whether the last parameter may be repeated. */
  readonly rest: boolean
  readonly result: Pattern
}

/** A type with places for `T`. */
export type Pattern =
  | { readonly kind: 'type'; readonly type: Type }
  | { readonly kind: 'variable' }
  | { readonly kind: 'list' | 'set' | 'optional'; readonly element: Pattern }
  | { readonly kind: 'map'; readonly value: Pattern }
