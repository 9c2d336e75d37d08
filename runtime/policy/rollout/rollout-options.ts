import type { Candidates } from '../candidate/candidate.ts'
import type { PolicyStore } from '../store/policy-store.ts'
import type { RolloutConfig } from './rollout-config.ts'
import type { RolloutDirectory } from './rollout-directory.ts'
import type { OnRolloutEvent } from './rollout-news.ts'

export interface RolloutOptions {
  readonly config: RolloutConfig
  readonly store: Pick<
    PolicyStore,
    'activate' | 'agree' | 'differ' | 'hold' | 'holdAgain' | 'promote' | 'status' | 'turnDown' | 'vet'
  >
  readonly candidates: Candidates
  /** Null: a restart forgets the candidate. */
  readonly directory: RolloutDirectory | null
  /** False: nothing is noted or told before `keep`, as whoever tries a configuration may not take it. Default: true. */
  readonly keeps?: boolean
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Milliseconds between two looks at how a candidate goes; a second where left out. */
  readonly interval?: number
  /** For logs, records and metrics. */
  readonly onEvent: OnRolloutEvent
  /** What the source has may come into force now: it is asked again. */
  readonly onFree?: () => void
  /** Something cannot be done, and is tried again: once for each new reason. */
  readonly onTrouble: (message: string) => void
}
