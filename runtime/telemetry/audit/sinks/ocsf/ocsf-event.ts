import { VERSION } from '../../../../base/version.ts'

export type OcsfObject = Record<string, unknown>

/** Release of OCSF to which the classes belong. */
const OCSF_VERSION = '1.5.0'

export interface OcsfClass {
  readonly category: readonly [uid: number, name: string]
  readonly class: readonly [uid: number, name: string]
}

/** Value of `activity_id` for an activity without a number of its own. */
const OTHER = 99
const SEVERITIES = { informational: 1, low: 2, high: 4 } as const
const PRODUCT = { name: 'iap', vendor_name: 'iap', version: VERSION }

interface Common {
  /** Activity of the class, or a name if the class has no number for it. */
  readonly activity: number | string
  readonly time: string
  readonly severity: keyof typeof SEVERITIES
  readonly success: boolean
  readonly message: string
  /** Additional metadata. */
  readonly metadata: OcsfObject
}

/** Creates an event of an OCSF class with the attributes common to all classes. */
export function ocsfEvent(of: OcsfClass, { activity, time, severity, success, message, metadata }: Common): OcsfObject {
  const activityId = typeof activity === 'number' ? activity : OTHER
  const [classUid, className] = of.class
  const event: OcsfObject = {
    category_uid: of.category[0],
    category_name: of.category[1],
    class_uid: classUid,
    class_name: className,
    activity_id: activityId,
    type_uid: classUid * 100 + activityId,
    time: Date.parse(time),
    severity_id: SEVERITIES[severity],
    status_id: success ? 1 : 2,
    message,
    metadata: { version: OCSF_VERSION, product: PRODUCT, log_name: 'audit', ...metadata },
  }
  if (typeof activity === 'string') event.activity_name = activity
  return event
}

export function set(object: OcsfObject, name: string, value: unknown): void {
  if (value !== null && value !== undefined) object[name] = value
}

export function present(attributes: OcsfObject): OcsfObject {
  const made: OcsfObject = {}
  for (const name of Object.keys(attributes)) set(made, name, attributes[name])
  return made
}

/** Returns the members of a record that were not converted to OCSF attributes. */
export function unmapped(record: object, mapped: ReadonlySet<string>): OcsfObject {
  const rest: OcsfObject = {}
  for (const [name, value] of Object.entries(record)) if (!mapped.has(name)) rest[name] = value
  return rest
}

/** Returns the OCSF user of a subject. Subjects are unique within an identity only. */
export function userOf(identity: string | null, subject: string | null): OcsfObject {
  // OCSF requires a user with a name.
  if (subject === null) return { name: identity ?? 'unknown', type_id: 0 }
  return identity === null ? { uid: subject, type_id: 1 } : { uid: subject, domain: identity, type_id: 1 }
}
