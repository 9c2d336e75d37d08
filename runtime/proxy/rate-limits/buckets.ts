import { hash } from 'node:crypto'
import type { LimitObligation } from '../../abi/index.ts'

/** Where tokens are counted, and what becomes of requests while nobody can count them. */
export interface LimitingConfig {
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: string }
  /** Before all names in a Redis. */
  readonly prefix: string
  readonly whenUnavailable: 'refuse' | 'pass'
}

/** What a request takes a token of: the bucket of a rule, for one value of its `by`. */
export interface Wanted {
  /** Digests: of the bucket under the rule's name, and under each that it had. What is missing under one is missing under all. */
  readonly ids: readonly string[]
  /** By which buckets are told apart where there are too many. */
  readonly rule: string
  /** Tokens that it holds, and that run into it within `per`. */
  readonly count: number
  /** Milliseconds. */
  readonly per: number
}

/** What became of it. */
export interface Room {
  readonly taken: boolean
  /** Whole tokens that are left. */
  readonly left: number
  /** Milliseconds until there is one more. */
  readonly wait: number
}

/** Where tokens are counted, for all of a proxy, or of several. */
export interface Buckets {
  /** A token of each of these that has one, in their order. Rejects where they cannot be counted. */
  take(wanted: readonly Wanted[]): readonly Room[] | Promise<readonly Room[]>
}

/**
 * The bucket of a limit, by digests: a key may be as long as a header, and say who somebody is. Another `count` or `per` is
 * another bucket, since a token of the one is none of the other.
 *
 * @param names what the rule is called, and was
 */
export function wantedOf({ rule, count, per, key }: LimitObligation, names: readonly string[]): Wanted {
  return { ids: names.map((name) => idOf([name, count, per, key])), rule, count, per }
}

function idOf(parts: readonly (string | number | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
