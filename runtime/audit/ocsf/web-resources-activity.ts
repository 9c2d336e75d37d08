import type { AuditRecord } from '../audit-record.ts'
import { endpointOf, type OcsfClass, type OcsfEvent, ocsfEvent, present, userOf } from './ocsf-event.ts'

const CLASS: OcsfClass = { category: [6, 'Application Activity'], class: [6001, 'Web Resources Activity'] }

/** Create, Read, Update, Delete. */
const ACTIVITIES: Readonly<Record<string, number>> = { POST: 1, GET: 2, HEAD: 2, QUERY: 2, PUT: 3, PATCH: 3, DELETE: 4 }

/** `action_id` and `disposition_id` of the profile `security_control`. */
const CONTROLS: Readonly<Record<AuditRecord['effect'], readonly [action: string, id: number, disposition: string, id: number]>> =
  {
    permit: ['Allowed', 1, 'Allowed', 1],
    deny: ['Denied', 2, 'Blocked', 2],
    challenge: ['Denied', 2, 'Challenge', 23],
    unauthenticated: ['Denied', 2, 'Unauthorized', 26],
    reject: ['Denied', 2, 'Rejected', 25],
  }
const FAILED = ['Denied', 2, 'Error', 27] as const

/** Decision records: class 6001, with the profiles `security_control` and `host` (which has `actor`). */
export function webResourcesActivity(record: AuditRecord): OcsfEvent {
  const { version, time, requestId, traceId, source, caller, method, host, path, rawPath, route, service, labels, ...others } =
    record
  const { effect, status, code, detail, rules, revision, sequence, ...unmapped } = others
  const isFault = code === 'internal'
  const [action, actionId, disposition, dispositionId] = isFault ? FAILED : CONTROLS[effect]
  const resource = route ?? rawPath ?? 'unknown'
  const event = ocsfEvent(CLASS, {
    activity: method === null ? 0 : ((Object.hasOwn(ACTIVITIES, method) ? ACTIVITIES[method] : undefined) ?? { name: method }),
    time,
    severity: isFault ? 'high' : effect === 'permit' ? 'informational' : 'low',
    message: `${effect}: ${method ?? 'a request'} ${resource}`,
    success: effect === 'permit' && code === null && record.complete,
    code,
    detail,
    profiles: caller === null ? ['security_control'] : ['host', 'security_control'],
    metadata: present({
      uid: requestId,
      correlation_uid: traceId,
      log_version: String(version),
      labels: labels.length > 0 ? labels : null,
    }),
    unmapped: { effect, ...unmapped },
  })
  const requested = present({ hostname: host, path: rawPath ?? path })
  return {
    ...event,
    ...endpointOf(source),
    ...((host !== null || service !== null) && { dst_endpoint: present({ hostname: host, svc_name: service }) }),
    ...(caller !== null && {
      actor: present({
        user: userOf(caller.identity, caller.subject),
        session: caller.credential === null ? null : { uid: caller.credential },
      }),
    }),
    http_request: present({
      uid: requestId,
      http_method: method,
      url: 'path' in requested ? requested : null,
    }),
    ...(status !== null && { http_response: { code: status } }),
    web_resources: [
      present({ name: resource, uid: route, type: route === null ? null : 'route', data: path === null ? null : { path } }),
    ],
    ...{ action, action_id: actionId, disposition, disposition_id: dispositionId },
    ...(revision !== null && { policy: present({ uid: revision, version: sequence === null ? null : String(sequence) }) }),
    ...(rules.length > 0 && { authorizations: rules.map((rule) => ({ decision: effect, policy: { name: rule } })) }),
  }
}
