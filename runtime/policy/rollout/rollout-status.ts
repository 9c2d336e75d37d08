import type { Share, Tally } from '../candidate/candidate.ts'
import type { PolicyRefusal } from '../store/policy-target.ts'
import type { StepCounts } from './counts.ts'
import type { Waiting } from './judge-step.ts'
import type { RolloutStep } from './plan.ts'
import type { RolloutConfig } from './rollout-config.ts'
import type { CandidateOrigin, LastNote, RolloutOutcome } from './rollout-directory.ts'

export interface RolloutStatus {
  readonly candidate: CandidateStatus | null
  readonly last: LastNote | null
}

export interface CandidateStatus {
  readonly revision: string
  readonly sequence: number
  readonly origin: CandidateOrigin
  readonly by: string | null
  readonly begun: number
  /** Number of the current step, counted from 1, or `null` if an operator has set the share and controls it. */
  readonly step: number | null
  readonly steps: number
  /** All steps of the rollout, in order. */
  readonly plan: readonly RolloutStep[]
  readonly share: Share
  /** Start of the current share in milliseconds since 1970. */
  readonly since: number
  /** Earliest end of the step in milliseconds since 1970, or `null`. */
  readonly next: number | null
  /**
   * Requirement of the step that is not met yet, or `null`. `asked`: all steps are passed, and an operator must promote the
   * candidate. `refused`: the promotion failed; `problem` holds the reason.
   */
  readonly waits: Waiting | 'asked' | 'refused' | null
  /** Latest failure, which will be retried, with its time in milliseconds since 1970, or `null` without one. */
  readonly problem: { readonly code: string; readonly message: string; readonly at: number } | null
  /** Counts of requests in the current step, compared with the thresholds. */
  readonly counts: StepCounts
  readonly tally: Tally | null
  readonly rules: Pick<RolloutConfig, 'promote' | 'requests' | 'rollback'>
}

export interface RolloutEvent {
  /** Kind of the event. `resumed`: the candidate continues after a restart. */
  readonly kind: 'shadow' | 'canary' | 'resumed' | RolloutOutcome
  readonly revision: string
  readonly sequence: number
  /** Share of requests that the candidate decides, or decided when it ended. */
  readonly share: Share
  /** Reason of the event, or `null` if an operator requested it or no problem occurred. */
  readonly why: LastNote['why']
}

export interface Declined {
  readonly kind: 'refused'
  /** Code of the refusal: `no-candidate`, `not-passed`, `no-service`, or a code for bundles. */
  readonly code: PolicyRefusal['code'] | 'no-candidate' | 'not-passed' | 'no-service'
  readonly message: string
}
