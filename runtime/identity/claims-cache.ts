/** A cached verified credential, by digest only. (The text of a connection's latest credential is held by `LastCredential`.) */
import type { Verified } from './credential.ts'
export interface CacheEntry extends Verified {
  /** SHA-256 of the credential, base64url. */
  readonly credential: string
}

export interface CacheLimits {
  readonly entries: number
  /** Total bytes of all entries. */
  readonly weight: number
}

export interface ClaimsCache<E extends CacheEntry> {
  /** Returns the entry; `null` if there is none that is valid at `now` (seconds). */
  get(key: string, now: number): E | null
  /** Adds an entry or updates its weight. */
  set(key: string, entry: E, weight: number): void
  readonly size: number
}

/**
 * A bounded cache of verified credentials, by digest and by all that verification depended on (`credentialKey`).
 * It drops entries not used since the younger of two maps filled up: one lookup and no reordering for entries in the younger.
 */
export function createClaimsCache<E extends CacheEntry>(limits: CacheLimits): ClaimsCache<E> {
  let young = new Map<string, { readonly entry: E; readonly weight: number }>()
  let old: typeof young = new Map()
  let weight = 0

  function put(key: string, held: { readonly entry: E; readonly weight: number }): void {
    if (young.size >= limits.entries / 2 || weight + held.weight > limits.weight / 2) {
      old = young
      young = new Map()
      weight = 0
    }
    weight += held.weight
    young.set(key, held)
  }

  function get(key: string, now: number): E | null {
    let held = young.get(key)
    if (held === undefined) {
      held = old.get(key)
      if (held === undefined) return null
      old.delete(key)
      put(key, held)
    }
    const { entry } = held
    if (entry.from <= now && now < entry.until && entry.holds()) return entry
    if (young.delete(key)) weight -= held.weight
    return null
  }

  return {
    get,
    set(key, entry, added) {
      const before = young.get(key)
      if (before !== undefined) weight -= before.weight
      young.delete(key)
      old.delete(key)
      put(key, { entry, weight: added })
    },
    get size() {
      return young.size + old.size
    },
  }
}
