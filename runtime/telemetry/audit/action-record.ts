import type { Revocation, Revoked } from '../../identity/revocation/index.ts'
import { AUDIT_VERSION } from './audit-record.ts'

/** Audit record of an operator's action (`action-record.schema.json`). Unlike records of requests it has a `kind`. */
export interface ActionRecord {
  readonly version: typeof AUDIT_VERSION
  readonly kind: 'action'
  /** Time of the action (RFC 3339, milliseconds, UTC). */
  readonly time: string
  /** Kind of the action. `revoke`: something is no longer valid. `restore`: a revocation is undone. */
  readonly action: 'revoke' | 'restore'
  /** Author of the action, such as `token 1`, `certificate CN=ops` or `events of staff`. */
  readonly by: string
  readonly source: string | null
  readonly revocation: {
    readonly id: string
    readonly what: Revoked
    readonly before: string | null
    readonly until: string
    readonly reason: string | null
  }
  /** Number of streams that a `revoke` ended at this proxy, or `null` if they were not counted. */
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
