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

/** Why what permitted it counts no longer: its credential, or the policy. */
export type EndedCode = 'expired' | 'session' | 'revoked' | 'revocations-unavailable' | 'policy-changed'

/** What is stopped when the client goes away. */
export interface Cancellable {
  cancel(): void
  /** What permitted it counts no longer. */
  endWith(code: EndedCode): void
  /** Whether something of a body that streams has come since this was asked last. */
  moves(): boolean
  /** Fails if nothing has moved for too long. Called about once a second. `now`: of `performance.now()`. */
  watch(now: number): void
}

/** The evaluation of a request by the active policy and the candidate, as far as the request's end is concerned. */
export interface CandidateComparison {
  /** A decision threw. */
  threw: boolean
  /** Null: the two are not compared yet, or nothing was decided. */
  readonly outcome: CandidateOutcome | null
  /** Whether these are the two policies that it compares. */
  isOf(active: Policy | null, on: RolloutCandidate | null): boolean
  /** Compares the two decisions, the first time that it is called. Never throws. */
  compare(): void
}

/** Hears of the events of each request, in the order of these methods. */
export interface RequestObserver {
  /** The request has come; nothing of it has been read. */
  began(exchange: RequestContext): void
  /** The decision is made, or none can be. */
  decided(exchange: RequestContext): void
  /** The request is about to be sent to its service. */
  forwarding(exchange: RequestContext): void
  /** The head of the service's response is there. */
  responseStarted(exchange: RequestContext): void
  /** The request has ended. `complete`: all of its response was sent. `total`: milliseconds since it came. */
  completed(exchange: RequestContext, complete: boolean, total: number): void
}

/**
 * One request and its response: what each stage found, for the stages after it and for the observer. It ends once: with the last
 * byte of the response, or with the connection.
 */
export class RequestContext implements SessionUser {
  readonly proxy: ProxyContext
  readonly incoming: InboundRequest
  readonly answer: OutboundResponse
  readonly requestId = randomUUID()
  readonly arrived: number
  /** What metrics count it by. */
  asked = 0
  /** When its caller was recognized last. */
  authenticatedAt = performance.now()

  request: CanonicalRequest | null = null
  policy: Policy | null = null
  /** Null: there was no candidate when it came. */
  candidate: CandidateComparison | null = null
  route: RouteEntry | null = null
  /** Of the route among those of the policy. */
  routeIndex = -1
  /** Of the route's service. */
  cors: Cors | null = null
  authentication: Authentication | null = null
  outcome: Outcome | null = null
  /** What was asked to decide it, with the body where that was read. */
  decisionRequest: RequestHandle | null = null
  /** Whether the policy was shown a client certificate. */
  showedCertificate = false
  effect: AuditRecord['effect'] = 'reject'
  rules: readonly string[] = []
  errors: readonly EvaluationError[] = []
  challenge: readonly UnmetRequirement[] | null = null
  obligations: Obligations = NO_OBLIGATIONS
  shadow: readonly string[] = []
  /** All of it, where the policy has read it. */
  body: Buffer | null = null
  /** What the client is told of its limit; null: it has none, or nobody could count. */
  limit: ClientLimit | null = null
  /** Of an answer of the proxy's own. */
  code: string | null = null
  detail: string | null = null
  /** Of a credential that was refused; null: no values were compared. */
  mismatch: AuditRecord['mismatch'] | null = null
  upstream: string | null = null
  upstreamStatus: number | null = null
  /** How often the request was sent to a service. */
  attempts = 0
  responseBytes = 0
  strippedHeaders: readonly string[] = []
  /** It asks for another protocol, and may have it. */
  upgrade: Upgrade | null = null
  /** That the answer has opened. */
  tunnel: Tunnel | null = null
  /** All that lives on the session of its caller; null: it has none. */
  users: Set<SessionUser> | null = null
  /** Whether it is among those that live on callers, and its neighbors there. */
  isLive = false
  liveBefore: RequestContext | null = null
  liveAfter: RequestContext | null = null
  /** Stopped if the client goes away. */
  carrying: Cancellable | null = null
  /** When it was first seen waiting for an answer; null: it has not been looked at. See `watchRequest`. */
  watchedSince: number | null = null
  /** Null: it is not traced. */
  span: RequestSpan | null = null
  /** Told once, when it has ended. */
  onEnd: (() => void) | null = null

  /** Milliseconds from its start to the decision; null: there is none. */
  decidedAfter: number | null = null
  /** Milliseconds from its start to the head of the service's response; null: there is none. */
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
    answer.exchange = this
    answer.on('close', this.#end)
  }

  /** Ends the request with its connection: a response that waits in the pipeline, or was upgraded, does not hear of it. */
  endWithConnection(): void {
    this.#socket.on('close', this.#end)
    this.#hearsConnection = true
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Whether there is nothing left to do: after a wait, the client may be gone, or the request refused. */
  get over(): boolean {
    return this.#ended || this.answer.headersSent
  }

  /** It ends with the session of its caller from now on. */
  liveOn(users: Set<SessionUser>): void {
    this.users = users
    users.add(this)
  }

  sessionEnded(): void {
    this.endWith('session')
  }

  /** What permitted it counts no longer. */
  endWith(code: EndedCode): void {
    if (this.tunnel === null) return void this.carrying?.endWith(code)
    this.code = code
    this.detail = detailOf(code)
    this.tunnel.close()
  }

  /** The decision is made, or none can be. */
  decided(): void {
    this.decidedAfter = performance.now() - this.#started
    this.#observer.decided(this)
  }

  /** The request is about to be sent to its service. */
  forwarding(): void {
    this.#observer.forwarding(this)
  }

  /** The head of the service's answer is there. */
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

/** Returns the context of the request that a response belongs to; null: the response is none of `handleRequest`. */
export function contextOf({ exchange }: OutboundResponse): RequestContext | null {
  return exchange instanceof RequestContext ? exchange : null
}

/** Returns what an operator is told of a request that ended with what permitted it. */
export function detailOf(code: EndedCode): string {
  return code === 'policy-changed'
    ? 'the policy or its data have changed, and do not let it through any more'
    : credentialRefusals[code]
}
