import type { Bundle } from '../bundle/read-bundle.ts'
import type { Tally } from '../candidate/candidate.ts'
import { countedSince, countsOf, NOTHING_COUNTED, type StepCounts } from './counts.ts'
import type { RolloutStep } from './plan.ts'
import type { RolloutConfig } from './rollout-config.ts'
import type { CandidateNote } from './rollout-directory.ts'
import type { CandidateStatus } from './rollout-status.ts'

export interface ActiveRollout {
  readonly bytes: Uint8Array
  readonly bundle: Bundle
  readonly note: CandidateNote
  readonly plan: readonly RolloutStep[]
  /** Time at which the candidate's current step began, in milliseconds since 1970. `before` holds its counts at that time. */
  readonly since: number
  readonly before: StepCounts
}

/** Returns the current step of a rollout, or `null` if an operator has set the share. */
export function currentStep({ plan, note }: ActiveRollout): RolloutStep | null {
  return note.step === null ? null : (plan[note.step] ?? null)
}

export function candidateStatus(
  candidate: ActiveRollout,
  {
    tally,
    waits,
    problem,
    config: { promote, requests, rollback },
  }: Pick<CandidateStatus, 'waits' | 'problem'> & { readonly tally: Tally | null; readonly config: RolloutConfig },
): CandidateStatus {
  const { step, plan: _, ...note } = candidate.note
  const stage = currentStep(candidate)
  return {
    ...note,
    ...{
      step: step === null ? null : step + 1,
      steps: candidate.plan.length,
      plan: candidate.plan,
      since: candidate.since,
      waits,
      problem,
      tally,
    },
    next: stage && candidate.since + stage.time,
    counts: (tally && countedSince(countsOf(tally), candidate.before)) ?? NOTHING_COUNTED,
    rules: { promote, requests, rollback },
  }
}
