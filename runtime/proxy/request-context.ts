import type { CanonicalRequest, Trust } from '../../request/index.ts'
import type { Certificate, EvaluationError, Obligations, Outcome, UnmetRequirement } from '../abi/index.ts'
import type { Authentication, SessionUser } from '../identity/index.ts'
import type { Policy, RolloutCandidate, RouteEntry } from '../policy/index.ts'
import type { QueryHandle, RequestHandle } from '../realm/program/program.ts'
import type { AuditRecord, CandidateOutcome } from '../telemetry/audit/index.ts'
import type { RequestSpan } from '../telemetry/traces/index.ts'
import type { Cors } from './cors/cors.ts'
import type { InboundRequest } from './inbound-request.ts'
import type { OutboundResponse } from './outbound-response.ts'
import type { ProxyContext, ServiceEntry } from './proxy-context.ts'
import type { ClientLimit } from './rate-limits/rate-limit-headers.ts'
import type { Tunnel } from './websocket/tunnel.ts'
import type { Upgrade } from './websocket/upgrade.ts'

/** Why a request's credential or policy is no longer valid. */
export type EndedCode = 'expired' | 'session' | 'revoked' | 'revocations-unavailable' | 'policy-changed'

/** The forwarding of a request and its response. */
export interface Cancellable {
  cancel(): void
  endWith(code: EndedCode): void
  /** Whether a streamed body has made progress since the last call. */
  moves(): boolean
  /** Fails without progress for too long. Called about once a second. `now`: of `performance.now()`. */
  watch(now: number): void
}

/** The comparison of a request's decisions by the active policy and the candidate. */
export interface CandidateComparison {
  threw: boolean
  /** `null`: not compared yet, or nothing was decided. */
  readonly outcome: CandidateOutcome | null
  isOf(active: Policy | null, on: RolloutCandidate | null): boolean
  /** Compares the decisions, once. Never throws. */
  compare(): void
}

/**
 * One request and its response: the data that its stages read and write. `request-lifecycle.ts` begins and ends it; it ends once,
 * with the last response byte or the connection.
 */
export interface RequestContext {
  readonly proxy: ProxyContext
  /** Of the listener: which peers are trusted proxies. */
  readonly trust: Trust | null
  readonly incoming: InboundRequest
  readonly answer: OutboundResponse
  /** Set if it may switch to another protocol. */
  readonly upgrade: Upgrade | null
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly arrived: number
  /** The same moment, of `performance.now()`. */
  readonly started: number
  /** Of `RequestCounter.begin`. */
  metricsKey: number
  span: RequestSpan | null

  // Canonicalize.
  request: CanonicalRequest | null

  // Select the policy.
  policy: Policy | null
  /** `null`: there was no candidate on arrival. */
  candidate: CandidateComparison | null
  /** The caller that selected between policy and candidate; `null`: not authenticated for that. */
  variantCaller: Authentication | null

  // Match the route.
  route: RouteEntry | null
  routeIndex: number
  /** `null`: not configured. */
  service: ServiceEntry | null
  cors: Cors | null
  /** The declared parameters, typed. */
  query: QueryHandle | null

  // Authenticate.
  authentication: Authentication | null
  /** When it was last authenticated, of `performance.now()`. */
  authenticatedAt: number

  // Authorize.
  /** The client certificate that the policy reads. */
  certificate: Certificate | null
  outcome: Outcome | null
  decisionRequest: RequestHandle | null
  effect: AuditRecord['effect']
  rules: readonly string[]
  errors: readonly EvaluationError[]
  challenge: readonly UnmetRequirement[] | null
  obligations: Obligations
  shadow: readonly string[]
  /** The body as received, if the policy has read it; `null`: it streams. */
  body: Buffer | null
  /** Milliseconds from arrival to the decision; `null`: none. */
  decidedAfter: number | null

  // Limit, exchange the token, forward.
  /** The limit that the client is told; `null`: none, or the store was unavailable. */
  limit: ClientLimit | null
  /** The service's own token. `null`: none; `undefined`: it is not configured to get one. */
  bearer: string | null | undefined
  strippedHeaders: readonly string[]
  /** Stopped if the client leaves; `null`: it is not forwarded yet. */
  carrying: Cancellable | null
  tunnel: Tunnel | null
  upstream: string | null
  upstreamStatus: number | null
  /** Number of times that it was forwarded. */
  attempts: number
  /** Milliseconds from arrival to the head of the service's response; `null`: none. */
  answeredAfter: number | null
  responseBytes: number

  // What it ends with.
  /** Why it was refused or its response aborted: a code of `failure-codes.ts`. */
  code: string | null
  detail: string | null
  /** Of a refused credential; `null`: no values were compared. */
  mismatch: AuditRecord['mismatch'] | null
  ended: boolean
  /** Called once, at its end. */
  onEnd: (() => void) | null

  // Lists of requests under way that it is in.
  /** Its entry among the requests of its caller's session; `null`: it has none. */
  sessionUse: { readonly users: Set<SessionUser>; readonly user: SessionUser } | null
  isLive: boolean
  liveBefore: RequestContext | null
  liveAfter: RequestContext | null
  /** See `watchRequest`. */
  watchedSince: number | null
  /** Ends it; listens to its response, and to its connection if `hearsConnection`. */
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
