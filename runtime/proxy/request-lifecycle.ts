import { randomUUID } from 'node:crypto'
import type { Trust } from '../../request/index.ts'
import { credentialRefusals, type SessionUser } from '../identity/index.ts'
import { NO_OBLIGATIONS } from '../policy/index.ts'
import type { CheckSource } from './checks/check-config.ts'
import { abortCodeOf } from './connections/connection-state.ts'
import type { InboundRequest } from './inbound-request.ts'
import { requestObservers } from './observers/request-observers.ts'
import type { OutboundResponse } from './outbound-response.ts'
import type { ProxyContext } from './proxy-context.ts'
import type { EndedCode, RequestContext } from './request-context.ts'
import type { Upgrade } from './websocket/upgrade.ts'

export interface Arrived {
  readonly proxy: ProxyContext
  readonly trust: Trust | null
  /** The listener of checks; absent for a request to forward. */
  readonly check?: CheckSource | null
  readonly incoming: InboundRequest
  readonly answer: OutboundResponse
  readonly upgrade: Upgrade | null
}

/** Creates the context of a request, and makes it end when its response closes. */
export function beginRequest({ proxy, trust, check = null, incoming, answer, upgrade }: Arrived): RequestContext {
  const started = performance.now()
  const context: RequestContext = {
    proxy,
    trust,
    check,
    incoming,
    answer,
    upgrade,
    requestId: randomUUID(),
    arrived: proxy.clock(),
    started,
    metricsKey: 0,
    span: null,
    request: null,
    policy: null,
    candidate: null,
    variantCaller: null,
    route: null,
    routeIndex: -1,
    service: null,
    cors: null,
    query: null,
    authentication: null,
    authenticatedAt: started,
    certificate: null,
    outcome: null,
    decisionRequest: null,
    effect: 'reject',
    rules: NONE,
    errors: NONE,
    challenge: null,
    obligations: NO_OBLIGATIONS,
    shadow: NONE,
    body: null,
    decidedAfter: null,
    limit: null,
    bearer: undefined,
    strippedHeaders: NONE,
    forwarding: null,
    tunnel: null,
    upstream: null,
    upstreamStatus: null,
    attempts: 0,
    answeredAfter: null,
    responseBytes: 0,
    code: null,
    detail: null,
    mismatch: null,
    ended: false,
    onEnd: null,
    sessionUse: null,
    isLive: false,
    liveBefore: null,
    liveAfter: null,
    watchedSince: null,
    end: () => endRequest(context),
    hearsConnection: false,
  }
  requestObservers.began(context)
  answer.context = context
  answer.on('close', context.end)
  // Pipelined and upgraded responses get no event of their own.
  if (upgrade !== null) endWithConnection(context)
  return context
}

const NONE: readonly never[] = []

/** Makes a request end when its connection closes. */
export function endWithConnection(context: RequestContext): void {
  context.incoming.socket.on('close', context.end)
  context.hearsConnection = true
}

/** Makes a request end when its caller's session ends. */
export function endWithSession(context: RequestContext, users: Set<SessionUser>): void {
  const user = { sessionEnded: () => abortRequest(context, 'session') }
  context.sessionUse = { users, user }
  users.add(user)
}

/**
 * Returns whether a request needs no further work, because it has ended or its response has begun. Must be checked after each
 * wait.
 */
export function isOver({ ended, answer }: RequestContext): boolean {
  return ended || answer.headersSent
}

/** Ends a forwarded request whose credential or policy is no longer valid. */
export function abortRequest(context: RequestContext, code: EndedCode): void {
  if (context.tunnel === null) return void context.forwarding?.endWith(code)
  context.code = code
  context.detail = detailOf(code)
  context.tunnel.close()
}

/** Notifies observers that a request was decided, or that its decision failed. */
export function noteDecided(context: RequestContext): void {
  context.decidedAfter = performance.now() - context.started
  requestObservers.decided(context)
}

/** Notifies observers that a request is about to be forwarded. */
export function noteForwarding(context: RequestContext): void {
  requestObservers.forwarding(context)
}

/** Notifies observers that the head of the service's response has arrived. */
export function noteResponseStarted(context: RequestContext, status: number): void {
  context.upstreamStatus = status
  context.answeredAfter = performance.now() - context.started
  requestObservers.responseStarted(context)
}

function endRequest(context: RequestContext): void {
  if (context.ended) return
  context.ended = true
  const { answer, incoming, sessionUse, tunnel } = context
  sessionUse?.users.delete(sessionUse.user)
  context.proxy.live.remove(context)
  answer.off('close', context.end)
  if (context.hearsConnection) incoming.socket.off('close', context.end)
  const complete = tunnel?.isWhole ?? answer.writableFinished
  if (!complete) {
    context.forwarding?.cancel()
    context.code ??= tunnel?.endedBy ?? abortCodeOf(incoming.socket)
  }
  requestObservers.completed(context, complete, performance.now() - context.started)
  context.onEnd?.()
}

/** Returns the request context of a response; `null` if the response does not come from `handleRequest`. */
export function contextOf({ context }: OutboundResponse): RequestContext | null {
  return context as RequestContext | null
}

/** Returns the reason why a request under way was ended, as an explanation for operators. */
export function detailOf(code: EndedCode): string {
  return code === 'policy-changed'
    ? 'the policy or its data have changed and no longer allow the request'
    : credentialRefusals[code].message
}
