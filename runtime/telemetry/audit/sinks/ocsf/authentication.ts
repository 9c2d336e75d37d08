import type { LoginRecord } from '../../login-record.ts'
import { type OcsfClass, type OcsfObject, ocsfEvent, set, unmapped, userOf } from './ocsf-event.ts'

const CLASS: OcsfClass = { category: [3, 'Identity & Access Management'], class: [3002, 'Authentication'] }

/** Values of `activity_id`: Logon and Logoff. */
const ACTIVITIES = { login: 1, logout: 2 } as const
const PROTOCOLS = { oidc: ['OpenID', 4], saml: ['SAML', 5] } as const
const UNKNOWN = ['Unknown', 0] as const

const MAPPED = new Set([
  ...['version', 'kind', 'time', 'action', 'requestId', 'source', 'host', 'identity', 'subject', 'session', 'code', 'detail'],
])

/** Converts the record of a login into an OCSF event of class 3002 (Authentication). */
export function authentication(record: LoginRecord): OcsfObject {
  const { version, action, outcome, requestId, method } = record
  const event = ocsfEvent(CLASS, {
    activity: ACTIVITIES[action],
    time: record.time,
    severity: outcome === 'success' ? 'informational' : 'low',
    success: outcome === 'success',
    message: `${action}: ${outcome}`,
    metadata: { log_version: String(version), uid: `${requestId}:${action}`, event_code: action },
  })
  set(event, 'status_code', record.code)
  set(event, 'status_detail', record.detail)
  event.unmapped = unmapped(record, MAPPED)
  if (record.source !== null) event.src_endpoint = { ip: record.source }
  if (record.host !== null) event.dst_endpoint = { hostname: record.host }
  event.http_request = { uid: requestId }
  event.service = { name: 'iap' }
  event.user = userOf(record.identity, record.subject)
  if (record.session !== null) event.session = { uid: record.session }
  const [protocol, protocolId] = method === null ? UNKNOWN : PROTOCOLS[method]
  event.auth_protocol = protocol
  event.auth_protocol_id = protocolId
  event.is_remote = true
  return event
}
