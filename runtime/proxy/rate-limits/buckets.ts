import { hash } from 'node:crypto'
import type { LimitObligation } from '../../abi/index.ts'

/** Configuration of rate limiting: the store of the token buckets, and how to treat requests while it is unavailable. */
export interface LimitingConfig {
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: string }
  readonly prefix: string
  readonly whenUnavailable: 'refuse' | 'pass'
}

/** A token bucket from which a request needs a token. A rule has one bucket for each value of its `by` expression. */
export interface Wanted {
  /** Digests that identify the bucket, for the rule's current and former names. Tokens taken under one are taken under all. */
  readonly ids: readonly string[]
  /** Name of the rule that the bucket belongs to. If there are too many buckets, the rule with most of them loses one. */
  readonly rule: string
  /** Maximum number of tokens, refilled evenly within `per` milliseconds. */
  readonly count: number
  readonly per: number
}

export interface Room {
  readonly taken: boolean
  /** Number of whole tokens that are left. */
  readonly left: number
  /** Milliseconds until the bucket gets its next token. */
  readonly wait: number
}

/** A store of token buckets, used by one or several proxies. */
export interface Buckets {
  /**
   * Takes a token from each bucket that has one. The results are in the order of `wanted`. Rejects if the store is unavailable.
   */
  take(wanted: readonly Wanted[]): readonly Room[] | Promise<readonly Room[]>
}

/**
 * Returns the bucket of a rate limit. Digests identify it, because keys may be long and personal. Another `count` or `per`
 * makes another bucket.
 *
 * @param names the rule's current and former names
 */
export function wantedOf({ rule, count, per, key }: LimitObligation, names: readonly string[]): Wanted {
  return { ids: names.map((name) => idOf([name, count, per, key])), rule, count, per }
}

function idOf(parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
