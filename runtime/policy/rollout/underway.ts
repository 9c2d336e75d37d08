import type { Bundle } from '../bundle/read-bundle.ts'
import type { Tally } from '../candidate/trial.ts'
import { type Counts, countedSince, countsOf, NOTHING_COUNTED } from './counts.ts'
import type { Stage } from './plan.ts'
import type { RolloutConfig } from './rollout-config.ts'
import type { TrialNote } from './rollout-directory.ts'
import type { TrialStatus } from './rollout-status.ts'

/** A trial that goes on. */
export interface Underway {
  readonly bytes: Uint8Array
  readonly bundle: Bundle
  readonly note: TrialNote
  readonly plan: readonly Stage[]
  /** Since when it is at its step, and what was counted by then. */
  readonly since: number
  readonly before: Counts
}

/** Null: an operator has set the share. */
export function stageOf({ plan, note }: Underway): Stage | null {
  return note.step === null ? null : (plan[note.step] ?? null)
}

/** As operators see it. */
export function trialStatus(
  trial: Underway,
  {
    tally,
    waits,
    problem,
    config: { promote, requests, goBack },
  }: Pick<TrialStatus, 'waits' | 'problem'> & { readonly tally: Tally | null; readonly config: RolloutConfig },
): TrialStatus {
  const { step, plan: _, ...note } = trial.note
  const stage = stageOf(trial)
  return {
    ...note,
    ...{ step: step === null ? null : step + 1, steps: trial.plan.length, since: trial.since, waits, problem, tally },
    next: stage && trial.since + stage.time,
    counts: (tally && countedSince(countsOf(tally), trial.before)) ?? NOTHING_COUNTED,
    rules: { promote, requests, goBack },
  }
}
