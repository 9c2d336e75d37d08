import type { Authenticator } from '../../identity/index.ts'
import {
  ask,
  askEarly,
  type CallerFacts,
  lacksData,
  obligationsOf,
  type Policy,
  type RouteEntry,
  readRouteQuery,
  repeatedHeader,
} from '../../policy/index.ts'
import { certificateOf } from '../connections/certificate-of.ts'
import { isGrpc } from '../grpc/is-grpc.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Milliseconds from a policy change until requests that are still under way are decided again. Short requests end in this time.
 */
export const LASTING = 500

/**
 * Returns whether a request under way is decided again after a policy change: WebSockets, gRPC calls, event streams and GET.
 * Other requests continue, because they may have changed something in part.
 */
export function isLasting(context: RequestContext): boolean {
  const { tunnel, request } = context
  if (request === null) return false
  if (tunnel !== null || request.method === 'GET' || isGrpc(context)) return true
  return request.headers.get('accept')?.includes('text/event-stream') ?? false
}

type Authenticating = Pick<Authenticator, 'again' | 'workloadOf'>

/** Returns whether another policy permits a request under way, for the caller that was authenticated at its start. */
export function letsThrough(policy: Policy, context: RequestContext, authenticator: Authenticating): boolean {
  return permitBy(policy, context, authenticator) !== null
}

/** Returns the obligations with which another policy permits a request under way; `null` if it does not. */
export function obligationsBy(policy: Policy, context: RequestContext, authenticator: Authenticating): Permit | null {
  const permit = permitBy(policy, context, authenticator)
  if (permit === null) return null
  const { route, facts, asked } = permit
  return { route, obligations: obligationsOf(policy, route, facts, asked) }
}

interface Permit {
  readonly route: RouteEntry
  readonly obligations: ReturnType<typeof obligationsOf>
}

interface Asked {
  readonly route: RouteEntry
  readonly facts: CallerFacts
  readonly asked: ReturnType<Policy['request']>
}

function permitBy(policy: Policy, context: RequestContext, authenticator: Authenticating): Asked | null {
  const { request, authentication, proxy, body } = context
  if (request === null || authentication === null || authentication.kind === 'refused') return null
  const index = policy.route(request)
  const route = policy.module.routes[index]
  if (route === undefined || repeatedHeader(route, request.headers) !== null) return null
  // The connected service would no longer be the right one.
  if (route.service !== context.route?.service) return null
  const query = readRouteQuery(policy, route, request.rawQuery)
  if (!query.ok) return null
  const again = authenticator.again(authentication, policy)
  if (again.kind === 'refused') return null
  const mtls = certificateOf(context, policy, authenticator)
  if (mtls !== null && 'kind' in mtls) return null
  const circumstances = { time: BigInt(Math.trunc(proxy.clock())) * 1_000_000n, mtls, data: policy.data }
  const asked = policy.request(index, request, circumstances, query.query, null)
  if (lacksData(route, policy.data)) return null
  const permitted = (asked: Asked['asked']) =>
    ask(policy, index, again.facts, asked).effect === 'permit' ? { route, facts: again.facts, asked } : null
  if (!route.hasBody) return permitted(asked)
  const early = askEarly(policy, index, again.facts, asked)
  if (early !== null) return null
  const read = body === null ? null : policy.body(index, body.toString())
  // The body no longer matches the schema.
  if (!read?.ok) return null
  return permitted(policy.request(index, request, circumstances, query.query, read.body))
}
