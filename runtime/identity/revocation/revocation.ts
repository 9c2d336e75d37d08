import { randomBytes } from 'node:crypto'

/** A statement that a credential, a session, or all credentials of a caller are no longer valid. */
export interface Revocation {
  /** ID of the revocation: 96 random bits in base64url. */
  readonly id: string
  readonly what: Revoked
  /**
   * Time in milliseconds since 1970. Only credentials and sessions that began at or before it are revoked. `null` revokes all.
   */
  readonly before: number | null
  /** Time from which the revocation has no effect, in milliseconds since 1970. */
  readonly until: number
  /** Reason as given by the operator or the event, or `null`. Only operators see it. */
  readonly reason: string | null
  readonly by: string
  /** Time at which the revocation was made, in milliseconds since 1970. */
  readonly made: number
}

export type Revoked =
  /** Everything of a caller. */
  | { readonly kind: 'subject'; readonly identity: string; readonly subject: string }
  /** A browser session, by its ID in records. */
  | { readonly kind: 'session'; readonly id: string }
  /** A token, key or certificate, by its ID in records. */
  | { readonly kind: 'credential'; readonly id: string }
  | { readonly kind: 'identity'; readonly identity: string }
  /** The sessions of a provider's session (`sid`), or all of the subject if it was unknown at sign-in. */
  | {
      readonly kind: 'provider-session'
      readonly identity: string
      readonly sid: string
      readonly subject: string | null
    }

/**
 * A key that may be used once, such as the ID of a security event: its digest, and the milliseconds for which it is remembered.
 */
export interface Once {
  readonly key: string
  readonly ms: number
}

/**
 * Result of adding revocations. `known`: the one-time key was used before, and nothing was added. `full`: the list has reached
 * its maximum.
 */
export type RevocationOutcome = 'added' | 'known' | 'full'

/** A change of the list of revocations: those added, and the IDs of those removed. */
export interface Change {
  readonly added: readonly Revocation[]
  readonly removed: readonly string[]
}

/** All current revocations, and whether the process currently receives changes. */
export interface Standing {
  readonly list: readonly Revocation[]
  readonly hears: boolean
}

/** Source of a revocation: an operator, or a security event. */
export type RevokedFrom = 'operator' | 'event'

/**
 * Maximum size of the list of revocations, by the source that adds a revocation. Operators may fill a reserve that security
 * events cannot use. Every process holds the whole list in memory.
 */
export const MOST_REVOCATIONS: Readonly<Record<RevokedFrom, number>> = { event: 100_000, operator: 110_000 }

/**
 * Returns a text that identifies what a revocation revokes. It is the same for two revocations of the same credential, session or
 * caller.
 */
export function aboutOf({ what }: Revocation): string {
  return JSON.stringify(Object.values(what))
}

/**
 * Returns whether a revocation makes another one redundant: both revoke the same, and it applies to at least the same credentials
 * for at least as long.
 */
export function covers(one: Revocation, other: Revocation): boolean {
  return aboutOf(one) === aboutOf(other) && (one.before ?? 0) >= (other.before ?? 0) && one.until >= other.until
}

export function newRevocation(said: Omit<Revocation, 'id'>): Revocation {
  return { id: randomBytes(12).toString('base64url'), ...said }
}

/**
 * Function that adds revocations to the list that another process holds. `unavailable`: the call failed, and nothing is revoked.
 */
export type Revoke = (revocations: readonly Revocation[], once: Once | null) => Promise<RevocationOutcome | 'unavailable'>
