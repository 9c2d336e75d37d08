import { type RefusalCode, refusals } from '../../../request/index.ts'
import { type CredentialRefusalCode, credentialRefusals, credentialStatus } from '../../identity/index.ts'
import { type AbortCode, abortCodes } from './abort-codes.ts'
import { type CheckRefusalCode, checkRefusals } from './check-refusals.ts'
import { type ProxyErrorCode, proxyErrors, refusedBefore } from './proxy-errors.ts'
import { sentence } from './refusal.ts'
import { type RouteRefusalCode, routeRefusals } from './route-refusals.ts'

/** The part of the proxy that refuses or aborts a request. */
export type FailureGroup = 'proxy' | 'request' | 'route' | 'check' | 'credential' | 'abort'

type Code = ProxyErrorCode | RefusalCode | RouteRefusalCode | CheckRefusalCode | CredentialRefusalCode | AbortCode

/**
 * The documentation of a code of refused or aborted requests. The response, the audit record, metrics and the log use the same
 * code.
 */
export interface FailureCode {
  readonly group: FailureGroup
  /** HTTP statuses of the response, which has the code in its header `x-iap-error`. Empty if the code occurs in no response. */
  readonly statuses: readonly number[]
  /** Whether a response that has begun may be aborted with this code. */
  readonly aborts: boolean
  /** Description of the failure. */
  readonly detail: string
  readonly advice: string
  /** Names of further Prometheus metrics that count the failure, besides `iap_requests_total`. */
  readonly metrics: readonly string[]
  /** Response flags of Envoy for comparable failures. */
  readonly envoy: readonly string[]
}

/** Envoy's response flags for comparable failures. */
const envoyFlags: Partial<Record<Code, readonly string[]>> = {
  denied: ['UAEX'],
  'no-route': ['NR'],
  'rate-limited': ['RL'],
  'limits-unavailable': ['RLSE'],
  'request-malformed': ['DPE'],
  'pseudo-header': ['DPE'],
  'connection-field': ['DPE'],
  'framing-ambiguous': ['DPE'],
  overloaded: ['OM'],
  'no-upstream': ['NC'],
  'upstream-busy': ['UO'],
  'upstream-unavailable': ['UH'],
  'upstream-unreachable': ['UF', 'DF'],
  'upstream-tls': ['UF'],
  'upstream-closed': ['UC', 'UR'],
  'upstream-bad-response': ['UPE'],
  'upstream-protocol': ['UPE'],
  'upstream-timeout': ['UT'],
  'client-closed': ['DC', 'DR'],
  'client-stalled': ['SI'],
}

const furtherMetrics: Partial<Record<Code, string>> = {
  'rate-limited': 'iap_limits_total',
  'limits-unavailable': 'iap_limits_total',
  overloaded: 'iap_overloaded_total',
  'client-stalled': 'iap_stalled_total',
  ...Object.fromEntries(
    Object.keys(proxyErrors)
      .filter((code) => code.startsWith('upstream-') || code === 'internal')
      .map((code) => [code, 'iap_upstream_errors_total']),
  ),
}

/** Codes of error responses that also abort a response that has begun. */
const aborting: ReadonlySet<string> = new Set<Code>([
  'request-malformed',
  'request-timeout',
  'policy-changed',
  'upstream-closed',
  'upstream-bad-response',
  'upstream-timeout',
  'internal',
  'expired',
  'session',
  'revoked',
  'revocations-unavailable',
])

/** All codes of refused and aborted requests, in the order of the documentation. */
export const failureCodes: ReadonlyMap<string, FailureCode> = new Map([
  ...entriesOf(proxyErrors).map(([code, { status, detail, advice }]) =>
    // Another version of WebSocket has a status of its own (RFC 6455, section 4.4).
    rowOf('proxy', code, code === 'websocket-handshake' ? [status, 426] : [status], detail, advice),
  ),
  rowOf(
    'proxy',
    'security-event',
    [400, 503],
    'The request contains no valid security event token (RFC 8417), or the proxy cannot store the revocation.',
    'Read `detail` in the audit record. After a 503, the sender repeats the event.',
  ),
  ...entriesOf(refusals)
    .filter(([code]) => !Object.hasOwn(proxyErrors, code))
    .map(([code, [status, message]]) => rowOf('request', code, [status], sentence(message), adviceAt(status))),
  ...entriesOf(routeRefusals).map(([code, { status, detail, advice }]) => rowOf('route', code, [status], detail, advice)),
  ...entriesOf(checkRefusals).map(([code, { status, detail, advice }]) => rowOf('check', code, [status], detail, advice)),
  ...entriesOf(credentialRefusals).map(([code, { message, advice }]) =>
    rowOf('credential', code, [credentialStatus(code)], sentence(message), advice),
  ),
  ...entriesOf(abortCodes).map(([code, { detail, advice }]) => rowOf('abort', code, [], detail, advice)),
])

function rowOf(
  group: FailureGroup,
  code: Code | 'security-event',
  statuses: readonly number[],
  detail: string,
  advice: string,
): readonly [string, FailureCode] {
  const known = code === 'security-event' ? null : code
  const further = known && furtherMetrics[known]
  const aborts = statuses.length === 0 || aborting.has(code)
  const envoy = (known && envoyFlags[known]) ?? []
  return [code, { group, statuses, aborts, detail, advice, metrics: further ? [further] : [], envoy }]
}

function entriesOf<K extends string, V>(catalogue: Readonly<Record<K, V>>): readonly (readonly [K, V])[] {
  return Object.entries(catalogue) as unknown as readonly (readonly [K, V])[]
}

function adviceAt(status: number): string {
  return refusedBefore[status]?.advice ?? ''
}
