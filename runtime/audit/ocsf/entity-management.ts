import type { ActionRecord } from '../action-record.ts'
import { type OcsfClass, type OcsfObject, ocsfEvent, set, unmapped, userOf } from './ocsf-event.ts'

const CLASS: OcsfClass = { category: [3, 'Identity & Access Management'], class: [3004, 'Entity Management'] }

/** A revocation is made, and taken back: Create, Delete. */
const ACTIVITIES = { revoke: 1, restore: 4 } as const

const MAPPED = new Set(['version', 'kind', 'time', 'action', 'by', 'source', 'revocation'])

/** Action records: class 3004. The entity is the revocation. */
export function entityManagement(record: ActionRecord): OcsfObject {
  const { version, action, by, source, revocation } = record
  const event = ocsfEvent(CLASS, {
    activity: ACTIVITIES[action],
    time: record.time,
    severity: 'informational',
    success: true,
    message: `${action}: ${revocation.what.kind}`,
    metadata: { log_version: String(version), uid: `${revocation.id}:${action}`, event_code: action },
  })
  event.unmapped = unmapped(record, MAPPED)
  if (source !== null) event.src_endpoint = { ip: source }
  event.actor = { user: { name: by } }
  event.entity = entityOf(revocation)
  set(event, 'comment', revocation.reason)
  return event
}

function entityOf({ id, what, before, until }: ActionRecord['revocation']): OcsfObject {
  const entity: OcsfObject = { uid: id, name: what.kind, type: 'revocation', data: { what, before, until } }
  if (what.kind === 'subject') entity.user = userOf(what.identity, what.subject)
  return entity
}
