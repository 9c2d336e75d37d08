import { type Canonical, type CanonicalHeaders, canonicalize, type Trust } from '../../request/index.ts'
import { messageOf, readRouteQuery, repeatedHeader } from '../policy/index.ts'
import { isMisdirected } from '../tls/index.ts'
import type { Answer } from './answer.ts'
import { decideRequest } from './decide-request.ts'
import { Exchange } from './exchange.ts'
import { forward } from './forward.ts'
import type { Incoming } from './incoming.ts'
import { endConnection, hasEnded } from './linger.ts'
import { ownHeadersOf } from './own-headers.ts'
import type { ProxyContext } from './proxy-context.ts'
import { badCredential, malformed, overloaded, type Refusal, refusalOf, refusedEarly } from './refusal.ts'
import { refuse } from './refuse.ts'
import type { Upgrade } from './tunnel/upgrade.ts'
import { refusedHandshake } from './tunnel/websocket-handshake.ts'
import { turnOf } from './turn.ts'
import { answerWellKnown, isWellKnown } from './well-known.ts'

/** Where requests come in. */
export interface Listener {
  readonly proxy: ProxyContext
  /** Whom to believe about where they come from. */
  readonly trust: Trust | null
}

/** A request's journey. Whatever goes wrong on the way, it is refused. Never rejects. */
export async function handleRequest(
  { proxy, trust }: Listener,
  incoming: Incoming,
  answer: Answer,
  upgrade: Upgrade | null = null,
): Promise<void> {
  if (hasEnded(incoming)) return
  const exchange = new Exchange(proxy, incoming, answer)
  exchange.upgrade = upgrade
  try {
    const turn = turnOf(exchange)
    if (turn !== null) await turn
    // What came before it on the connection may have been the last.
    if (exchange.ended || hasEnded(incoming) || !incoming.socket.writable) return
    const refusal = await travel(exchange, trust)
    if (refusal !== null) refuse(exchange, refusal)
  } catch (error) {
    fail(exchange, error)
  }
}

function fail(exchange: Exchange, error: unknown): void {
  const { proxy, requestId, answer, policy } = exchange
  const stack = policy?.stackOf(error) ?? null
  proxy.log.error('a request failed by a mistake of the proxy', { requestId, error: messageOf(error), stack })
  exchange.detail = messageOf(error)
  exchange.effect = 'reject'
  exchange.carrying?.cancel()
  try {
    refuse(exchange, refusalOf('internal'))
  } catch {
    answer.destroy()
  }
}

/** Null: it is on its way. */
async function travel(exchange: Exchange, trust: Trust | null): Promise<Refusal | null> {
  const { proxy, incoming } = exchange
  const canonical = incoming.canonicalize?.(trust) ?? readHttp1(incoming, trust)
  if (!canonical.ok) {
    // Now: Node hands out a request that was sent ahead before anything that was awaited goes on.
    endConnection(incoming)
    return malformed(canonical.refusal)
  }
  const { request } = canonical
  exchange.request = request
  if (isMisdirected(incoming.socket, request.host)) return refusalOf('misdirected')
  if (!expectsOnlyContinue(request.headers)) return refusalOf('expectation-failed', { close: true })
  if (isWellKnown(request.path)) {
    answerWellKnown(exchange, request.path)
    return null
  }

  const { strain } = proxy.guard
  if (strain !== null) {
    exchange.detail = strain
    proxy.metrics.shed(strain)
    return overloaded()
  }
  const room = proxy.audit.room()
  if (room !== null && !(await room)) return refusalOf('audit-full')
  // The one look at it: what follows is decided, and recorded, under this version.
  const policy = proxy.policies.current
  if (policy === null) return refusalOf('no-policy')
  exchange.policy = policy
  const index = policy.route(request)
  const route = policy.module.routes[index]
  if (route === undefined) return noRoute(exchange)
  exchange.route = route
  const repeated = repeatedHeader(route, request.headers)
  if (repeated !== null) return refusedEarly(400, repeated.code, repeated.message, [], false)

  const query = readRouteQuery(route, request.rawQuery)
  if (!query.ok) return refusedEarly(400, 'query', query.message, [], false)

  const asked = proxy.authenticator.authenticate(request, policy)
  const authentication = asked instanceof Promise ? await asked : asked
  exchange.authentication = authentication
  if (authentication.kind === 'refused') {
    exchange.detail = authentication.message
    return badCredential(authentication)
  }
  const deciding = decideRequest(exchange, { policy, index, route, facts: authentication.facts, request, query: query.query })
  // Where no body is to be read, the answer is there at once.
  const verdict = deciding instanceof Promise ? await deciding : deciding
  if (verdict.kind === 'refused') return verdict.refusal
  if (verdict.kind === 'gone') return null

  if (request.headers.count('upgrade') > 0) {
    const refused =
      exchange.upgrade === null
        ? refusalOf('upgrade-unsupported')
        : refusedHandshake(request, incoming, proxy.origins(route.service))
    if (refused !== null) return refused
    if (exchange.upgrade?.hasLeft) {
      incoming.socket.destroy()
      return null
    }
  }
  const service = proxy.upstreams.of(route.service)
  if (service === null) return refusalOf('no-upstream')
  const assertion = proxy.signer.sign(authentication, route.service)
  const permitted = { own: ownHeadersOf(route), headers: verdict.headers }
  // The client may have gone away while a key was fetched.
  if (!exchange.ended) forward(exchange, { request, service, assertion, permitted, body: verdict.body })
  return null
}

function readHttp1({ method = '', url = '', httpVersion, rawHeaders, socket }: Incoming, trust: Trust | null): Canonical {
  return canonicalize({ method, target: url, httpVersion, rawHeaders, peer: socket.remoteAddress ?? '', trust })
}

/** RFC 9110 §10.1.1; Node passes `x-100-continue` for it. */
function expectsOnlyContinue(headers: CanonicalHeaders): boolean {
  return headers.count('expect') === 0 || headers.get('expect')?.toLowerCase() === '100-continue'
}

function noRoute(exchange: Exchange): Refusal {
  exchange.effect = 'deny'
  exchange.decided()
  return refusalOf('no-route')
}
