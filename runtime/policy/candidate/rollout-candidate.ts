import { hash } from 'node:crypto'
import { networkOf } from '../../../request/index.ts'
import type { Policy } from '../module/policy.ts'
import type { Share } from './candidate.ts'
import type { TallyBook } from './tally-book.ts'
import type { TimeShare } from './time-share.ts'

/** It is only compared. */
export const NO_SHARE: Share = Object.freeze({ parts: 0, services: null })

/**
 * A candidate with the data and the share of the moment: a request takes it once, with the policy that serves, and keeps it
 * to its end.
 */
export interface RolloutCandidate {
  readonly policy: Policy
  readonly share: Share
  readonly book: TallyBook
  /** For comparing. */
  readonly time: TimeShare
}

/** Who calls, as far as a share picks by it. */
export interface Person {
  readonly identity: string
  readonly subject: string | null
  /** How records name what they have shown. */
  readonly credentialId: string | null
}

/**
 * For how many subjects, of ten thousand, it decides requests to such services: that of the active policy, and that of the one on
 * candidate. Null: there is none; what has neither is nobody's. Where the two differ, the lesser share counts.
 */
export function partsFor(share: Share, active: string | null, candidate: string | null): number {
  const of = [active, candidate].filter((service) => service !== null)
  return of.length === 0 ? 0 : Math.min(...of.map((service) => partsOf(share, service)))
}

function partsOf({ parts, services, whole }: Share, service: string): number {
  if (whole?.includes(service)) return PARTS
  return services === null || services.includes(service) ? parts : 0
}

/** Whether it decides for any request. */
export function decidesSome({ parts, whole = [] }: Share): boolean {
  return parts > 0 || whole.length > 0
}

/**
 * Whether so many parts have a caller: by its subject; where there is none, by its credential, and by its network where nobody is
 * known: of the addresses of one, a client takes which it likes.
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

/** Of which a share names some. */
export const PARTS = 10_000

/**
 * Which of ten thousand parts a subject is in: by a digest of who it is and of the candidate, so that it is in the same one on
 * all proxies and in all workers, stays in while the share grows, and is in another one the next time. (The digest is cut to 48
 * bits, of which the rest of a division by ten thousand favours none by more than one in 10^10.)
 *
 * @param who names that nobody else has, together
 */
export function partOf(revision: string, who: readonly (string | null)[]): number {
  return Number.parseInt(hash('sha256', JSON.stringify([revision, ...who]), 'hex').slice(0, 12), 16) % PARTS
}
