import type { Bundle } from '../bundle/read-bundle.ts'
import type { PolicyRefusal, StoreProblem } from './policy-target.ts'

/** `rollout`: it was a candidate. */
export type Origin = 'source' | 'last-good' | 'rollback' | 'rollout'

export type PolicyEvent =
  | { readonly kind: 'activated'; readonly revision: string; readonly sequence: number; readonly origin: Origin }
  /** The active policy's content, perhaps with a higher sequence. */
  | { readonly kind: 'unchanged'; readonly revision: string; readonly sequence: number }
  | PolicyRefusal

export type Activation = PolicyEvent

/** A bundle's check before it is instantiated. */
export type Vetted =
  | { readonly kind: 'fit'; readonly bundle: Bundle }
  | { readonly kind: 'serves'; readonly revision: string; readonly sequence: number }
  | PolicyRefusal

export interface PolicyStatus {
  readonly active: {
    readonly revision: string
    readonly sequence: number
    readonly since: number
    /** `last-good`: the source has given none since the start. */
    readonly origin: Origin
  } | null
  /** Why the source's latest bundle is not active; null: it is. */
  readonly lastError: { readonly code: string; readonly message: string; readonly at: number } | null
  /** A rolled-back policy that the source still has, and that is not accepted again. */
  readonly quarantined: string | null
  /** Milliseconds since 1970 when the source last confirmed what is active or quarantined. Null: not yet. */
  readonly confirmed: number | null
  readonly stale: boolean
  /** Expiry of the active policy in milliseconds since 1970; null: never. */
  readonly expires: number | null
  readonly expired: boolean
  /** Why all requests are refused; null: they are not. */
  readonly suspended: 'expired' | 'stale' | null
  /** Number of activations. */
  readonly activations: number
  readonly refusals: ReadonlyMap<StoreProblem, number>
}
