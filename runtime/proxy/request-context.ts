import type { CanonicalRequest, Trust } from '../../request/index.ts'
import type { Certificate, EvaluationError, Obligations, Outcome, UnmetRequirement } from '../abi/index.ts'
import type { Authentication, SessionUser } from '../identity/index.ts'
import type { Policy, RolloutCandidate, RouteEntry } from '../policy/index.ts'
import type { QueryHandle, RequestHandle } from '../realm/program/program.ts'
import type { AuditRecord, CandidateOutcome } from '../telemetry/audit/index.ts'
import type { RequestSpan } from '../telemetry/traces/index.ts'
import type { CheckSource } from './checks/check-config.ts'
import type { Cors } from './cors/cors.ts'
import type { InboundRequest } from './inbound-request.ts'
import type { OutboundResponse } from './outbound-response.ts'
import type { ProxyContext, ServiceEntry } from './proxy-context.ts'
import type { ClientLimit } from './rate-limits/rate-limit-headers.ts'
import type { Tunnel } from './websocket/tunnel.ts'
import type { Upgrade } from './websocket/upgrade.ts'

/** The reason for which the credential or the policy of a request under way is no longer valid. */
export type EndedCode = 'expired' | 'session' | 'revoked' | 'revocations-unavailable' | 'policy-changed'

/** The forwarding of a request under way, which can be cancelled. */
export interface Cancellable {
  cancel(): void
  endWith(code: EndedCode): void
  /** Returns whether the streamed request body has made progress since the previous call. */
  moves(): boolean
  /**
   * Fails the request if it has made no progress for too long. Called about once a second.
   *
   * @param now current time in milliseconds of `performance.now()`
   */
  watch(now: number): void
}

/** The comparison of the decisions that the active policy and the candidate make about a request. */
export interface CandidateComparison {
  threw: boolean
  /**
   * How the decisions of the active policy and the candidate compare; `null` before the comparison, or if the request ended
   * without a decision.
   */
  readonly outcome: CandidateOutcome | null
  isOf(active: Policy | null, on: RolloutCandidate | null): boolean
  /** Compares the decisions. Only the first call has an effect. Never throws. */
  compare(): void
}

/**
 * The data of one request and its response, which the stages of the pipeline read and write. `request-lifecycle.ts` begins and
 * ends it. It ends once: with the last byte of the response or with the connection.
 */
export interface RequestContext {
  readonly proxy: ProxyContext
  /** The trusted proxies of the listener and their forwarding header; `null` if no such header is trusted. */
  readonly trust: Trust | null
  /** The listener by which another proxy asks about the request; `null` if this proxy forwards it. */
  readonly check: CheckSource | null
  readonly incoming: InboundRequest
  readonly answer: OutboundResponse
  /** The upgrade of the connection to another protocol; `null` for ordinary requests. */
  readonly upgrade: Upgrade | null
  readonly requestId: string
  /** Time of arrival in milliseconds since 1970. */
  readonly arrived: number
  /** Time of arrival in milliseconds of `performance.now()`. */
  readonly started: number
  /** ID of the request in the request metrics, returned by `RequestCounter.begin`. */
  metricsKey: number
  span: RequestSpan | null

  // Canonicalize.
  request: CanonicalRequest | null

  // Select the policy.
  policy: Policy | null
  /**
   * Comparison of the active policy's decision with the candidate's; `null` if there was no candidate when the request arrived.
   */
  candidate: CandidateComparison | null
  /** The caller that was authenticated to select the active policy or the candidate; `null` if the selection needed no caller. */
  variantCaller: Authentication | null

  // Match the route.
  route: RouteEntry | null
  routeIndex: number
  /** The configured service of the matched route; `null` if there is none. */
  service: ServiceEntry | null
  cors: Cors | null
  /** The values of the query parameters that the route declares. */
  query: QueryHandle | null

  // Authenticate.
  authentication: Authentication | null
  /** Time of the last authentication, in milliseconds of `performance.now()`. */
  authenticatedAt: number

  // Authorize.
  /** The client certificate that the policy reads; `null` if there is none. */
  certificate: Certificate | null
  outcome: Outcome | null
  decisionRequest: RequestHandle | null
  effect: AuditRecord['effect']
  rules: readonly string[]
  errors: readonly EvaluationError[]
  challenge: readonly UnmetRequirement[] | null
  obligations: Obligations
  shadow: readonly string[]
  /** The body as received, if the policy has read it; `null` if it is streamed. */
  body: Buffer | null
  /** Milliseconds from arrival to the decision; `null` if none was made. */
  decidedAfter: number | null

  // Limit, exchange the token, forward.
  /** The rate limit that the client is informed about; `null` if there is none, or the store was unavailable. */
  limit: ClientLimit | null
  /** The token for the service. `null` if none was obtained; `undefined` if the service has no token exchange. */
  bearer: string | null | undefined
  strippedHeaders: readonly string[]
  /** Forwarding of the request to its service, which is cancelled if the client leaves; `null` before it begins. */
  forwarding: Cancellable | null
  tunnel: Tunnel | null
  upstream: string | null
  upstreamStatus: number | null
  /** Number of attempts to forward the request. */
  attempts: number
  /** Milliseconds from arrival to the head of the service's response; `null` if none has arrived. */
  answeredAfter: number | null
  responseBytes: number

  // Outcome.
  /** The code for which the request was refused or its response aborted (see `failure-codes.ts`); `null` if neither happened. */
  code: string | null
  detail: string | null
  /**
   * The claim or other value whose mismatch made a credential invalid, for the audit record; `null` if no values were compared.
   */
  mismatch: AuditRecord['mismatch'] | null
  ended: boolean
  /** Callback for the end of the request, called once. */
  onEnd: (() => void) | null

  // Lists of requests under way that contain the request.
  /** The request's entry in the list of requests of its caller's session; `null` if it has none. */
  sessionUse: { readonly users: Set<SessionUser>; readonly user: SessionUser } | null
  isLive: boolean
  liveBefore: RequestContext | null
  liveAfter: RequestContext | null
  /** Time since which `watchRequest` has observed the request without a response, in milliseconds of `performance.now()`. */
  watchedSince: number | null
  /** Ends the request. Listens to the response's `close` event and, if `hearsConnection` is set, to the connection's. */
  readonly end: () => void
  hearsConnection: boolean
}

/** A request whose canonical form is known. */
export interface CanonicalContext extends RequestContext {
  readonly request: CanonicalRequest
}

/** A request whose policy and route are known. */
export interface RoutedContext extends CanonicalContext {
  readonly policy: Policy
  readonly route: RouteEntry
}
