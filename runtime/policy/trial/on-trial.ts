import type { Policy } from '../module/policy.ts'
import { partOf } from './part-of.ts'
import type { TallyBook } from './tally-book.ts'
import type { TimeShare } from './time-share.ts'
import type { Share } from './trial.ts'

/** It is only compared. */
export const NO_SHARE: Share = Object.freeze({ parts: 0, services: null })

/** A policy on trial with the data and the share of the moment: a request takes it once, with the policy that serves, and keeps it to its end. */
export interface OnTrial {
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

/** Whether it is about requests to such services: that of the active policy, and that of the one on trial. Null: there is none; what has neither is nobody's. */
export function covers({ services }: Share, active: string | null, candidate: string | null): boolean {
  if (active === null && candidate === null) return false
  return services === null || [active, candidate].every((one) => one === null || services.includes(one))
}

/** Whether the share has a caller: by its subject; where there is none, by its credential, and by its address where nobody is known. */
export function picks({ policy, share }: OnTrial, person: Person | null, address: string): boolean {
  if (share.parts <= 0) return false
  return partOf(policy.revision, person === null ? ['', address] : whoIs(person, address)) < share.parts
}

function whoIs({ identity, subject, credentialId }: Person, address: string): readonly string[] {
  return subject === null ? [identity, 'credential', credentialId ?? address] : [identity, 'subject', subject]
}
