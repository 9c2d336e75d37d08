import type { Manifest } from '../../abi/index.ts'
import type { Tally } from '../candidate/candidate.ts'
import { isTransient } from '../store/policy-target.ts'
import type { LastNote } from './rollout-directory.ts'
import type { Declined } from './rollout-status.ts'

type Why = NonNullable<LastNote['why']>

/**
 * Reason of a candidate that ended because its source offers the active policy again.
 * `docs/guides/operations/rollout.md` explains each reason.
 */
export const WITHDRAWN: Why = {
  code: 'withdrawn',
  message: 'the candidate ended, because `bundle.source` offers the active policy again',
}
export const REPLACED: Why = { code: 'replaced', message: 'another policy is the candidate now: `iap rollout status` shows it' }
export const OVERTAKEN: Why = {
  code: 'overtaken',
  message: 'another policy has become active: publish the bundle again to roll it out',
}
export const GONE: Why = {
  code: 'state',
  message: 'the bundle of the candidate was not saved in `bundle.state`: check that folder, and publish the bundle again',
}
const LOST: Why = {
  code: 'lost',
  message: 'the workers no longer run the candidate: read their log, and publish the bundle again',
}

/** Message for an operator whose candidate does not continue because the active policy has expired. */
export const SHUT = 'the policy that serves has expired, so that nothing is compared: `promote --early` lets this one decide'

/** Returns why a candidate has ended without an operator, or `null` if it has not. */
export function whyOver(tally: Tally | null, { expires }: Manifest, now: number): Why | null {
  if (tally === null) return LOST
  if (tally.ended !== null) return tally.ended
  if (expires === undefined || now < Date.parse(expires)) return null
  return { code: 'expired', message: `the candidate expired at ${expires}: build and publish it with a later expiry` }
}

/** Milliseconds until a refused promotion, a failed resumption or a failed quarantine is retried. */
export const RETRY = 60_000

/**
 * Returns the milliseconds after which a candidate that has ended may start again. 0 unless the reason is transient, such as a
 * killed worker or a full disk.
 *
 * @param why reason why the candidate ended
 */
export function pauseAfter(why: LastNote['why']): number {
  return why !== null && (why.code === 'lost' || isTransient(why)) ? RETRY : 0
}

export const NO_CANDIDATE = decline('no-candidate', 'no candidate is active: publish a bundle to begin a rollout')

export function decline(code: Declined['code'], message: string): Declined {
  return { kind: 'refused', code, message }
}
