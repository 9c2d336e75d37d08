import { hash } from 'node:crypto'
import { networkOf } from '../../../request/index.ts'
import type { Policy } from '../module/policy.ts'
import type { Share } from './candidate.ts'
import type { TallyBook } from './tally-book.ts'
import type { TimeShare } from './time-share.ts'

/** Shadow. */
export const NO_SHARE: Share = Object.freeze({ parts: 0, services: null })

/** A candidate with its current data and share: a request reads it once, with the active policy, and keeps it. */
export interface RolloutCandidate {
  readonly policy: Policy
  readonly share: Share
  readonly book: TallyBook
  /** Bounds the time for comparisons. */
  readonly time: TimeShare
}

/** The caller, as shares distinguish them. */
export interface Person {
  readonly identity: string
  readonly subject: string | null
  /** The credential's ID in records. */
  readonly credentialId: string | null
}

/** Returns how many of 10,000 subjects it decides for, by the services that both policies match; the lesser if they differ. */
export function partsFor(share: Share, active: string | null, candidate: string | null): number {
  const of = [active, candidate].filter((service) => service !== null)
  return of.length === 0 ? 0 : Math.min(...of.map((service) => partsOf(share, service)))
}

function partsOf({ parts, services, whole }: Share, service: string): number {
  if (whole?.includes(service)) return PARTS
  return services === null || services.includes(service) ? parts : 0
}

/** Whether it decides any request. */
export function decidesSome({ parts, whole = [] }: Share): boolean {
  return parts > 0 || whole.length > 0
}

/** Whether a caller is in the share: by subject, else credential, else network, as clients choose freely among its addresses. */
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
 * Returns a subject's part of 10,000, from a digest of it and the candidate: equal in all proxies and workers, kept as the share
 * grows, and different for the next candidate. (48 bits of the digest bias no part by more than one in 10^10.)
 *
 * @param who a unique tuple of names
 */
export function partOf(revision: string, who: readonly (string | null)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify([revision, ...who]), 'hex').slice(0, 12), 16) % PARTS
}
