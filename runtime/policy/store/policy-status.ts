import type { Bundle } from '../bundle/read-bundle.ts'
import type { PolicyRefusal, StoreProblem } from './policy-target.ts'

/** `rollout`: it was a candidate. */
export type Origin = 'source' | 'last-good' | 'rollback' | 'rollout'

export type PolicyEvent =
  | { readonly kind: 'activated'; readonly revision: string; readonly sequence: number; readonly origin: Origin }
  /** The same content as the active one; its sequence may be higher. */
  | { readonly kind: 'unchanged'; readonly revision: string; readonly sequence: number }
  | PolicyRefusal

export type Activation = PolicyEvent

/** What a bundle is found to be before anything is made of it. */
export type Vetted =
  | { readonly kind: 'fit'; readonly bundle: Bundle }
  | { readonly kind: 'serves'; readonly revision: string; readonly sequence: number }
  | PolicyRefusal

export interface PolicyStatus {
  readonly active: {
    readonly revision: string
    readonly sequence: number
    /** Since when, in milliseconds since 1970. */
    readonly since: number
    /** `last-good`: the source has not given one since the start. */
    readonly origin: Origin
  } | null
  /** Why what the source last gave is not what serves; null where it is. */
  readonly lastError: { readonly code: string; readonly message: string; readonly at: number } | null
  /** That of a policy that was gone back from: the source still has it, and it is not taken again. */
  readonly quarantined: string | null
  /** When the source was there last, with what serves or what is held; milliseconds since 1970. Null: not yet. */
  readonly confirmed: number | null
  /** Whether that was too long ago. */
  readonly stale: boolean
  /** Until when what serves counts, in milliseconds since 1970; null: without end. */
  readonly expires: number | null
  /** Whether that time is over. */
  readonly expired: boolean
  /** Why nothing is let through; null: it is. */
  readonly suspended: 'expired' | 'stale' | null
  /** How often a policy became active. */
  readonly activations: number
  readonly refusals: ReadonlyMap<StoreProblem, number>
}
