import { networkOf } from '../../../request/index.ts'
import type { Policy } from '../module/policy.ts'
import { PARTS, partOf } from './part-of.ts'
import type { TallyBook } from './tally-book.ts'
import type { TimeShare } from './time-share.ts'
import type { Share } from './trial.ts'

/** It is only compared. */
export const NO_SHARE: Share = Object.freeze({ parts: 0, services: null })

/**
 * A policy on trial with the data and the share of the moment: a request takes it once, with the policy that serves, and keeps it
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
 * trial. Null: there is none; what has neither is nobody's. Where the two differ, the lesser share counts.
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
