import type { StepCounts } from './counts.ts'
import type { RolloutStep } from './plan.ts'
import type { RolloutConfig, Thresholds } from './rollout-config.ts'

export type BreachCode = 'failed' | 'newlyPermitted' | 'newlyDenied' | 'other' | 'refusals'

export interface Breach {
  readonly code: BreachCode
  readonly message: string
}

export type Waiting = 'time' | 'requests' | 'decided'

export type StepVerdict =
  | { readonly kind: 'back'; readonly breach: Breach }
  | { readonly kind: 'passed' }
  | { readonly kind: 'waits'; readonly for: Waiting | null }

/**
 * Judges a candidate by its counts in the current step. Thresholds are checked first. A step is passed when its time is over,
 * both policies decided enough requests and, if the step has a share, the candidate decided at least one.
 *
 * @param stage current step, or `null` if an operator has set the share; the candidate then passes no step
 */
export function judgeStep(
  counts: StepCounts,
  elapsed: number,
  stage: RolloutStep | null,
  { requests, rollback }: RolloutConfig,
): StepVerdict {
  const waits = stage === null ? null : waitsFor(counts, elapsed, stage, requests)
  // Before passing, shares count for any number of requests.
  const isPassed = stage !== null && waits === null
  const breach = breachOf(counts, rollback, isPassed ? 1 : rollback.after)
  if (breach !== null) return { kind: 'back', breach }
  return isPassed ? { kind: 'passed' } : { kind: 'waits', for: waits }
}

function waitsFor(
  { compared, decided }: StepCounts,
  elapsed: number,
  { share, time }: RolloutStep,
  requests: number,
): Waiting | null {
  if (elapsed < time) return 'time'
  if (compared < requests) return 'requests'
  return share.parts > 0 && decided === 0 ? 'decided' : null
}

function breachOf(counts: StepCounts, most: Thresholds, after: number): Breach | null {
  const { compared, newlyPermitted, newlyDenied, failed } = counts
  if (failed > most.failed)
    return {
      code: 'failed',
      message:
        `the candidate has failed ${failed === 1 ? 'once' : `${failed} times`}, ` +
        `but ${most.failed === 0 ? 'no failure is' : `${most.failed} failures are`} allowed: read the log of the proxy`,
    }
  if (compared < after) return null
  for (const code of ['newlyPermitted', 'newlyDenied', 'other'] as const) {
    const share = most[code]
    if (share === null || counts[code] * ALL <= share * compared) continue
    return {
      code,
      message:
        `the candidate ${WHAT[code]} in ${percentOf(counts[code], compared)} of ${compared} requests, ` +
        `above the threshold of ${shown(share)}: read the audit records of the candidate`,
    }
  }
  // Both decided each request, so this is the net increase in refusals.
  const more = newlyDenied - newlyPermitted
  if (most.refusals === null || more * ALL <= most.refusals * compared) return null
  return {
    code: 'refusals',
    message:
      `the candidate refuses ${percentOf(more, compared)} of ${compared} requests more than the active policy, ` +
      `above the threshold of ${shown(most.refusals)}: read the audit records of the candidate`,
  }
}

const WHAT = {
  newlyPermitted: 'permits what the active policy denies',
  newlyDenied: 'denies what the active policy permits',
  other: 'decides for another reason',
}

const ALL = 10_000

/** Formats a share as a percentage, rounded up so that a value above a limit does not look equal to it. */
function percentOf(part: number, whole: number): string {
  return `${Math.ceil((part * ALL) / whole) / 100}%`
}

function shown(parts: number): string {
  return `${parts / 100}%`
}
