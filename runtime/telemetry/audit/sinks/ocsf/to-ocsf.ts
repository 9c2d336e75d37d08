import type { RecordInLine } from '../../record-in.ts'
import { authentication } from './authentication.ts'
import { changedEntity, entityManagement } from './entity-management.ts'
import { type OcsfObject, ocsfEvent, unmapped } from './ocsf-event.ts'
import { webResourcesActivity } from './web-resources-activity.ts'

/** Converts a record into an OCSF event (`docs/reference/audit-ocsf.md`). The event holds all members of the record. */
export function toOcsf(found: RecordInLine): OcsfObject {
  switch (found.kind) {
    case 'decision':
      return webResourcesActivity(found.record)
    case 'login':
      return authentication(found.record)
    case 'action':
      return entityManagement(found.record)
    case 'change':
      return changedEntity(found.record)
    case 'other':
      return baseEvent(found.name, found.record)
  }
}

const TIME = new Set(['time'])

/** Converts a record of another kind into an event of the base class, with all its members. */
function baseEvent(name: string, record: { readonly time: string }): OcsfObject {
  const event = ocsfEvent(
    { category: [0, 'Uncategorized'], class: [0, 'Base Event'] },
    {
      activity: name,
      time: record.time,
      severity: 'informational',
      success: true,
      message: name,
      metadata: { event_code: name },
    },
  )
  event.unmapped = unmapped(record, TIME)
  return event
}
