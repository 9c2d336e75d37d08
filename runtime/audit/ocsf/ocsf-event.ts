import { VERSION } from '../../version.ts'

/** An event of OCSF: what all classes have, and what is of its class. */
export interface OcsfEvent extends Readonly<Record<string, unknown>> {
  readonly class_uid: number
  readonly activity_id: number
  readonly time: number
}

/** The release whose classes these are. */
export const OCSF_VERSION = '1.5.0'

export interface OcsfClass {
  readonly category: readonly [uid: number, name: string]
  readonly class: readonly [uid: number, name: string]
}

export const OTHER = 99

interface Common {
  /** Of its class; a name where the class has no number for it. */
  readonly activity: number | { readonly name: string }
  /** RFC 3339. */
  readonly time: string
  readonly severity: keyof typeof SEVERITIES
  readonly message: string
  readonly success: boolean
  /** Of a failure. */
  readonly code?: string | null
  readonly detail?: string | null
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly profiles?: readonly string[]
  /** Members of the record that no attribute is for. */
  readonly unmapped: Readonly<Record<string, unknown>>
}

const SEVERITIES = { informational: 1, low: 2, high: 4 } as const

/** What every event has, of a class that is its own. */
export function ocsfEvent(of: OcsfClass, common: Common): OcsfEvent {
  const {
    activity,
    time,
    severity,
    message,
    success,
    code = null,
    detail = null,
    metadata = {},
    profiles = [],
    unmapped,
  } = common
  const activityId = typeof activity === 'number' ? activity : OTHER
  const [classUid, className] = of.class
  return {
    category_uid: of.category[0],
    category_name: of.category[1],
    class_uid: classUid,
    class_name: className,
    activity_id: activityId,
    ...(typeof activity === 'object' && { activity_name: activity.name }),
    type_uid: classUid * 100 + activityId,
    time: Date.parse(time),
    severity_id: SEVERITIES[severity],
    status_id: success ? 1 : 2,
    ...(code !== null && { status_code: code }),
    ...(detail !== null && { status_detail: detail }),
    message,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'iap', vendor_name: 'iap', version: VERSION },
      log_name: 'audit',
      ...(profiles.length > 0 && { profiles }),
      ...metadata,
    },
    unmapped,
  }
}

/** Without what is null: OCSF leaves out what is not there. */
export function present(attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined))
}

/** Where a request came from. */
export function endpointOf(address: string | null): Readonly<Record<string, unknown>> {
  return address === null ? {} : { src_endpoint: { ip: address } }
}

/** A subject is one of an identity alone. */
export function userOf(identity: string | null, subject: string | null): Readonly<Record<string, unknown>> {
  // An event without a user has none that it could be told by; OCSF requires one that has a name.
  if (subject === null) return present({ name: identity ?? 'unknown', type_id: 0 })
  return present({ uid: subject, domain: identity, type_id: 1 })
}
