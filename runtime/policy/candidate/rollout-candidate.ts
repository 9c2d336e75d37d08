import { hash } from 'node:crypto'
import { networkOf } from '../../../request/index.ts'
import type { Policy } from '../module/policy.ts'
import type { Share } from './candidate.ts'
import type { TallyBook } from './tally-book.ts'
import type { TimeShare } from './time-share.ts'

/** Share of shadow mode, in which the candidate decides no request. */
export const NO_SHARE: Share = Object.freeze({ parts: 0, services: null })

/**
 * The candidate with its current data, share and tally. A request reads it once, together with the active policy, and keeps it.
 */
export interface RolloutCandidate {
  readonly policy: Policy
  readonly share: Share
  readonly book: TallyBook
  /** Limit on the time that this process spends on comparisons. */
  readonly time: TimeShare
}

/** Properties of an authenticated caller by which it is assigned to the active policy or to the candidate. */
export interface Person {
  readonly identity: string
  readonly subject: string | null
  /** ID of the credential in audit records, or `null` without one. */
  readonly credentialId: string | null
}

/**
 * Returns for how many of 10,000 subjects the candidate decides a request. Depends on the services to which both policies route
 * it; if they have different shares, the lesser applies.
 *
 * @param active service by the active policy, or `null` without one
 * @param candidate service by the candidate, or `null` without one
 */
export function partsFor(share: Share, active: string | null, candidate: string | null): number {
  const of = [active, candidate].filter((service) => service !== null)
  return of.length === 0 ? 0 : Math.min(...of.map((service) => partsOf(share, service)))
}

function partsOf({ parts, services, whole }: Share, service: string): number {
  if (whole?.includes(service)) return PARTS
  return services === null || services.includes(service) ? parts : 0
}

/** Returns whether a share lets the candidate decide any request. */
export function decidesSome({ parts, whole = [] }: Share): boolean {
  return parts > 0 || whole.length > 0
}

/**
 * Returns whether the candidate decides for a caller. The choice depends on the caller's subject, else on the credential, else on
 * the client's network. The network replaces the address, because clients can choose addresses of their network at will.
 *
 * @param parts number of subjects out of 10,000 for which the candidate decides
 */
export function picks({ policy }: RolloutCandidate, parts: number, person: Person | null, address: string): boolean {
  if (parts <= 0) return false
  return parts >= PARTS || partOf(policy.revision, whoIs(person, networkOf(address))) < parts
}

function whoIs(person: Person | null, network: string): readonly string[] {
  if (person === null) return ['', network]
  const { identity, subject, credentialId } = person
  return subject === null ? [identity, 'credential', credentialId ?? network] : [identity, 'subject', subject]
}

export const PARTS = 10_000

/**
 * Assigns a subject to one of 10,000 buckets and returns its number, from 0 to 9,999. All proxies and workers assign alike, by a
 * digest of subject and candidate revision. A subject remains in a growing share, but gets another bucket for the next candidate.
 * (48 bits of the digest bias no bucket by more than one in 10^10.)
 *
 * @param who tuple of names that identifies the subject
 */
export function partOf(revision: string, who: readonly (string | null)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify([revision, ...who]), 'hex').slice(0, 12), 16) % PARTS
}
