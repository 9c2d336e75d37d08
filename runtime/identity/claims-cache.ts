/**
 * What is kept of a verified credential: never the credential itself, only its digest. (What a connection sends over and over is
 * held there while it is: `LastCredential`.)
 */
import type { Verified } from './credential.ts'
export interface CacheEntry extends Verified {
  /** SHA-256 of the credential, base64url. */
  readonly credential: string
}

export interface CacheLimits {
  readonly entries: number
  /** Bytes, of all entries. */
  readonly weight: number
}

export interface ClaimsCache<E extends CacheEntry> {
  /** Null where there is none that counts at `now` (seconds). */
  get(key: string, now: number): E | null
  /** Keeps it, or says what it weighs now. */
  set(key: string, entry: E, weight: number): void
  readonly size: number
}

/**
 * Verified credentials by digest and by everything that verification depended on (`credentialKey`). Bounded: what was not used
 * since the younger half filled up goes. (Two maps that take turns cost one lookup and no reordering for what is in the younger.)
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
