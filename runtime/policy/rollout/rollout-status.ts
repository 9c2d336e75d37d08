import type { Share, Tally } from '../candidate/candidate.ts'
import type { PolicyRefusal } from '../store/policy-target.ts'
import type { StepCounts } from './counts.ts'
import type { Waiting } from './judge-step.ts'
import type { RolloutConfig } from './rollout-config.ts'
import type { CandidateOrigin, LastNote, RolloutOutcome } from './rollout-directory.ts'

/** How a roll-out stands. Times in milliseconds since 1970. */
export interface RolloutStatus {
  readonly candidate: CandidateStatus | null
  /** What has become of the one before. */
  readonly last: LastNote | null
}

export interface CandidateStatus {
  readonly revision: string
  readonly sequence: number
  readonly origin: CandidateOrigin
  readonly by: string | null
  readonly begun: number
  /** Counted from 1; null: an operator has set the share, and it is left to operators. */
  readonly step: number | null
  readonly steps: number
  readonly share: Share
  /** Since when it has that. */
  readonly since: number
  /** When the step is passed at the earliest. */
  readonly next: number | null
  /**
   * What it is not passed for yet. `asked`: all are passed. `refused`: it was to be promoted, and `problem` says why it is not.
   */
  readonly waits: Waiting | 'asked' | 'refused' | null
  /** What could not be done, and is tried again. */
  readonly problem: { readonly code: string; readonly message: string; readonly at: number } | null
  /** In this step. */
  readonly counts: StepCounts
  /** Since the candidate began. */
  readonly tally: Tally | null
  /** By what it is measured. */
  readonly rules: Pick<RolloutConfig, 'promote' | 'requests' | 'rollback'>
}

/** Something has become of the candidate, or was. */
export interface RolloutEvent {
  /** `resumed`: after a restart, where it was. */
  readonly kind: 'shadow' | 'canary' | 'resumed' | RolloutOutcome
  readonly revision: string
  readonly sequence: number
  /** For which it decides, or did. */
  readonly share: Share
  /** Null: somebody has asked for it, or all was well. */
  readonly why: LastNote['why']
}

/** Why an operator is refused. */
export interface Declined {
  readonly kind: 'refused'
  /** `no-candidate`, `not-passed` and `no-service`, beside those of bundles. */
  readonly code: PolicyRefusal['code'] | 'no-candidate' | 'not-passed' | 'no-service'
  readonly message: string
}
