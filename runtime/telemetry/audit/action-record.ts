import type { Revocation, Revoked } from '../../identity/revocation/index.ts'
import { AUDIT_VERSION } from './audit-record.ts'

/** An operator's action, one record each. Unlike records of requests it has a `kind`. See `action-record.schema.json`. */
export interface ActionRecord {
  readonly version: typeof AUDIT_VERSION
  readonly kind: 'action'
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string
  /** `revoke`: something is no longer valid; `restore`: that is undone. */
  readonly action: 'revoke' | 'restore'
  /** Such as `token 1`, `certificate CN=ops`, `events of staff`. */
  readonly by: string
  readonly source: string | null
  readonly revocation: {
    readonly id: string
    readonly what: Revoked
    readonly before: string | null
    readonly until: string
    readonly reason: string | null
  }
  /** For `revoke`: number of streams it ended at this proxy; null: not counted. */
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
