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
  /** False: notes and reports nothing before `keep`, as the configuration may be refused. Default: true. */
  readonly keeps?: boolean
  readonly clock: () => number
  /** Milliseconds between two checks of a candidate. Default: one second. */
  readonly interval?: number
  /** For logs, records and metrics. */
  readonly onEvent: OnRolloutEvent
  /** Called when the source's bundle may now take effect, to poll again. */
  readonly onFree?: () => void
  /** Called once for each new reason of a failure that is retried. */
  readonly onTrouble: (message: string) => void
}
