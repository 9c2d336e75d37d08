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
  /** Store of the candidate, or `null` to forget it when the process ends. */
  readonly directory: RolloutDirectory | null
  /**
   * Whether notes are written and events reported at once. If false, they wait for `keep`, as the configuration may still be
   * refused. Default: true.
   */
  readonly keeps?: boolean
  readonly clock: () => number
  /** Milliseconds between two checks of a candidate. Default: one second. */
  readonly interval?: number
  /** Receives each event of the rollout, such as a promotion, for logs, records and metrics. */
  readonly onEvent: OnRolloutEvent
  /** Called when the source's bundle may take effect, so that the source is polled again. */
  readonly onFree?: () => void
  /** Receives the reason of a failure that is retried, once for each new reason. */
  readonly onTrouble: (message: string) => void
}
