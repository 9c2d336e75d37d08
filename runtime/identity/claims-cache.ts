/** A cached verified credential, by digest only. (The text of a connection's latest credential is held by `LastCredential`.) */
import type { Verified } from './credential.ts'
export interface CacheEntry extends Verified {
  /** SHA-256 digest of the credential in base64url. */
  readonly credential: string
}

export interface CacheLimits {
  readonly entries: number
  /** Maximum total size of all entries in bytes. */
  readonly weight: number
}

export interface ClaimsCache<E extends CacheEntry> {
  /** Returns the cached credential of a key, or `null` if there is none or it is not valid at `now` (seconds since 1970). */
  get(key: string, now: number): E | null
  /** Caches a verified credential, or updates the size of a cached one. `weight` is its size in bytes. */
  set(key: string, entry: E, weight: number): void
  readonly size: number
}

/**
 * Creates a bounded cache of verified credentials. Keys are made by `credentialKey` from the credential's digest and from all
 * that its verification depended on. The cache has two generations: when the younger is full, it becomes the older one, and
 * entries of the previous older generation are dropped. A hit in the younger generation is one lookup without reordering.
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
