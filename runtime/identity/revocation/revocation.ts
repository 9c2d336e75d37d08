import { randomBytes } from 'node:crypto'

/** What does not count any more, though it was good. */
export interface Revocation {
  /** 96 random bits, base64url. */
  readonly id: string
  readonly what: Revoked
  /** Milliseconds since 1970: what was issued, or began, later is not meant. Null: what is named is so whole. */
  readonly before: number | null
  /** Milliseconds since 1970, from which on it does not count. */
  readonly until: number
  /** For those who read it later. */
  readonly reason: string | null
  /** Who has made it. */
  readonly by: string
  /** Milliseconds since 1970. */
  readonly made: number
}

export type Revoked =
  /** All that a caller has. */
  | { readonly kind: 'subject'; readonly identity: string; readonly subject: string }
  /** Of a browser, by the id that records name it by. */
  | { readonly kind: 'session'; readonly id: string }
  /** A token, a key, a certificate, by the same. */
  | { readonly kind: 'credential'; readonly id: string }
  | { readonly kind: 'identity'; readonly identity: string }
  /** What belongs to a session at the provider (`sid`); where the provider has not said to which one, all of the subject. */
  | {
      readonly kind: 'provider-session'
      readonly identity: string
      readonly sid: string
      readonly subject: string | null
    }

/** What may come once: a key of a digest, and milliseconds for which it is remembered. */
export interface Once {
  readonly key: string
  readonly ms: number
}

/** What became of one. `known`: what may come once had come before. `full`: there are as many as there may be. */
export type RevocationOutcome = 'added' | 'known' | 'full'

/** What others are told of a list that has changed. */
export interface Change {
  readonly added: readonly Revocation[]
  /** Ids. */
  readonly removed: readonly string[]
}

/** All that count now, and whether another one would be heard of. */
export interface Standing {
  readonly list: readonly Revocation[]
  readonly hears: boolean
}

/** Who wants something revoked: an operator, or the sender of an event. */
export type RevokedFrom = 'operator' | 'event'

/**
 * The most that there may be, for each kind of author. All processes hold them. The difference is a reserve that events cannot
 * use up.
 */
export const MOST_REVOCATIONS: Readonly<Record<RevokedFrom, number>> = { event: 100_000, operator: 110_000 }

/** What two have in common that are about the same. */
export function aboutOf({ what }: Revocation): string {
  return JSON.stringify(Object.values(what))
}

/** Whether what another one says is said by it as well. */
export function covers(one: Revocation, other: Revocation): boolean {
  return aboutOf(one) === aboutOf(other) && (one.before ?? 0) >= (other.before ?? 0) && one.until >= other.until
}

export function newRevocation(said: Omit<Revocation, 'id'>): Revocation {
  return { id: randomBytes(12).toString('base64url'), ...said }
}

/**
 * How whoever has no list of its own makes revocations. `unavailable`: nobody could be asked, or it could not be kept, and
 * nothing is revoked by it.
 */
export type Revoke = (revocations: readonly Revocation[], once: Once | null) => Promise<RevocationOutcome | 'unavailable'>
