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
  const context = new RequestContext(proxy, incoming, answer, requestObservers)
  context.upgrade = upgrade
  if (upgrade !== null) context.endWithConnection()
  const turn = turnInPipeline(context)
  return turn === null ? begin(context, trust) : turn.then(() => begin(context, trust) ?? undefined)
}

function begin(context: RequestContext, trust: Trust | null): Promise<void> | null {
  const { incoming } = context
  // The previous request may have been the last of the connection.
  if (context.ended || hasEnded(incoming) || !incoming.socket.writable) return null
  context.proxy.live.add(context)
  try {
    const step = canonicalizeRequest(context, trust)
    // A refusal waits for a tick, when Node knows whether more of the request follows.
    return step === null ? null : end(context, step)
  } catch (error) {
    fail(context, error)
    return null
  }
}

async function end(context: RequestContext, step: Step): Promise<void> {
  try {
    const refusal = await step
    if (refusal !== null) refuse(context, refusal)
  } catch (error) {
    fail(context, error)
  }
}

function fail(context: RequestContext, error: unknown): void {
  const { proxy, requestId, answer, policy } = context
  const stack = policy?.stackOf(error) ?? null
  proxy.log.error('a request failed by a mistake of the proxy', { requestId, error: messageOf(error), stack })
  context.detail = messageOf(error)
  context.effect = 'reject'
  if (context.candidate !== null) context.candidate.threw = true
  context.carrying?.cancel()
  try {
    refuse(context, refusalOf('internal'))
  } catch {
    answer.destroy()
  }
}

/** The result of a step; `null`: continued or answered. */
type Step = Refusal | null | Promise<Refusal | null>

function canonicalizeRequest(context: RequestContext, trust: Trust | null): Step {
  const { proxy, incoming } = context
  const canonical = incoming.canonicalize?.(trust) ?? readHttp1(incoming, trust)
  if (!canonical.ok) {
    // Synchronously: Node passes the next pipelined request before any awaited code runs.
    endConnection(incoming)
    return malformed(canonical.refusal)
  }
  const { request } = canonical
  context.request = request
  if (proxy.tracer !== null) context.span = beginSpan(proxy.tracer, context, request)
  if (isMisdirected(incoming.socket, request.host)) return refusalOf('misdirected')
  if (!expectsOnlyContinue(request.headers)) return refusalOf('expectation-failed', { close: true })
  if (isWellKnown(request.path)) {
    answerWellKnown(context, request.path)
    return null
  }

  const { reason } = proxy.overload
  if (reason !== null) {
    context.detail = reason
    proxy.metrics.shed(reason)
    return overloaded()
  }
  const capacity = proxy.audit.hasCapacity()
  if (capacity === null) return authenticate(context, request)
  return capacity.then((isThere) => {
    if (context.over) return null
    return isThere ? authenticate(context, request) : refusalOf('audit-full')
  })
}

function authenticate(context: RequestContext, request: CanonicalRequest): Step {
  const { proxy } = context
  // Read once: the request is decided and recorded under these versions.
  const policy = proxy.policies.current
  const candidate = proxy.candidates.current
  if (policy === null) return refusalOf('no-policy')
  context.policy = policy
  const preflight = preflightIn(request)
  if (preflight !== null && findsPreflight(context, policy, request, preflight))
    return answerPreflight(context, request, preflight)
  if (proxy.events !== null) {
    const identity = eventsAt(request, proxy.events)
    if (identity !== null) return answerSecurityEvent(context, request, identity, proxy.events)
  }
  if (proxy.signIn !== null && request.path.startsWith(OWN)) {
    const at = signInOf(policy, proxy)
    if (at?.servesHost(request.host)) return answerBuiltInEndpoint(context, request, proxy.signIn, at)
  }
  if (candidate !== null) {
    const evaluation = new CandidateEvaluation(context, policy, candidate)
    context.candidate = evaluation
    if (evaluation.mayDecide(request)) return chooseVariant(context, evaluation, request)
  }
  return findRoute(context, policy, request, null)
}

/** Authenticates before matching: with a candidate, the caller determines which policy decides. */
function chooseVariant(context: RequestContext, evaluation: CandidateEvaluation, request: CanonicalRequest): Step {
  const { authenticator } = context.proxy
  const onItsSide = (one: Authentication): Step => {
    if (context.over) return null
    const { policy, as } = evaluation.settle(one, request)
    return findRoute(context, policy, request, as)
  }
  const authentication = authenticator.authenticate(request, evaluation.active, context.incoming.socket)
  return authentication instanceof Promise ? authentication.then(onItsSide) : onItsSide(authentication)
}

/** `known`: the caller; `null`: not authenticated yet. */
function findRoute(context: RequestContext, policy: Policy, request: CanonicalRequest, known: Authentication | null): Step {
  const { proxy } = context
  const index = policy.route(request)
  const route = policy.module.routes[index]
  if (route === undefined) return noRoute(context)
  context.route = route
  context.routeIndex = index
  context.cors = proxy.cors(route.service)
  const repeated = repeatedHeader(route, request.headers)
  if (repeated !== null) return refusedEarly(400, repeated.code, repeated.message, [], false)

  const query = readRouteQuery(policy, route, request.rawQuery)
  if (!query.ok) return refusedEarly(400, 'query', query.message, [], false)

  const matched = { policy, index, route, request, query: query.query }
  const authentication = known ?? proxy.authenticator.authenticate(request, policy, context.incoming.socket)
  if (authentication instanceof Promise)
    return authentication.then((one) => (context.over ? null : decide(context, matched, one)))
  return decide(context, matched, authentication)
}

function decide(context: RequestContext, matched: Omit<DecisionInput, 'facts' | 'mtls'>, authentication: Authentication): Step {
  context.authentication = authentication
  if (authentication.kind === 'refused') return offerLogin(context, matched.request, refusedFor(context, authentication))
  const { policy, index, route, request, query } = matched
  const mtls = certificateOf(context, policy)
  if (mtls !== null && 'kind' in mtls) return refusedFor(context, mtls)
  const verdict = decideRequest(context, { policy, index, route, facts: authentication.facts, request, query, mtls })
  // Synchronous if no body is read.
  if (verdict instanceof Promise)
    return verdict.then((one) => {
      if (context.over) return null
      return revokedMeanwhile(context, authentication) ?? respond(context, route, authentication, one)
    })
  return respond(context, route, authentication, verdict)
}

function respond(context: RequestContext, route: RouteEntry, authentication: Anonymous | Caller, verdict: Verdict): Step {
  if (verdict.kind === 'gone') return null
  const { proxy, incoming } = context
  const request = context.request as CanonicalRequest
  if (verdict.kind === 'refused') return offerLogin(context, request, verdict.refusal)

  if (context.upgrade !== null) {
    const refused = refusedHandshake(request, incoming, proxy.origins(route.service))
    if (refused !== null) return refused
    if (context.upgrade.hasLeft) {
      incoming.socket.destroy()
      return null
    }
  }
  if (isAmbient(context, authentication) && isOfForeignPage(context, request, proxy.origins(route.service)))
    return refusalOf('cross-site')
  const service = proxy.upstreams.of(route.service)
  if (service === null) return refusalOf('no-upstream')
  if (context.obligations.limits.length === 0) return send(context, service, authentication, verdict)
  // A refused request takes no token of a limit; one without tokens causes no token exchange.
  return askLimits(context, context.policy as Policy).then((refusal) =>
    resume(context, authentication, refusal, () => send(context, service, authentication, verdict)),
  )
}

/** Forwards to the service, with a token of its own if configured. */
function send(context: RequestContext, service: Service, authentication: Anonymous | Caller, verdict: Permit): Step {
  const request = context.request as CanonicalRequest
  const by = context.proxy.exchanges?.get(service.name)
  if (by === undefined) return signAndForward(context, service, authentication, verdict)
  const token = exchangedToken(context, by, authentication, request)
  if (!(token instanceof Promise))
    return isRefusal(token) ? token : signAndForward(context, service, authentication, verdict, token)
  return token.then((one) =>
    resume(context, authentication, isRefusal(one) ? one : null, () =>
      signAndForward(context, service, authentication, verdict, one as string | null),
    ),
  )
}

/** Continues after a wait, unless the client is gone or the caller revoked; a revocation takes precedence over other refusals. */
function resume(context: RequestContext, authentication: Anonymous | Caller, refusal: Refusal | null, next: () => Step): Step {
  if (context.over) return null
  const refused = revokedMeanwhile(context, authentication) ?? refusal
  if (refused !== null) return refused
  if (!context.upgrade?.hasLeft) return next()
  context.incoming.socket.destroy()
  return null
}

/** Returns why the caller, or a certificate that the policy reads, is refused after a wait, in which no revocation reaches it. */
function revokedMeanwhile(context: RequestContext, authentication: Anonymous | Caller): Refusal | null {
  const revoked =
    (authentication.kind === 'caller' ? context.proxy.authenticator.refusedNow(authentication) : null) ??
    refusedCertificate(context, context.policy)
  return revoked && refusedFor(context, revoked)
}

/** Records why a credential is refused; returns the refusal. */
function refusedFor(context: RequestContext, refused: Refused): Refusal {
  context.detail = refused.message
  context.mismatch = refused.mismatch ?? null
  return badCredential(refused)
}

/** `bearer`: see `forward`. */
function signAndForward(
  context: RequestContext,
  service: Service,
  authentication: Anonymous | Caller,
  verdict: Permit,
  bearer?: string | null,
): null {
  const { proxy } = context
  const request = context.request as CanonicalRequest
  const route = context.route as RouteEntry
  // Only now: a session that ended during the wait is checked again.
  if (proxy.signIn !== null && authentication.kind === 'caller' && isOfSession(authentication))
    context.liveOn(proxy.signIn.usersOf(authentication.credential))
  context.forwarding()
  const assertion = proxy.signer.sign(authentication, route.service)
  const permitted = { own: ownHeadersOf(route), headers: verdict.headers }
  forward(context, { request, service, assertion, bearer, permitted, body: verdict.body })
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

function noRoute(context: RequestContext): Refusal {
  context.effect = 'deny'
  context.decided()
  return refusalOf('no-route')
}
