import type { Bundle } from '../bundle/read-bundle.ts'
import type { PolicyRefusal, StoreProblem } from './policy-target.ts'

/** Origin of the active policy. `rollout`: it was a candidate. */
export type Origin = 'source' | 'last-good' | 'rollback' | 'rollout'

export type PolicyEvent =
  | { readonly kind: 'activated'; readonly revision: string; readonly sequence: number; readonly origin: Origin }
  /** The active policy's content, perhaps with a higher sequence. */
  | { readonly kind: 'unchanged'; readonly revision: string; readonly sequence: number }
  | PolicyRefusal

export type Activation = PolicyEvent

/** Result of checking a bundle before it is instantiated. `fit`: it is acceptable. `serves`: its policy is already active. */
export type Vetted =
  | { readonly kind: 'fit'; readonly bundle: Bundle }
  | { readonly kind: 'serves'; readonly revision: string; readonly sequence: number }
  | PolicyRefusal

export interface PolicyStatus {
  readonly active: {
    readonly revision: string
    readonly sequence: number
    readonly since: number
    /** Origin of the active policy. `last-good`: the source has not provided a bundle since the start. */
    readonly origin: Origin
  } | null
  /** Reason why the latest bundle of the source is not active, or `null` if it is. */
  readonly lastError: { readonly code: string; readonly message: string; readonly at: number } | null
  /** Revision of a rolled-back policy that the source still offers and that is not accepted again, or `null` without one. */
  readonly quarantined: string | null
  /**
   * Time at which the source last confirmed the active or quarantined policy, in milliseconds since 1970, or `null` if it has
   * not.
   */
  readonly confirmed: number | null
  readonly stale: boolean
  /** Expiry of the active policy in milliseconds since 1970, or `null` if it does not expire. */
  readonly expires: number | null
  readonly expired: boolean
  /** Reason why all requests are refused, or `null` if they are not. */
  readonly suspended: 'expired' | 'stale' | null
  /** Number of times that a policy was activated since the start of the process. */
  readonly activations: number
  readonly refusals: ReadonlyMap<StoreProblem, number>
}
