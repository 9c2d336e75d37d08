import type { ActionRecord } from '../../action-record.ts'
import type { ChangeRecord } from '../../change-record.ts'
import { type OcsfClass, type OcsfObject, ocsfEvent, set, unmapped, userOf } from './ocsf-event.ts'

const CLASS: OcsfClass = { category: [3, 'Identity & Access Management'], class: [3004, 'Entity Management'] }

/** Values of `activity_id`: Create and Delete. */
const ACTIVITIES = { revoke: 1, restore: 4 } as const

const MAPPED = new Set(['version', 'kind', 'time', 'action', 'by', 'source', 'revocation'])

/** Converts the record of an action into an OCSF event of class 3004 (Entity Management). The entity is the revocation. */
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

/**
 * Values of `activity_id` for changes, refused or not. Policies: Activate, Resume, Enable (candidate), Update (share),
 * Deactivate, Disable (ended). Data: Update.
 */
const CHANGES = {
  policy: { activated: 10, refused: 10, released: 13, shadow: 8, canary: 3, 'rolled-back': 11, ended: 9 },
  data: { taken: 3, refused: 3 },
} as const

const CHANGE_MAPPED = new Set([
  'version',
  'kind',
  'time',
  'by',
  'source',
  'refusal',
  'revision',
  'sequence',
  'name',
  'dataVersion',
])

/** Converts the record of a change into an OCSF event of class 3004 (Entity Management). The entity is the policy or datum. */
export function changedEntity(record: ChangeRecord): OcsfObject {
  const { version, kind, change, by, source, refusal } = record
  const activity = kind === 'policy' ? CHANGES.policy[record.change] : CHANGES.data[record.change]
  const event = ocsfEvent(CLASS, {
    activity,
    time: record.time,
    severity: refusal === null ? 'informational' : 'low',
    success: refusal === null,
    message: `${kind} ${change}`,
    metadata: { log_version: String(version), event_code: `${kind}-${change}` },
  })
  event.unmapped = unmapped(record, CHANGE_MAPPED)
  if (source !== null) event.src_endpoint = { ip: source }
  if (by !== null) event.actor = { user: { name: by } }
  event.entity = changedOf(record)
  set(event, 'status_code', refusal?.code)
  set(event, 'status_detail', refusal?.message)
  return event
}

function changedOf(record: ChangeRecord): OcsfObject {
  if (record.kind === 'data') {
    const entity: OcsfObject = { name: record.name, type: 'data' }
    set(entity, 'version', record.dataVersion)
    return entity
  }
  const entity: OcsfObject = { name: 'policy', type: 'policy' }
  set(entity, 'uid', record.revision)
  set(entity, 'version', record.sequence === null ? null : String(record.sequence))
  return entity
}
