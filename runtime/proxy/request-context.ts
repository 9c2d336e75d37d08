import { randomUUID } from 'node:crypto'
import type { CanonicalRequest } from '../../request/index.ts'
import type { EvaluationError, Obligations, Outcome, UnmetRequirement } from '../abi/index.ts'
import { type Authentication, type Caller, credentialRefusals, type Mismatch, type SessionUser } from '../identity/index.ts'
import type { Policy, RouteEntry } from '../policy/index.ts'
import type { RequestHandle } from '../realm/program/program.ts'
import { AUDIT_VERSION, type AuditRecord, type TrialOutcome } from '../telemetry/audit/index.ts'
import { type ValuesRead, valuesRead } from '../telemetry/audit/values/index.ts'
import { type RequestSpan, traceIdIn } from '../telemetry/traces/index.ts'
import type { CandidateEvaluation } from './candidate/candidate-evaluation.ts'
import { compareSoon } from './candidate/compare-soon.ts'
import type { Cors } from './cors/cors.ts'
import { discoverRoute } from './discover-route.ts'
import type { Connection, InboundRequest } from './inbound-request.ts'
import type { OutboundResponse } from './outbound-response.ts'
import { peerOf } from './peer.ts'
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

/**
 * One request and its answer: what each step found, for the steps after it and for the record. It ends once: with the answer's
 * last byte, or with the connection.
 */
export class RequestContext implements SessionUser {
  readonly proxy: ProxyContext
  readonly incoming: InboundRequest
  readonly answer: OutboundResponse
  readonly requestId = randomUUID()
  readonly arrived: number
  /** What metrics count it by. */
  readonly asked: number
  readonly #started = performance.now()
  /** When its caller was recognized last. */
  authenticatedAt = this.#started

  request: CanonicalRequest | null = null
  policy: Policy | null = null
  /** Null: no policy was on trial when it came. */
  tried: CandidateEvaluation | null = null
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
  obligations: Obligations = NONE
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
  /** When it was first seen waiting for an answer; null: it has not been looked at. See `watchExchange`. */
  watchedSince: number | null = null
  /** Null: it is not traced. */
  span: RequestSpan | null = null
  /** Told once, when it has ended. */
  onEnd: (() => void) | null = null

  #decided: number | null = null
  #answered: number | null = null
  #ended = false
  #hearsConnection = false
  readonly #socket: Connection
  readonly #end = () => this.#ends()

  constructor(proxy: ProxyContext, incoming: InboundRequest, answer: OutboundResponse) {
    this.proxy = proxy
    this.incoming = incoming
    this.answer = answer
    this.#socket = incoming.socket
    this.arrived = proxy.clock()
    this.asked = proxy.metrics.begin(incoming.method, incoming.socket)
    answer.exchange = this
    answer.on('close', this.#end)
  }

  /**
   * Its connection's end is its own: the answer does not hear of that while it waits behind another, nor once the protocol is
   * another.
   */
  endWithConnection(): void {
    this.#socket.on('close', this.#end)
    this.#hearsConnection = true
  }

  get ended(): boolean {
    return this.#ended
  }

  /**
   * Nothing is to be done any more: while something was waited for, the client went away, or what followed of its request was
   * refused.
   */
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
    this.#decided = performance.now() - this.#started
    this.proxy.metrics.decision(this.#decided / 1000)
  }

  /** The head of the service's answer is there. */
  answered(status: number): void {
    this.upstreamStatus = status
    this.#answered = performance.now() - this.#started
    if (this.tried !== null) compareSoon(this.tried)
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
    const total = performance.now() - this.#started
    const status = this.answer.headersSent ? this.answer.statusCode : null
    this.proxy.metrics.request(this, status ?? 0, total / 1000)
    if (this.upstream !== null) this.#countUpstream(this.upstream, total)
    const record = this.#record(complete, status, total)
    if (this.mismatch) record.mismatch = this.mismatch
    if (this.tried !== null) tellTrial(record, this.tried)
    this.proxy.audit.write(record)
    if (this.proxy.learner !== null) discoverRoute(this.proxy.learner, this)
    if (this.span !== null) this.proxy.tracer?.end(this.span, record, this.route)
    this.onEnd?.()
  }

  #countUpstream(address: string, total: number): void {
    const { route, upstreamStatus, code, proxy } = this
    const seconds = ((this.#answered ?? total) - (this.#decided ?? 0)) / 1000
    proxy.metrics.upstream(route?.service ?? '', address, this.asked, upstreamStatus ?? code ?? 'client-closed', seconds)
  }

  #record(complete: boolean, status: number | null, total: number): MadeRecord {
    const { request, policy, route, authentication, upstream } = this
    const caller = authentication?.kind === 'caller' ? authentication : null
    return {
      version: AUDIT_VERSION,
      time: timeOf(this.arrived),
      requestId: this.requestId,
      traceId: this.span?.traceId ?? (request === null ? null : traceIdIn(request.headers)),
      source: request?.sourceIp ?? peerOf(this.#socket) ?? null,
      caller: caller && { identity: caller.identity, subject: caller.subject, credential: caller.credentialId },
      method: request?.method ?? this.incoming.method ?? null,
      host: request?.host ?? null,
      path: request?.path ?? null,
      rawPath: request?.rawPath ?? beginningOf(this.incoming.url),
      query: request === null ? (this.incoming.url ?? '').includes('?') : request.rawQuery !== '',
      route: route?.name ?? null,
      service: route?.service ?? null,
      labels: route?.labels ?? [],
      effect: this.effect,
      status,
      code: this.code,
      detail: this.detail,
      rules: this.rules,
      reason: this.code === 'no-route' ? 'no-route' : (this.outcome?.reason ?? null),
      errors: this.errors,
      challenge: this.challenge,
      obligations: this.obligations === NONE ? NONE_NAMED : namesOf(this.obligations),
      shadow: this.shadow,
      revision: policy?.revision ?? null,
      sequence: policy?.manifest.sequence ?? null,
      data: policy?.versions ?? NO_DATA,
      upstream: upstream === null ? null : this.#upstreamIn(upstream),
      complete,
      responseBytes: this.responseBytes,
      durations: { decision: rounded(this.#decided), upstream: rounded(this.#answered), total: rounded(total) },
      strippedHeaders: this.strippedHeaders,
      values: this.decisionRequest === null ? null : this.#values(this.decisionRequest, caller),
    }
  }

  #values(asked: RequestHandle, caller: Caller | null): ValuesRead | null {
    const { policy, route } = this
    if (policy === null || route === null) return null
    return valuesRead(policy.manifest, route.name, caller?.facts ?? policy.anonymous, caller, asked)
  }

  #upstreamIn(address: string): AuditRecord['upstream'] {
    const { upstreamStatus: status, attempts } = this
    return attempts > 1 ? { address, status, attempts } : { address, status }
  }
}

type MadeRecord = Omit<AuditRecord, 'trial' | 'mismatch'> & { trial?: TrialOutcome; mismatch?: Mismatch }

/** What was not compared before is compared now: its answer is over. */
function tellTrial(record: MadeRecord, tried: CandidateEvaluation): void {
  tried.compare()
  if (tried.outcome !== null) record.trial = tried.outcome
}

/** For the operator. */
export function detailOf(code: EndedCode): string {
  return code === 'policy-changed'
    ? 'the policy or its data have changed, and do not let it through any more'
    : credentialRefusals[code]
}

const NO_DATA: AuditRecord['data'] = Object.freeze({})
const NONE: Obligations = Object.freeze({ headers: Object.freeze({}), limits: Object.freeze([]) })
const NONE_NAMED = namesOf(NONE)

function namesOf({ headers, limits }: Obligations): AuditRecord['obligations'] {
  return { headers: Object.keys(headers), limits: limits.map(({ rule }) => rule) }
}

let lastMillisecond = Number.NaN
let lastTime = ''

/** Under load many requests come in one millisecond. */
function timeOf(millisecond: number): string {
  if (millisecond !== lastMillisecond) {
    lastMillisecond = millisecond
    lastTime = new Date(millisecond).toISOString()
  }
  return lastTime
}

/** Of a target that has no reading: neither its query nor an authority with a password is recorded. */
function beginningOf(target: string | undefined): string | null {
  if (target === undefined || !target.startsWith('/')) return null
  const end = target.search(/[?#]/)
  return target.slice(0, Math.min(end === -1 ? target.length : end, 256))
}

/** To a microsecond. */
function rounded(ms: number): number
function rounded(ms: number | null): number | null
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000
}
