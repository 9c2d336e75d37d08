import type { SecretRef } from '../../base/secret.ts'
import type { Owner } from './memory-budget.ts'
import type { Remembered } from './replay-cache.ts'

/** Stores opaque texts that all processes of one or several proxies share. Rejects with `StoreUnavailable`. */
export interface SessionStore {
  /** Returns `null` if it is missing or expired. Counts as use. */
  get(key: string): Promise<string | null>
  /** Returns false if there is no space for an entry with an `owner`; nothing is stored then. */
  put(key: string, value: string, life: Life): Promise<boolean>
  /** Compare-and-set. Returns false if the value is missing or another. */
  replace(key: string, before: string, after: string): Promise<boolean>
  /** Atomically returns and removes a value. */
  take(key: string): Promise<string | null>
  /** Returns false if the key exists. For leases. */
  add(key: string, value: string, ms: number): Promise<boolean>
  /**
   * Detects replays until `until` (seconds since 1970; always the same for a key). `owner`: the source, with its memory share.
   */
  once(key: string, until: number, owner: string): Promise<Remembered>
  /** Prolongs a lease. Returns false if another holder has it. */
  renew(key: string, value: string, ms: number): Promise<boolean>
  release(key: string, value: string): Promise<void>
  /** Ends sessions. Resolves after they are removed and all listeners are called. */
  end(keys: readonly string[]): Promise<void>
  /** Ends all sessions with a tag and returns their keys. */
  endTagged(tag: string): Promise<readonly string[]>
  /** Calls holders of copies when sessions end. */
  onEnd(listener: (keys: readonly string[]) => void): void
  /** A number that changes whenever session ends may have been missed; `null` now. Copies are valid while it stays the same. */
  hearing(): number | null
  close(): Promise<void>
}

export interface Life {
  /** Milliseconds since 1970 when it ends. */
  readonly until: number
  /** Milliseconds that it may be unused. Default: until its end. */
  readonly idle?: number
  readonly tags?: readonly string[]
  /** Groups with maximum sizes: the oldest entry is dropped. */
  readonly groups?: readonly { readonly name: string; readonly most: number }[]
  /** Whose memory budget it uses. Absent for small and short-lived entries. */
  readonly owner?: Owner
}

/** Store methods that other processes may call. */
export const STORE_CALLS = ['get', 'put', 'replace', 'take', 'add', 'once', 'renew', 'release', 'end', 'endTagged'] as const
export type StoreCall = (typeof STORE_CALLS)[number]

export interface SessionsConfig {
  /** Memory shared by all processes of the proxy, or a Redis shared by several proxies. */
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: string }
  /** Milliseconds that a session may be unused. */
  readonly idle: number
  /** Maximum milliseconds of a session, however much it is used. */
  readonly lifetime: number
  /** Maximum sessions of a subject. */
  readonly perSubject: number
  /** Secrets that seal sessions: the first seals, all open. Empty: a random one that lives as long as the proxy. */
  readonly keys: readonly SecretRef[]
}
