import { hash } from 'node:crypto'
import type { LimitObligation } from '../../abi/index.ts'
import type { RedisEndpoint } from '../../base/redis/redis-server.ts'

/** Configuration of rate limiting: the store of the token buckets, and how to treat requests while it is unavailable. */
export interface LimitingConfig {
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: RedisEndpoint }
  readonly prefix: string
  readonly whenUnavailable: 'refuse' | 'pass'
}

/**
 * The token bucket of a rate limit, from which a request needs a token. A rule has one bucket for each value of its `by`
 * expression.
 */
export interface Wanted {
  /**
   * Digests that identify the bucket, one for each current and former name of the rule. Each token is taken under all of them.
   */
  readonly ids: readonly string[]
  /**
   * Name of the rule that the bucket belongs to. If there are too many buckets, the rule with the most buckets loses one of its
   * own.
   */
  readonly rule: string
  /** Maximum number of tokens, refilled evenly within `per` milliseconds. */
  readonly count: number
  readonly per: number
}

export interface Room {
  readonly taken: boolean
  /** Number of whole tokens left in the bucket. */
  readonly left: number
  /** Milliseconds until the bucket has one more token. */
  readonly wait: number
}

/** A store of token buckets, used by one or several proxies. */
export interface Buckets {
  /**
   * Tries to take a token from each bucket. Returns the resulting state of each bucket, in the order of `wanted`. Rejects if the
   * store is unavailable.
   */
  take(wanted: readonly Wanted[]): readonly Room[] | Promise<readonly Room[]>
}

/**
 * Returns the token bucket of a rate limit. Buckets are identified by digests, because keys may be long and personal. A different
 * `count` or `per` makes a different bucket.
 *
 * @param names the rule's current and former names
 */
export function wantedOf({ rule, count, per, key }: LimitObligation, names: readonly string[]): Wanted {
  // A hash tag: the bucket is on one node of a Redis Cluster under all its names.
  const tag = idOf([count, per, key]).slice(0, 8)
  return { ids: names.map((name) => `{${tag}}${idOf([name, count, per, key])}`), rule, count, per }
}

function idOf(parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
