import type { Revocation, Revoked } from '../../identity/revocation/index.ts'
import { AUDIT_VERSION } from './audit-record.ts'

/**
 * What somebody has done to the proxy itself, in the same log as what was decided: one record an action. It has a `kind`, which
 * records of requests have not. `action-record.schema.json` says the same for those who read it.
 */
export interface ActionRecord {
  readonly version: typeof AUDIT_VERSION
  readonly kind: 'action'
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string
  /** `revoke`: something counts no longer; `restore`: that is taken back. */
  readonly action: 'revoke' | 'restore'
  /** Which of those who may: `token 1`, `certificate CN=ops`, `events of staff`. */
  readonly by: string
  /** From where. */
  readonly source: string | null
  readonly revocation: {
    readonly id: string
    readonly what: Revoked
    readonly before: string | null
    readonly until: string
    readonly reason: string | null
  }
  /** Of a `revoke`: how many WebSockets, streams and calls it has ended at this proxy; null: they were not counted. */
  readonly ended: number | null
}

export type Action = Pick<ActionRecord, 'action' | 'by' | 'source' | 'ended'>

export function actionRecord(action: Action, { id, what, before, until, reason }: Revocation, now: number): ActionRecord {
  return {
    version: AUDIT_VERSION,
    kind: 'action',
    time: timeOf(now),
    action: action.action,
    by: action.by,
    source: action.source,
    revocation: { id, what, before: before === null ? null : timeOf(before), until: timeOf(until), reason },
    ended: action.ended,
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
