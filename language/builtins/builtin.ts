import type { Type } from '../semantics/types/type.ts'

/**
 * A built-in function: its signature and what an editor says of it. Its meaning lives in three other tables keyed by the
 * same names (emission, run-time helper, interpreter), so that a missing one does not compile.
 */
export interface Builtin {
  /** What it is called on; several where it is overloaded. */
  readonly on: readonly ReceiverKind[]
  readonly parameters: readonly Type[]
  readonly result: Type
  /** Whether `size(x)` may be written beside `x.size()`, as in CEL. */
  readonly global: boolean
  readonly doc: string
}

export type ReceiverKind = 'string' | 'list' | 'set' | 'map'
