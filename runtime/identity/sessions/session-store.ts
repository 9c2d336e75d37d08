import type { SecretRef } from '../../base/secret.ts'
import type { Owner } from './memory-budget.ts'
import type { Remembered } from './replay-cache.ts'

/**
 * Where sessions, marks of logins that were finished and whatever else all processes must agree on is kept: by opaque keys, as
 * opaque texts. One for all of a proxy, or of several. Rejects with `StoreUnavailable` where it cannot be asked.
 */
export interface SessionStore {
  /** Null: there is none, or no longer. It counts as used. */
  get(key: string): Promise<string | null>
  /** False: there is no room for it, and nothing was kept. Only for what has an `owner`. */
  put(key: string, value: string, life: Life): Promise<boolean>
  /** Puts another value in the place of this very one. False: it is gone, or another by now. */
  replace(key: string, before: string, after: string): Promise<boolean>
  /** What is there, which from then on is not: of two that take, one gets it. */
  take(key: string): Promise<string | null>
  /** False: there is one already, and it stays. For leases. */
  add(key: string, value: string, ms: number): Promise<boolean>
  /**
   * Whether something comes for the first time that may come once: never forgotten before `until` (seconds since 1970), which is
   * always the same for the same. `owner`: who brings it, and has a share of the memory.
   */
  once(key: string, until: number, owner: string): Promise<Remembered>
  /** Prolongs a lease. False: it is another's by now. */
  renew(key: string, value: string, ms: number): Promise<boolean>
  release(key: string, value: string): Promise<void>
  /** Ends sessions: they are gone, and everybody who listens is told before this is settled. */
  end(keys: readonly string[]): Promise<void>
  /** The same with all that bear a tag. Their keys. */
  endTagged(tag: string): Promise<readonly string[]>
  /** Who holds copies hears of their end. */
  onEnd(listener: (keys: readonly string[]) => void): void
  /**
   * Whether the end of a session would be heard of: another number for each time that something may have been missed before, and
   * null where it would be now. Copies count as long as it is what it was when they were made.
   */
  hearing(): number | null
  close(): Promise<void>
}

export interface Life {
  /** Milliseconds since 1970 at which it ends. */
  readonly until: number
  /** Milliseconds for which it may go unused; left out: until its end. */
  readonly idle?: number
  /** By which it can be ended. */
  readonly tags?: readonly string[]
  /** Those of a group are at most so many: the oldest goes. */
  readonly groups?: readonly { readonly name: string; readonly most: number }[]
  /** In whose budget it is. Left out: it is small and short-lived, and has no budget. */
  readonly owner?: Owner
}

/** What is asked over a wire: the names of what a store does. */
export const STORE_CALLS = ['get', 'put', 'replace', 'take', 'add', 'once', 'renew', 'release', 'end', 'endTagged'] as const
export type StoreCall = (typeof STORE_CALLS)[number]

export interface SessionsConfig {
  /** One memory for all processes of the proxy, or a Redis that several proxies share. */
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: string }
  /** Milliseconds for which a session may go unused. */
  readonly idle: number
  /** Milliseconds for which it lasts at most, however much it is used. */
  readonly lifetime: number
  /** Sessions that one subject may have at a time. */
  readonly perSubject: number
  /** What its state is sealed with: the first one seals, all open. Empty: a key that lives as long as the proxy. */
  readonly keys: readonly SecretRef[]
}
