import type { Revoked } from '../../revocation/index.ts'
import type { ActionRecord } from '../action-record.ts'
import { endpointOf, type OcsfClass, type OcsfEvent, ocsfEvent, present, userOf } from './ocsf-event.ts'

const CLASS: OcsfClass = { category: [3, 'Identity & Access Management'], class: [3004, 'Entity Management'] }

/** A revocation is made, and taken back: Create, Delete. */
const ACTIVITIES = { revoke: 1, restore: 4 } as const

/** Action records: class 3004. The entity is the revocation. */
export function entityManagement(record: ActionRecord): OcsfEvent {
  const { version, kind, time, action, by, source, revocation, ...unmapped } = record
  const { id, what, reason, ...when } = revocation
  const event = ocsfEvent(CLASS, {
    activity: ACTIVITIES[action],
    time,
    severity: 'informational',
    message: `${action}: ${what.kind}`,
    success: true,
    metadata: { uid: `${id}:${action}`, log_version: String(version), event_code: action },
    unmapped,
  })
  return {
    ...event,
    ...endpointOf(source),
    actor: { user: { name: by } },
    entity: { uid: id, name: what.kind, type: 'revocation', data: { what, ...when }, ...subjectOf(what) },
    ...(reason !== null && { comment: reason }),
  }
}

/** Whom it is about, where it is somebody. */
function subjectOf(what: Revoked): Readonly<Record<string, unknown>> {
  return present({ user: what.kind === 'subject' ? userOf(what.identity, what.subject) : null })
}
