import type { Share, Tally } from '../candidate/candidate.ts'
import type { PolicyRefusal } from '../store/policy-target.ts'
import type { StepCounts } from './counts.ts'
import type { Waiting } from './judge-step.ts'
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
  /** From 1; null: an operator has set the share and controls it. */
  readonly step: number | null
  readonly steps: number
  readonly share: Share
  /** Start of the share. */
  readonly since: number
  /** Earliest end of the step. */
  readonly next: number | null
  /** What the step still needs. `asked`: all are passed. `refused`: promotion failed; see `problem`. */
  readonly waits: Waiting | 'asked' | 'refused' | null
  /** What failed and is retried. */
  readonly problem: { readonly code: string; readonly message: string; readonly at: number } | null
  /** In this step. */
  readonly counts: StepCounts
  readonly tally: Tally | null
  readonly rules: Pick<RolloutConfig, 'promote' | 'requests' | 'rollback'>
}

export interface RolloutEvent {
  /** `resumed`: after a restart. */
  readonly kind: 'shadow' | 'canary' | 'resumed' | RolloutOutcome
  readonly revision: string
  readonly sequence: number
  /** Its share. */
  readonly share: Share
  /** Null: requested, or all was well. */
  readonly why: LastNote['why']
}

export interface Declined {
  readonly kind: 'refused'
  /** `no-candidate`, `not-passed`, `no-service`, and those of bundles. */
  readonly code: PolicyRefusal['code'] | 'no-candidate' | 'not-passed' | 'no-service'
  readonly message: string
}
