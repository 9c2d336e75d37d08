import type { Type } from '../checker/types/type.ts'

/** A built-in function with one signature. The emitter, the runtime and the interpreter implement it under the same ID. */
export interface Overload {
  /** Signature in the notation `string.charAt(int): string`. `parseSignature` parses it; editors and the reference show it. */
  readonly signature: string
  /** Whether a call may err if its operands have the declared types. */
  readonly fails: boolean
  /** Positions of operands (the receiver is 0) that must be constants. */
  readonly constants?: readonly number[]
  readonly doc: string
}

/** A parsed signature. Its types may contain the type variable `T`. */
export interface Signature {
  readonly name: string
  /** Namespace of the function: `math`, `sets` or `ip`, as in `math.abs(x)`; null for a function without a namespace. */
  readonly namespace: string | null
  /** Type of the receiver; null for a function. A namespace is not a receiver. */
  readonly receiver: Pattern | null
  /** Types of the parameters. The parameters from index `required` on are optional. */
  readonly parameters: readonly Pattern[]
  readonly required: number
  /** Whether the last parameter may be repeated. */
  readonly rest: boolean
  readonly result: Pattern
}

/** Type of a parameter in a signature, which may contain the type variable `T`. */
export type Pattern =
  | { readonly kind: 'type'; readonly type: Type }
  | { readonly kind: 'variable' }
  | { readonly kind: 'list' | 'set' | 'optional'; readonly element: Pattern }
  | { readonly kind: 'map'; readonly value: Pattern }
