import { VERSION } from '../../../../base/version.ts'

/** An event of OCSF, or an object in one: made attribute by attribute, as what is not there is left out. */
export type OcsfObject = Record<string, unknown>

/** The release whose classes these are. */
const OCSF_VERSION = '1.5.0'

export interface OcsfClass {
  readonly category: readonly [uid: number, name: string]
  readonly class: readonly [uid: number, name: string]
}

/** Of `activity_id`: there is a name for it, and no number. */
const OTHER = 99
const SEVERITIES = { informational: 1, low: 2, high: 4 } as const
const PRODUCT = { name: 'iap', vendor_name: 'iap', version: VERSION }

interface Common {
  /** Of its class; a name where the class has no number for it. */
  readonly activity: number | string
  /** RFC 3339. */
  readonly time: string
  readonly severity: keyof typeof SEVERITIES
  readonly success: boolean
  readonly message: string
  /** Beside what all have. */
  readonly metadata: OcsfObject
}

/** What every event has, of a class that is its own. */
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

/** OCSF leaves out what is not there. */
export function set(object: OcsfObject, name: string, value: unknown): void {
  if (value !== null && value !== undefined) object[name] = value
}

/** Without what is null. */
export function present(attributes: OcsfObject): OcsfObject {
  const made: OcsfObject = {}
  for (const name of Object.keys(attributes)) set(made, name, attributes[name])
  return made
}

/** Members of a record that no attribute is for, whatever they are. */
export function unmapped(record: object, mapped: ReadonlySet<string>): OcsfObject {
  const rest: OcsfObject = {}
  for (const [name, value] of Object.entries(record)) if (!mapped.has(name)) rest[name] = value
  return rest
}

/** A subject is one of an identity alone. */
export function userOf(identity: string | null, subject: string | null): OcsfObject {
  // An event without a user has none that it could be told by; OCSF requires one that has a name.
  if (subject === null) return { name: identity ?? 'unknown', type_id: 0 }
  return identity === null ? { uid: subject, type_id: 1 } : { uid: subject, domain: identity, type_id: 1 }
}
