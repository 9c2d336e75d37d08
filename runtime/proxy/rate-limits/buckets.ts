import { hash } from 'node:crypto'
import type { LimitObligation } from '../../abi/index.ts'

/** Where rate limits are counted, and what happens to requests while that is unavailable. */
export interface LimitingConfig {
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: string }
  readonly prefix: string
  readonly whenUnavailable: 'refuse' | 'pass'
}

/** A bucket to take a token from: of a rule and a value of its `by`. */
export interface Wanted {
  /** Digests for the rule's current and former names. What is used up under one is used up under all. */
  readonly ids: readonly string[]
  /** Owner of the bucket when too many exist. */
  readonly rule: string
  /** Capacity, refilled within `per`. */
  readonly count: number
  readonly per: number
}

export interface Room {
  readonly taken: boolean
  /** Whole tokens left. */
  readonly left: number
  /** Milliseconds until the next token. */
  readonly wait: number
}

/** Token buckets of one or several proxies. */
export interface Buckets {
  /** Takes a token of each bucket that has one; results are in order. Rejects if unavailable. */
  take(wanted: readonly Wanted[]): readonly Room[] | Promise<readonly Room[]>
}

/**
 * Returns a limit's bucket, identified by digests: keys may be long and personal. Another `count` or `per` makes another bucket.
 *
 * @param names the rule's current and former names
 */
export function wantedOf({ rule, count, per, key }: LimitObligation, names: readonly string[]): Wanted {
  return { ids: names.map((name) => idOf([name, count, per, key])), rule, count, per }
}

function idOf(parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
