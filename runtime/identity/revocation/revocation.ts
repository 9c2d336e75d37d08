import { randomBytes } from 'node:crypto'

/** A credential, session or caller that is no longer valid. */
export interface Revocation {
  /** 96 random bits, base64url. */
  readonly id: string
  readonly what: Revoked
  /** Milliseconds since 1970: what was issued or began later is not revoked. `null`: all is. */
  readonly before: number | null
  /** Milliseconds since 1970 from which on it has no effect. */
  readonly until: number
  /** For operators. */
  readonly reason: string | null
  readonly by: string
  /** Milliseconds since 1970. */
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

/** A one-time key: its digest, and milliseconds for which it is remembered. */
export interface Once {
  readonly key: string
  readonly ms: number
}

/** `known`: the one-time key was used before. `full`: the maximum is reached. */
export type RevocationOutcome = 'added' | 'known' | 'full'

/** A change of the list, as other processes receive it. */
export interface Change {
  readonly added: readonly Revocation[]
  readonly removed: readonly string[]
}

/** All current revocations, and whether changes would be received. */
export interface Standing {
  readonly list: readonly Revocation[]
  readonly hears: boolean
}

/** Who requests a revocation: an operator, or the sender of an event. */
export type RevokedFrom = 'operator' | 'event'

/** Maximum by kind of author, as every process holds them all. The difference is a reserve that events cannot use up. */
export const MOST_REVOCATIONS: Readonly<Record<RevokedFrom, number>> = { event: 100_000, operator: 110_000 }

/** Returns equal texts for revocations of the same subject. */
export function aboutOf({ what }: Revocation): string {
  return JSON.stringify(Object.values(what))
}

/** Whether a revocation implies another. */
export function covers(one: Revocation, other: Revocation): boolean {
  return aboutOf(one) === aboutOf(other) && (one.before ?? 0) >= (other.before ?? 0) && one.until >= other.until
}

export function newRevocation(said: Omit<Revocation, 'id'>): Revocation {
  return { id: randomBytes(12).toString('base64url'), ...said }
}

/** Adds revocations from a process without its own list. `unavailable`: it failed, and nothing is revoked. */
export type Revoke = (revocations: readonly Revocation[], once: Once | null) => Promise<RevocationOutcome | 'unavailable'>
