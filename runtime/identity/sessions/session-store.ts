import type { RedisEndpoint } from '../../base/redis/redis-server.ts'
import type { SecretRef } from '../../base/secret.ts'
import type { Owner } from './memory-budget.ts'
import type { Remembered } from './replay-cache.ts'

/**
 * A key-value store for sessions and related data, which all processes of one or several proxies share. Values are opaque to it.
 * Methods reject with `StoreUnavailable` if the store does not respond.
 */
export interface SessionStore {
  /** Returns the value of a key, or `null` if it is missing or expired. The idle time of the entry starts again. */
  get(key: string): Promise<string | null>
  /** Stores a value. Returns false and stores nothing if there is no space for an entry with an `owner`. */
  put(key: string, value: string, life: Life): Promise<boolean>
  /** Replaces the value of a key if it still is `before`. Returns false if the value is missing or different. */
  replace(key: string, before: string, after: string): Promise<boolean>
  /** Atomically removes an entry and returns its value, or `null` if it is missing or expired. */
  take(key: string): Promise<string | null>
  /** Takes a lease, which only one process can hold: stores a value for `ms` milliseconds. Returns false if the key exists. */
  add(key: string, value: string, ms: number): Promise<boolean>
  /**
   * Marks a key as used until `until`, to detect replays. `until` is in seconds since 1970 and must be the same whenever the same
   * key is presented. `owner` names the source of the key, such as a DPoP key, which may use a share of the memory.
   */
  once(key: string, until: number, owner: string): Promise<Remembered>
  /** Prolongs a lease by `ms` milliseconds. Returns false unless the lease still has the value `value`. */
  renew(key: string, value: string, ms: number): Promise<boolean>
  release(key: string, value: string): Promise<void>
  /** Removes the sessions with the given keys. Resolves after they are removed and all listeners have been called. */
  end(keys: readonly string[]): Promise<void>
  /** Removes all entries with a tag, such as the sessions of a subject, and returns their keys. */
  endTagged(tag: string): Promise<readonly string[]>
  /** Adds a listener that receives the keys of removed sessions, so that processes can drop their copies. */
  onEnd(listener: (keys: readonly string[]) => void): void
  /**
   * Returns a number that changes whenever this process may have missed the end of a session, or `null` while it may be missing
   * ends. A copy of a session is valid only as long as the number stays the same.
   */
  hearing(): number | null
  /**
   * Returns the state of the store, for operators. Never rejects because the store does not respond.
   *
   * @param prefix beginning of the keys of sessions
   */
  status(prefix: string): Promise<StoreStatus>
  close(): Promise<void>
}

/** The state of a session store, for operators. */
export interface StoreStatus {
  readonly kind: 'memory' | 'redis'
  /** Whether the store responds. The other members are `null` if it does not. */
  readonly available: boolean
  /** Milliseconds that a Redis took to respond; `null` for a store in memory. */
  readonly latency: number | null
  /** Number of sessions; `null` if it is unknown, because the Redis refuses the command. */
  readonly sessions: number | null
  /** Whether there may be more sessions, because there were too many keys to look at. */
  readonly isMinimum: boolean
  /** Bytes of memory that a Redis uses, and its limit (`null` without one); `null` if they are unknown. */
  readonly memory: { readonly used: number; readonly most: number | null } | null
}

export interface Life {
  /** End of the entry in milliseconds since 1970. */
  readonly until: number
  /** Milliseconds for which the entry may be unused. Default: until its end. */
  readonly idle?: number
  readonly tags?: readonly string[]
  /**
   * Groups to which the entry belongs, such as the sessions of one subject, each with its maximum number of entries. When a group
   * has more, its oldest entry is removed.
   */
  readonly groups?: readonly { readonly name: string; readonly most: number }[]
  /** Owner whose memory budget the entry uses. Absent for small and short-lived entries. */
  readonly owner?: Owner
}

/** Names of the methods that other processes of the proxy may call on the store. */
export const STORE_CALLS = [
  ...(['get', 'put', 'replace', 'take', 'add', 'once', 'renew', 'release', 'end', 'endTagged', 'status'] as const),
] as const
export type StoreCall = (typeof STORE_CALLS)[number]

export interface SessionsConfig {
  /** Place that holds the sessions: memory shared by all processes of the proxy, or a Redis shared by several proxies. */
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: RedisEndpoint }
  /** Milliseconds for which a session may be unused. */
  readonly idle: number
  /** Maximum lifetime of a session in milliseconds, however much it is used. */
  readonly lifetime: number
  /** Maximum number of sessions of a subject. */
  readonly perSubject: number
  /**
   * Secrets that encrypt sessions: the first encrypts, all decrypt. If empty, the proxy uses a random secret, and sessions end
   * when it stops.
   */
  readonly keys: readonly SecretRef[]
}
