import type { AuditRecord } from '../../audit-record.ts'
import { type OcsfClass, type OcsfObject, ocsfEvent, present, set, unmapped, userOf } from './ocsf-event.ts'

const CLASS: OcsfClass = { category: [6, 'Application Activity'], class: [6001, 'Web Resources Activity'] }

/** Values of `activity_id`: Create, Read, Update and Delete. */
const ACTIVITIES = new Map([
  ['POST', 1],
  ['GET', 2],
  ['HEAD', 2],
  ['PUT', 3],
  ['PATCH', 3],
  ['DELETE', 4],
])
const UNKNOWN = 0

/** Values of `action_id` and `disposition_id` of the profile `security_control`, each with its name. */
type Control = readonly [action: string, id: number, disposition: string, id: number]
const CONTROLS: Readonly<Record<AuditRecord['effect'], Control>> = {
  permit: ['Allowed', 1, 'Allowed', 1],
  deny: ['Denied', 2, 'Blocked', 2],
  challenge: ['Denied', 2, 'Challenge', 23],
  unauthenticated: ['Denied', 2, 'Unauthorized', 26],
  reject: ['Denied', 2, 'Rejected', 25],
}
const FAULT: Control = ['Denied', 2, 'Error', 27]

const MAPPED = new Set([
  ...['version', 'time', 'requestId', 'traceId', 'source', 'caller', 'method', 'host', 'path', 'rawPath', 'route', 'service'],
  ...['labels', 'status', 'code', 'detail', 'rules', 'revision', 'sequence'],
])

/**
 * Converts the record of a request into an OCSF event of class 6001 (Web Resources Activity), with the profiles
 * `security_control` and `host` (for `actor`).
 */
export function webResourcesActivity(record: AuditRecord): OcsfObject {
  const { caller, method, effect, code, status, rules } = record
  const isFault = code === 'internal'
  const resource = record.route ?? record.rawPath ?? 'unknown'
  const event = ocsfEvent(CLASS, {
    activity: method === null ? UNKNOWN : (ACTIVITIES.get(method) ?? method),
    time: record.time,
    severity: isFault ? 'high' : effect === 'permit' ? 'informational' : 'low',
    success: effect === 'permit' && code === null && record.complete,
    message: `${effect}: ${method ?? 'a request'} ${resource}`,
    metadata: metadataOf(record),
  })
  set(event, 'status_code', code)
  set(event, 'status_detail', record.detail)
  event.unmapped = unmapped(record, MAPPED)
  if (record.source !== null) event.src_endpoint = { ip: record.source }
  if (record.host !== null || record.service !== null)
    event.dst_endpoint = present({ hostname: record.host, svc_name: record.service })
  if (caller !== null) event.actor = actorOf(caller)
  event.http_request = httpRequestOf(record)
  if (status !== null) event.http_response = { code: status }
  event.web_resources = [resourceOf(record, resource)]
  const [action, actionId, disposition, dispositionId] = isFault ? FAULT : CONTROLS[effect]
  event.action = action
  event.action_id = actionId
  event.disposition = disposition
  event.disposition_id = dispositionId
  if (record.revision !== null)
    event.policy = present({ uid: record.revision, version: record.sequence === null ? null : String(record.sequence) })
  if (rules.length > 0) event.authorizations = rules.map((rule) => ({ decision: effect, policy: { name: rule } }))
  return event
}

const PROFILES = { known: ['host', 'security_control'], anonymous: ['security_control'] } as const

function metadataOf({ version, requestId, traceId, caller, labels }: AuditRecord): OcsfObject {
  const metadata: OcsfObject = { log_version: String(version), uid: requestId }
  set(metadata, 'correlation_uid', traceId)
  metadata.profiles = caller === null ? PROFILES.anonymous : PROFILES.known
  if (labels.length > 0) metadata.labels = labels
  return metadata
}

function actorOf({ identity, subject, credential }: NonNullable<AuditRecord['caller']>): OcsfObject {
  const actor: OcsfObject = { user: userOf(identity, subject) }
  if (credential !== null) actor.session = { uid: credential }
  return actor
}

function httpRequestOf({ requestId, method, host, path, rawPath }: AuditRecord): OcsfObject {
  const request: OcsfObject = { uid: requestId }
  set(request, 'http_method', method)
  // A URL requires a path.
  if (rawPath !== null || path !== null) request.url = present({ hostname: host, path: rawPath ?? path })
  return request
}

function resourceOf({ route, path }: AuditRecord, name: string): OcsfObject {
  const resource: OcsfObject = { name }
  if (route !== null) {
    resource.uid = route
    resource.type = 'route'
  }
  if (path !== null) resource.data = { path }
  return resource
}
