import type { SecretRef } from '../../base/secret.ts'
import type { Owner } from './memory-budget.ts'
import type { Remembered } from './replay-cache.ts'

/**
 * A store of opaque texts that all processes of one or several proxies share. Methods reject with `StoreUnavailable` if the
 * store does not respond.
 */
export interface SessionStore {
  /** Returns the value of a key, or `null` if it is missing or expired. The idle time of the entry starts again. */
  get(key: string): Promise<string | null>
  /** Stores a value. Returns false and stores nothing if there is no space for an entry with an `owner`. */
  put(key: string, value: string, life: Life): Promise<boolean>
  /** Replaces the value of a key if it still is `before`. Returns false if the value is missing or different. */
  replace(key: string, before: string, after: string): Promise<boolean>
  /** Atomically returns and removes a value. */
  take(key: string): Promise<string | null>
  /** Takes a lease: stores a value for `ms` milliseconds. Returns false if the key exists. */
  add(key: string, value: string, ms: number): Promise<boolean>
  /**
   * Marks a key as used until `until`, to detect replays. `until` is in seconds since 1970 and must be the same whenever the
   * same key is presented. `owner` is the source of the key, which has a share of the memory.
   */
  once(key: string, until: number, owner: string): Promise<Remembered>
  /** Prolongs a lease by `ms` milliseconds. Returns false if another holder has it. */
  renew(key: string, value: string, ms: number): Promise<boolean>
  release(key: string, value: string): Promise<void>
  /** Ends sessions. Resolves after they are removed and all listeners have been called. */
  end(keys: readonly string[]): Promise<void>
  /** Ends all sessions with a tag and returns their keys. */
  endTagged(tag: string): Promise<readonly string[]>
  /** Adds a listener that is called with the keys of ended sessions, for holders of copies. */
  onEnd(listener: (keys: readonly string[]) => void): void
  /**
   * Returns a number that changes whenever ends of sessions may have been missed, or `null` while they are being missed. A copy
   * is valid as long as the number stays the same.
   */
  hearing(): number | null
  close(): Promise<void>
}

export interface Life {
  /** End of the entry in milliseconds since 1970. */
  readonly until: number
  /** Milliseconds for which the entry may be unused. Default: until its end. */
  readonly idle?: number
  readonly tags?: readonly string[]
  /** Groups of the entry with their maximum sizes. When a group exceeds its size, its oldest entry is dropped. */
  readonly groups?: readonly { readonly name: string; readonly most: number }[]
  /** Owner whose memory budget the entry uses. Absent for small and short-lived entries. */
  readonly owner?: Owner
}

/** Names of the store methods that other processes may call. */
export const STORE_CALLS = ['get', 'put', 'replace', 'take', 'add', 'once', 'renew', 'release', 'end', 'endTagged'] as const
export type StoreCall = (typeof STORE_CALLS)[number]

export interface SessionsConfig {
  /** Place of the sessions: memory shared by all processes of the proxy, or a Redis shared by several proxies. */
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: string }
  /** Milliseconds for which a session may be unused. */
  readonly idle: number
  /** Maximum lifetime of a session in milliseconds, however much it is used. */
  readonly lifetime: number
  /** Maximum number of sessions of a subject. */
  readonly perSubject: number
  /**
   * Secrets that encrypt sessions: the first encrypts, all decrypt. If empty, the proxy uses a random secret until it stops.
   */
  readonly keys: readonly SecretRef[]
}
