import { type Canonical, type CanonicalHeaders, type CanonicalRequest, canonicalize, type Trust } from '../../../request/index.ts'
import { messageOf } from '../../base/errors.ts'
import { type Anonymous, type Authentication, type Caller, isOfSession, type Refused } from '../../identity/index.ts'
import { type Policy, type RouteEntry, readRouteQuery, repeatedHeader } from '../../policy/index.ts'
import type { RequestSpan, Tracer } from '../../telemetry/traces/index.ts'
import { isMisdirected, schemeOf } from '../../tls/index.ts'
import { CandidateEvaluation } from '../candidate/candidate-evaluation.ts'
import { certificateOf, refusedCertificate } from '../connections/certificate-of.ts'
import { endConnection, hasEnded } from '../connections/linger.ts'
import { peerOf } from '../connections/peer.ts'
import { turnInPipeline } from '../connections/pipelining-queue.ts'
import { answerPreflight, findsPreflight, preflightIn } from '../cors/preflight.ts'
import { answerBuiltInEndpoint, answerSecurityEvent, eventsAt, OWN, offerLogin, signInOf } from '../endpoints/index.ts'
import { forward } from '../forwarding/forward.ts'
import { ownHeadersOf } from '../forwarding/upstream-headers.ts'
import type { InboundRequest } from '../inbound-request.ts'
import { requestObservers } from '../observers/request-observers.ts'
import type { OutboundResponse } from '../outbound-response.ts'
import type { ProxyContext } from '../proxy-context.ts'
import { askLimits } from '../rate-limits/ask-limits.ts'
import { badCredential, malformed, overloaded, type Refusal, refusalOf, refusedEarly } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import { RequestContext } from '../request-context.ts'
import type { Service } from '../upstreams/index.ts'
import type { Upgrade } from '../websocket/upgrade.ts'
import { refusedHandshake } from '../websocket/websocket-handshake.ts'
import { type DecisionInput, decideRequest, type Verdict } from './decide-request.ts'
import { exchangedToken } from './exchanged-token.ts'
import { isAmbient, isOfForeignPage } from './foreign-page.ts'
import { answerWellKnown, isWellKnown } from './well-known.ts'

export interface Listener {
  readonly proxy: ProxyContext
  readonly trust: Trust | null
}

/** Handles a request until it is forwarded or refused; never rejects. Synchronous if possible: promises cost as much as steps. */
export function handleRequest(
  { proxy, trust }: Listener,
  incoming: InboundRequest,
  answer: OutboundResponse,
  upgrade: Upgrade | null = null,
): Promise<void> | null {
  if (hasEnded(incoming)) return null
  const exchange = new RequestContext(proxy, incoming, answer, requestObservers)
  exchange.upgrade = upgrade
  if (upgrade !== null) exchange.endWithConnection()
  const turn = turnInPipeline(exchange)
  return turn === null ? begin(exchange, trust) : turn.then(() => begin(exchange, trust) ?? undefined)
}

function begin(exchange: RequestContext, trust: Trust | null): Promise<void> | null {
  const { incoming } = exchange
  // The previous request may have been the last of the connection.
  if (exchange.ended || hasEnded(incoming) || !incoming.socket.writable) return null
  exchange.proxy.live.add(exchange)
  try {
    const step = canonicalizeRequest(exchange, trust)
    // A refusal waits for a tick, when Node knows whether more of the request follows.
    return step === null ? null : end(exchange, step)
  } catch (error) {
    fail(exchange, error)
    return null
  }
}

async function end(exchange: RequestContext, step: Step): Promise<void> {
  try {
    const refusal = await step
    if (refusal !== null) refuse(exchange, refusal)
  } catch (error) {
    fail(exchange, error)
  }
}

function fail(exchange: RequestContext, error: unknown): void {
  const { proxy, requestId, answer, policy } = exchange
  const stack = policy?.stackOf(error) ?? null
  proxy.log.error('a request failed by a mistake of the proxy', { requestId, error: messageOf(error), stack })
  exchange.detail = messageOf(error)
  exchange.effect = 'reject'
  if (exchange.candidate !== null) exchange.candidate.threw = true
  exchange.carrying?.cancel()
  try {
    refuse(exchange, refusalOf('internal'))
  } catch {
    answer.destroy()
  }
}

/** The result of a step; `null`: continued or answered. */
type Step = Refusal | null | Promise<Refusal | null>

function canonicalizeRequest(exchange: RequestContext, trust: Trust | null): Step {
  const { proxy, incoming } = exchange
  const canonical = incoming.canonicalize?.(trust) ?? readHttp1(incoming, trust)
  if (!canonical.ok) {
    // Synchronously: Node passes the next pipelined request before any awaited code runs.
    endConnection(incoming)
    return malformed(canonical.refusal)
  }
  const { request } = canonical
  exchange.request = request
  if (proxy.tracer !== null) exchange.span = beginSpan(proxy.tracer, exchange, request)
  if (isMisdirected(incoming.socket, request.host)) return refusalOf('misdirected')
  if (!expectsOnlyContinue(request.headers)) return refusalOf('expectation-failed', { close: true })
  if (isWellKnown(request.path)) {
    answerWellKnown(exchange, request.path)
    return null
  }

  const { reason } = proxy.overload
  if (reason !== null) {
    exchange.detail = reason
    proxy.metrics.shed(reason)
    return overloaded()
  }
  const capacity = proxy.audit.hasCapacity()
  if (capacity === null) return authenticate(exchange, request)
  return capacity.then((isThere) => {
    if (exchange.over) return null
    return isThere ? authenticate(exchange, request) : refusalOf('audit-full')
  })
}

function authenticate(exchange: RequestContext, request: CanonicalRequest): Step {
  const { proxy } = exchange
  // Read once: the request is decided and recorded under these versions.
  const policy = proxy.policies.current
  const candidate = proxy.candidates.current
  if (policy === null) return refusalOf('no-policy')
  exchange.policy = policy
  const preflight = preflightIn(request)
  if (preflight !== null && findsPreflight(exchange, policy, request, preflight))
    return answerPreflight(exchange, request, preflight)
  if (proxy.events !== null) {
    const identity = eventsAt(request, proxy.events)
    if (identity !== null) return answerSecurityEvent(exchange, request, identity, proxy.events)
  }
  if (proxy.signIn !== null && request.path.startsWith(OWN)) {
    const at = signInOf(policy, proxy)
    if (at?.servesHost(request.host)) return answerBuiltInEndpoint(exchange, request, proxy.signIn, at)
  }
  if (candidate !== null) {
    const evaluation = new CandidateEvaluation(exchange, policy, candidate)
    exchange.candidate = evaluation
    if (evaluation.mayDecide(request)) return chooseVariant(exchange, evaluation, request)
  }
  return findRoute(exchange, policy, request, null)
}

/** Authenticates before matching: with a candidate, the caller determines which policy decides. */
function chooseVariant(exchange: RequestContext, evaluation: CandidateEvaluation, request: CanonicalRequest): Step {
  const { authenticator } = exchange.proxy
  const onItsSide = (one: Authentication): Step => {
    if (exchange.over) return null
    const { policy, as } = evaluation.settle(one, request)
    return findRoute(exchange, policy, request, as)
  }
  const authentication = authenticator.authenticate(request, evaluation.active, exchange.incoming.socket)
  return authentication instanceof Promise ? authentication.then(onItsSide) : onItsSide(authentication)
}

/** `known`: the caller; `null`: not authenticated yet. */
function findRoute(exchange: RequestContext, policy: Policy, request: CanonicalRequest, known: Authentication | null): Step {
  const { proxy } = exchange
  const index = policy.route(request)
  const route = policy.module.routes[index]
  if (route === undefined) return noRoute(exchange)
  exchange.route = route
  exchange.routeIndex = index
  exchange.cors = proxy.cors(route.service)
  const repeated = repeatedHeader(route, request.headers)
  if (repeated !== null) return refusedEarly(400, repeated.code, repeated.message, [], false)

  const query = readRouteQuery(policy, route, request.rawQuery)
  if (!query.ok) return refusedEarly(400, 'query', query.message, [], false)

  const matched = { policy, index, route, request, query: query.query }
  const authentication = known ?? proxy.authenticator.authenticate(request, policy, exchange.incoming.socket)
  if (authentication instanceof Promise)
    return authentication.then((one) => (exchange.over ? null : decide(exchange, matched, one)))
  return decide(exchange, matched, authentication)
}

function decide(exchange: RequestContext, matched: Omit<DecisionInput, 'facts' | 'mtls'>, authentication: Authentication): Step {
  exchange.authentication = authentication
  if (authentication.kind === 'refused') return offerLogin(exchange, matched.request, refusedFor(exchange, authentication))
  const { policy, index, route, request, query } = matched
  const mtls = certificateOf(exchange, policy)
  if (mtls !== null && 'kind' in mtls) return refusedFor(exchange, mtls)
  const verdict = decideRequest(exchange, { policy, index, route, facts: authentication.facts, request, query, mtls })
  // Synchronous if no body is read.
  if (verdict instanceof Promise)
    return verdict.then((one) => {
      if (exchange.over) return null
      return revokedMeanwhile(exchange, authentication) ?? respond(exchange, route, authentication, one)
    })
  return respond(exchange, route, authentication, verdict)
}

function respond(exchange: RequestContext, route: RouteEntry, authentication: Anonymous | Caller, verdict: Verdict): Step {
  if (verdict.kind === 'gone') return null
  const { proxy, incoming } = exchange
  const request = exchange.request as CanonicalRequest
  if (verdict.kind === 'refused') return offerLogin(exchange, request, verdict.refusal)

  if (exchange.upgrade !== null) {
    const refused = refusedHandshake(request, incoming, proxy.origins(route.service))
    if (refused !== null) return refused
    if (exchange.upgrade.hasLeft) {
      incoming.socket.destroy()
      return null
    }
  }
  if (isAmbient(exchange, authentication) && isOfForeignPage(exchange, request, proxy.origins(route.service)))
    return refusalOf('cross-site')
  const service = proxy.upstreams.of(route.service)
  if (service === null) return refusalOf('no-upstream')
  if (exchange.obligations.limits.length === 0) return send(exchange, service, authentication, verdict)
  // A refused request takes no token of a limit; one without tokens causes no token exchange.
  return askLimits(exchange, exchange.policy as Policy).then((refusal) =>
    resume(exchange, authentication, refusal, () => send(exchange, service, authentication, verdict)),
  )
}

/** Forwards to the service, with a token of its own if configured. */
function send(exchange: RequestContext, service: Service, authentication: Anonymous | Caller, verdict: Permit): Step {
  const request = exchange.request as CanonicalRequest
  const by = exchange.proxy.exchanges?.get(service.name)
  if (by === undefined) return signAndForward(exchange, service, authentication, verdict)
  const token = exchangedToken(exchange, by, authentication, request)
  if (!(token instanceof Promise))
    return isRefusal(token) ? token : signAndForward(exchange, service, authentication, verdict, token)
  return token.then((one) =>
    resume(exchange, authentication, isRefusal(one) ? one : null, () =>
      signAndForward(exchange, service, authentication, verdict, one as string | null),
    ),
  )
}

/** Continues after a wait, unless the client is gone or the caller revoked; a revocation takes precedence over other refusals. */
function resume(exchange: RequestContext, authentication: Anonymous | Caller, refusal: Refusal | null, next: () => Step): Step {
  if (exchange.over) return null
  const refused = revokedMeanwhile(exchange, authentication) ?? refusal
  if (refused !== null) return refused
  if (!exchange.upgrade?.hasLeft) return next()
  exchange.incoming.socket.destroy()
  return null
}

/** Returns why the caller, or a certificate that the policy reads, is refused after a wait, in which no revocation reaches it. */
function revokedMeanwhile(exchange: RequestContext, authentication: Anonymous | Caller): Refusal | null {
  const revoked =
    (authentication.kind === 'caller' ? exchange.proxy.authenticator.refusedNow(authentication) : null) ??
    refusedCertificate(exchange, exchange.policy)
  return revoked && refusedFor(exchange, revoked)
}

/** Records why a credential is refused; returns the refusal. */
function refusedFor(exchange: RequestContext, refused: Refused): Refusal {
  exchange.detail = refused.message
  exchange.mismatch = refused.mismatch ?? null
  return badCredential(refused)
}

/** `bearer`: see `forward`. */
function signAndForward(
  exchange: RequestContext,
  service: Service,
  authentication: Anonymous | Caller,
  verdict: Permit,
  bearer?: string | null,
): null {
  const { proxy } = exchange
  const request = exchange.request as CanonicalRequest
  const route = exchange.route as RouteEntry
  // Only now: a session that ended during the wait is checked again.
  if (proxy.signIn !== null && authentication.kind === 'caller' && isOfSession(authentication))
    exchange.liveOn(proxy.signIn.usersOf(authentication.credential))
  exchange.forwarding()
  const assertion = proxy.signer.sign(authentication, route.service)
  const permitted = { own: ownHeadersOf(route), headers: verdict.headers }
  forward(exchange, { request, service, assertion, bearer, permitted, body: verdict.body })
  return null
}

type Permit = Extract<Verdict, { kind: 'permitted' }>

function isRefusal(token: string | null | Refusal): token is Refusal {
  return typeof token === 'object' && token !== null
}

function readHttp1({ method = '', url = '', httpVersion, rawHeaders, socket }: InboundRequest, trust: Trust | null): Canonical {
  return canonicalize({ method, target: url, httpVersion, rawHeaders, peer: peerOf(socket) ?? '', trust })
}

function beginSpan(tracer: Tracer, { incoming }: RequestContext, request: CanonicalRequest): RequestSpan | null {
  const { httpVersion } = incoming
  const scheme = schemeOf(request, incoming.socket)
  return tracer.begin(request.headers, { scheme, port: request.port, httpVersion: httpVersion === '2.0' ? '2' : httpVersion })
}

function expectsOnlyContinue(headers: CanonicalHeaders): boolean {
  return headers.count('expect') === 0 || headers.get('expect')?.toLowerCase() === '100-continue'
}

function noRoute(exchange: RequestContext): Refusal {
  exchange.effect = 'deny'
  exchange.decided()
  return refusalOf('no-route')
}
