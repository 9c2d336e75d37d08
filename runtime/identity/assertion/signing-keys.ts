import { createPrivateKey, type KeyObject } from 'node:crypto'
import { generatePrivateKey } from '../../base/generate-private-key.ts'
import type { Log } from '../../base/log.ts'
import { thumbprintOf } from '../jose/index.ts'
import { AssertionStateError, type KeyFile, type StoredKey } from './key-file.ts'

/** Milliseconds before a key signs at which it is published, so that services know it by then. */
const LEAD = 86_400_000
/** Minimum of `LEAD` in milliseconds if a rotation is overdue: longer than clients may cache the key set. */
const LEAST_LEAD = 300_000
/** Milliseconds for which a key stays published after its last assertion has expired. */
const MARGIN = 3_600_000

export interface SigningKey {
  readonly kid: string
  readonly key: KeyObject
}

export interface PublicJwk {
  readonly kty: string
  readonly crv: string
  readonly x: string
  readonly y: string
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'ES256'
}

export interface SigningKeys {
  /** Returns the key that signs at `now` (milliseconds since 1970). */
  current(now: number): SigningKey
  /**
   * Returns the public keys that verify assertions: the current key, the next key, and earlier keys whose assertions are still
   * valid.
   */
  published(now: number): readonly PublicJwk[]
  /** Returns the keys with their private parts, for other processes that sign with the same keys. */
  stored(now: number): readonly StoredKey[]
}

interface Held extends SigningKey {
  readonly stored: StoredKey
}

interface Options {
  /** Milliseconds for which a key signs. `lifetime` is that of an assertion. */
  readonly rotation: number
  readonly lifetime: number
  readonly file: KeyFile | null
  readonly log: Log
}

/**
 * Creates the ES256 keys that sign assertions, and rotates them. The next key is published before it signs, and an earlier key
 * until its assertions have expired.
 *
 * @throws AssertionStateError if the file cannot be used
 */
export function createSigningKeys({ rotation, lifetime, file, log }: Options, now: number): SigningKeys {
  const lead = Math.min(LEAD, rotation / 2)
  /** In signing order; never empty. */
  let keys = (file?.read() ?? []).map(held).sort((a, b) => a.stored.from - b.stored.from)
  let checkAt = now
  maintain(now, true)

  /** Makes the next key when it is due and drops expired ones. */
  function maintain(at: number, starting: boolean): void {
    const last = keys.at(-1)
    const overdue = last === undefined ? null : last.stored.from + rotation
    const kept = keys.filter((_, index) => {
      const successor = keys[index + 1]
      return successor === undefined || successor.stored.from + lifetime + MARGIN > at
    })
    if (overdue === null) kept.push(newKey(at))
    else if (at >= overdue - lead) kept.push(newKey(Math.max(overdue, at + LEAST_LEAD)))
    const changed = kept.length !== keys.length || kept.at(-1) !== last
    keys = kept
    checkAt = nextCheck(at)
    if (changed) save(starting)
  }

  function save(starting: boolean): void {
    try {
      file?.write(keys.map(({ stored }) => stored))
    } catch (error) {
      const { message } = error as Error
      if (starting) throw new AssertionStateError(`the signing keys cannot be stored: ${message}`)
      log.warn('the signing keys of assertions cannot be stored, and a restart will create new ones', { error: message })
    }
  }

  function nextCheck(at: number): number {
    const newest = (keys.at(-1) as Held).stored.from + rotation - lead
    const retired = keys.slice(1).map(({ stored }) => stored.from + lifetime + MARGIN)
    return Math.min(newest, ...retired.filter((time) => time > at))
  }

  function current(at: number): SigningKey {
    if (at >= checkAt) maintain(at, false)
    return currentOf(keys, at)
  }

  function published(at: number): readonly PublicJwk[] {
    if (at >= checkAt) maintain(at, false)
    return keys.map(publicJwkOf)
  }

  function stored(at: number): readonly StoredKey[] {
    if (at >= checkAt) maintain(at, false)
    return keys.map((key) => key.stored)
  }

  return { current, published, stored }
}

/**
 * Returns signing keys for a process that does not make them: another process creates and rotates the keys. `take` replaces them
 * with newer ones.
 */
export function followSigningKeys(first: readonly StoredKey[]): SigningKeys & { take(next: readonly StoredKey[]): void } {
  let keys: readonly Held[] = []
  take(first)

  /** Keys that are already loaded are not parsed again. */
  function take(next: readonly StoredKey[]): void {
    const known = new Map(keys.map((key) => [key.stored.jwk.d, key]))
    keys = next.map((stored) => known.get(stored.jwk.d) ?? held(stored))
  }

  return {
    take,
    current: (at) => currentOf(keys, at),
    published: () => keys.map(publicJwkOf),
    stored: () => keys.map(({ stored }) => stored),
  }
}

/** Returns the key that signs at that time. `keys` must be in signing order. */
function currentOf(keys: readonly Held[], at: number): SigningKey {
  return keys.findLast(({ stored }) => stored.from <= at) ?? (keys[0] as Held)
}

function publicJwkOf({ kid, stored: { jwk } }: Held): PublicJwk {
  return { ...publicMembers(jwk), kid, use: 'sig', alg: 'ES256' }
}

function newKey(from: number): Held {
  return held({ from, jwk: generatePrivateKey().export({ format: 'jwk' }) as unknown as StoredKey['jwk'] })
}

function held(stored: StoredKey): Held {
  const members = publicMembers(stored.jwk)
  let key: KeyObject
  try {
    key = createPrivateKey({ key: { ...members, d: stored.jwk.d }, format: 'jwk' })
  } catch {
    throw new AssertionStateError(
      'one of the stored signing keys is not a key: restore the file, or delete it to create new ones',
    )
  }
  return { stored, key, kid: thumbprintOf({ ...members }) }
}

/** Returns the public members of a JWK in the order of RFC 7638, for hashing. */
function publicMembers({ crv, kty, x, y }: StoredKey['jwk']): Pick<PublicJwk, 'crv' | 'kty' | 'x' | 'y'> {
  return { crv, kty, x, y }
}
