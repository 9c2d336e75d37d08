import { hash } from 'node:crypto'
import { networkOf } from '../../../request/index.ts'
import type { Policy } from '../module/policy.ts'
import type { Share } from './candidate.ts'
import type { TallyBook } from './tally-book.ts'
import type { TimeShare } from './time-share.ts'

/** Share of shadow mode, in which the candidate decides no request. */
export const NO_SHARE: Share = Object.freeze({ parts: 0, services: null })

/** A candidate with its current data and share. A request reads it once, together with the active policy, and keeps it. */
export interface RolloutCandidate {
  readonly policy: Policy
  readonly share: Share
  readonly book: TallyBook
  /** Limit of the time for comparisons. */
  readonly time: TimeShare
}

/** Properties of a caller by which shares are chosen. */
export interface Person {
  readonly identity: string
  readonly subject: string | null
  /** ID of the credential in audit records, or `null` without one. */
  readonly credentialId: string | null
}

/**
 * Returns for how many of 10,000 subjects the candidate decides a request, by the services that both policies match. If the
 * services have different shares, the lesser applies.
 */
export function partsFor(share: Share, active: string | null, candidate: string | null): number {
  const of = [active, candidate].filter((service) => service !== null)
  return of.length === 0 ? 0 : Math.min(...of.map((service) => partsOf(share, service)))
}

function partsOf({ parts, services, whole }: Share, service: string): number {
  if (whole?.includes(service)) return PARTS
  return services === null || services.includes(service) ? parts : 0
}

/** Returns whether the candidate decides any request. */
export function decidesSome({ parts, whole = [] }: Share): boolean {
  return parts > 0 || whole.length > 0
}

/**
 * Returns whether a caller is in the share of the candidate. The subject decides, or else the credential, or else the network
 * of the address, because clients can choose addresses of their network at will.
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
 * Returns the part of a subject, from 0 to 9,999, computed from a digest of the subject and the candidate's revision. All
 * proxies and workers compute the same part. A subject remains in a growing share, and has another part for the next candidate.
 * (48 bits of the digest bias no part by more than one in 10^10.)
 *
 * @param who tuple of names that identifies the subject
 */
export function partOf(revision: string, who: readonly (string | null)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify([revision, ...who]), 'hex').slice(0, 12), 16) % PARTS
}
