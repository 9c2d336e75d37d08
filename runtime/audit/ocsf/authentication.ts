import type { LoginRecord } from '../login-record.ts'
import { endpointOf, type OcsfClass, type OcsfEvent, ocsfEvent, userOf } from './ocsf-event.ts'

const CLASS: OcsfClass = { category: [3, 'Identity & Access Management'], class: [3002, 'Authentication'] }

/** Logon, Logoff. */
const ACTIVITIES = { login: 1, logout: 2 } as const
const PROTOCOLS = { oidc: ['OpenID', 4], saml: ['SAML', 5] } as const

/** Login records: class 3002. */
export function authentication(record: LoginRecord): OcsfEvent {
  const {
    version,
    kind,
    time,
    action,
    outcome,
    requestId,
    source,
    host,
    identity,
    method,
    subject,
    session,
    code,
    detail,
    ...unmapped
  } = record
  const [protocol, protocolId] = method === null ? ['Unknown', 0] : PROTOCOLS[method]
  const event = ocsfEvent(CLASS, {
    activity: ACTIVITIES[action],
    time,
    severity: outcome === 'success' ? 'informational' : 'low',
    message: `${action}: ${outcome}`,
    success: outcome === 'success',
    code,
    detail,
    metadata: { uid: `${requestId}:${action}`, log_version: String(version), event_code: action },
    unmapped: { outcome, method, ...unmapped },
  })
  return {
    ...event,
    ...endpointOf(source),
    ...(host !== null && { dst_endpoint: { hostname: host } }),
    http_request: { uid: requestId },
    service: { name: 'iap' },
    user: userOf(identity, subject),
    ...(session !== null && { session: { uid: session } }),
    ...{ auth_protocol: protocol, auth_protocol_id: protocolId, is_remote: true },
  }
}
