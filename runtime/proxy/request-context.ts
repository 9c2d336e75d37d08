import { randomUUID } from 'node:crypto'
import type { CanonicalRequest } from '../../request/index.ts'
import type { EvaluationError, Obligations, Outcome, UnmetRequirement } from '../abi/index.ts'
import { type Authentication, credentialRefusals, type SessionUser } from '../identity/index.ts'
import { NO_OBLIGATIONS, type Policy, type RolloutCandidate, type RouteEntry } from '../policy/index.ts'
import type { RequestHandle } from '../realm/program/program.ts'
import type { AuditRecord, CandidateOutcome } from '../telemetry/audit/index.ts'
import type { RequestSpan } from '../telemetry/traces/index.ts'
import type { Cors } from './cors/cors.ts'
import type { Connection, InboundRequest } from './inbound-request.ts'
import type { OutboundResponse } from './outbound-response.ts'
import type { ProxyContext } from './proxy-context.ts'
import type { ClientLimit } from './rate-limits/rate-limit-headers.ts'
import type { Tunnel } from './websocket/tunnel.ts'
import type { Upgrade } from './websocket/upgrade.ts'

/** Why a request's credential or policy is no longer valid. */
export type EndedCode = 'expired' | 'session' | 'revoked' | 'revocations-unavailable' | 'policy-changed'

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

/** Observes each request; events come in the order of these methods. */
export interface RequestObserver {
  began(context: RequestContext): void
  decided(context: RequestContext): void
  forwarding(context: RequestContext): void
  /** The head of the service's response has arrived. */
  responseStarted(context: RequestContext): void
  /** It has ended. `complete`: whether the whole response was sent. `total`: milliseconds since arrival. */
  completed(context: RequestContext, complete: boolean, total: number): void
}

/** One request and its response: the results of each stage. It ends once, with the last response byte or the connection. */
export class RequestContext implements SessionUser {
  readonly proxy: ProxyContext
  readonly incoming: InboundRequest
  readonly answer: OutboundResponse
  readonly requestId = randomUUID()
  readonly arrived: number
  asked = 0
  authenticatedAt = performance.now()

  request: CanonicalRequest | null = null
  policy: Policy | null = null
  /** `null`: there was no candidate on arrival. */
  candidate: CandidateComparison | null = null
  route: RouteEntry | null = null
  routeIndex = -1
  cors: Cors | null = null
  authentication: Authentication | null = null
  outcome: Outcome | null = null
  decisionRequest: RequestHandle | null = null
  showedCertificate = false
  effect: AuditRecord['effect'] = 'reject'
  rules: readonly string[] = []
  errors: readonly EvaluationError[] = []
  challenge: readonly UnmetRequirement[] | null = null
  obligations: Obligations = NO_OBLIGATIONS
  shadow: readonly string[] = []
  body: Buffer | null = null
  /** The limit that the client is told; `null`: none, or the store was unavailable. */
  limit: ClientLimit | null = null
  /** Error code of the proxy's own response. */
  code: string | null = null
  detail: string | null = null
  /** Of a refused credential; `null`: no values were compared. */
  mismatch: AuditRecord['mismatch'] | null = null
  upstream: string | null = null
  upstreamStatus: number | null = null
  /** Number of times that it was forwarded. */
  attempts = 0
  responseBytes = 0
  strippedHeaders: readonly string[] = []
  /** Set if it may switch to another protocol. */
  upgrade: Upgrade | null = null
  tunnel: Tunnel | null = null
  /** All requests of its caller's session; `null`: it has none. */
  users: Set<SessionUser> | null = null
  /** Whether it is in the list of requests under way, and its neighbors there. */
  isLive = false
  liveBefore: RequestContext | null = null
  liveAfter: RequestContext | null = null
  /** Stopped if the client leaves. */
  carrying: Cancellable | null = null
  /** See `watchRequest`. */
  watchedSince: number | null = null
  span: RequestSpan | null = null
  /** Called once, at its end. */
  onEnd: (() => void) | null = null

  /** Milliseconds from arrival to the decision; `null`: none. */
  decidedAfter: number | null = null
  /** Milliseconds from arrival to the head of the service's response; `null`: none. */
  answeredAfter: number | null = null

  readonly #started = this.authenticatedAt
  readonly #observer: RequestObserver
  #ended = false
  #hearsConnection = false
  readonly #socket: Connection
  readonly #end = () => this.#ends()

  constructor(proxy: ProxyContext, incoming: InboundRequest, answer: OutboundResponse, observer: RequestObserver) {
    this.proxy = proxy
    this.#observer = observer
    this.incoming = incoming
    this.answer = answer
    this.#socket = incoming.socket
    this.arrived = proxy.clock()
    observer.began(this)
    answer.context = this
    answer.on('close', this.#end)
  }

  /** Ends with its connection: pipelined and upgraded responses get no event of their own. */
  endWithConnection(): void {
    this.#socket.on('close', this.#end)
    this.#hearsConnection = true
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Whether nothing is left to do: during a wait, the client may leave or the request be refused. */
  get over(): boolean {
    return this.#ended || this.answer.headersSent
  }

  /** From now on it ends with its caller's session. */
  liveOn(users: Set<SessionUser>): void {
    this.users = users
    users.add(this)
  }

  sessionEnded(): void {
    this.endWith('session')
  }

  endWith(code: EndedCode): void {
    if (this.tunnel === null) return void this.carrying?.endWith(code)
    this.code = code
    this.detail = detailOf(code)
    this.tunnel.close()
  }

  decided(): void {
    this.decidedAfter = performance.now() - this.#started
    this.#observer.decided(this)
  }

  forwarding(): void {
    this.#observer.forwarding(this)
  }

  answered(status: number): void {
    this.upstreamStatus = status
    this.answeredAfter = performance.now() - this.#started
    this.#observer.responseStarted(this)
  }

  #ends(): void {
    if (this.#ended) return
    this.#ended = true
    this.users?.delete(this)
    this.proxy.live.remove(this)
    this.answer.off('close', this.#end)
    if (this.#hearsConnection) this.#socket.off('close', this.#end)
    const complete = this.tunnel?.isWhole ?? this.answer.writableFinished
    if (!complete) this.carrying?.cancel()
    this.#observer.completed(this, complete, performance.now() - this.#started)
    this.onEnd?.()
  }
}

/** Returns the context of a response; `null` if it does not come from `handleRequest`. */
export function contextOf({ context }: OutboundResponse): RequestContext | null {
  return context instanceof RequestContext ? context : null
}

/** Returns the operator's explanation of an ended request. */
export function detailOf(code: EndedCode): string {
  return code === 'policy-changed'
    ? 'the policy or its data have changed, and do not let it through any more'
    : credentialRefusals[code]
}
