import type { AuditRecord } from './audit-record.ts'

/** What a policy on trial made of a request, or the active one where the one on trial has decided it. */
export interface TrialOutcome {
  /** Of the policy that has not decided: it was only compared. */
  readonly revision: string
  /** Whether the policy on trial has decided: the request was in its share. */
  readonly inEarnest: boolean
  /**
   * How the two differ, always as from the active one to the one on trial: `gains` and `loses` access, `other` decides otherwise.
   * `failed`: the one on trial threw. `unknown`: what it would need was not there. `skipped`: there was no time for it.
   */
  readonly result: 'same' | 'gains' | 'loses' | 'other' | 'failed' | 'unknown' | 'skipped'
  /** What the policy of `revision` makes of it, where they differ; else it is left out. */
  readonly decision?: Pick<AuditRecord, 'effect' | 'rules' | 'reason'>
}
