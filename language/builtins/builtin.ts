import type { Type } from '../checker/types/type.ts'

/** A built-in function with one signature. The emitter, the runtime and the interpreter have its meaning under the same key. */
export interface Overload {
  /** As in `string.charAt(int): string`: parsed by `parseSignature`, shown by editors and the reference. */
  readonly signature: string
  /** Whether it may err on operands of its types. */
  readonly fails: boolean
  /** Positions of operands (the receiver is 0) that must be constants. */
  readonly constants?: readonly number[]
  readonly doc: string
}

/** A parsed signature. Types may contain the variable `T`. */
export interface Signature {
  readonly name: string
  /** `math`, `sets` or `ip`, as in `math.abs(x)`; null for others. */
  readonly namespace: string | null
  /** Null for a function. A namespace is no receiver. */
  readonly receiver: Pattern | null
  /** Those from index `required` on are optional. */
  readonly parameters: readonly Pattern[]
  readonly required: number
  /** Whether the last parameter may be repeated. */
  readonly rest: boolean
  readonly result: Pattern
}

/** A type that may contain `T`. */
export type Pattern =
  | { readonly kind: 'type'; readonly type: Type }
  | { readonly kind: 'variable' }
  | { readonly kind: 'list' | 'set' | 'optional'; readonly element: Pattern }
  | { readonly kind: 'map'; readonly value: Pattern }
