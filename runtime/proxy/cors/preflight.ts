import type { CanonicalRequest } from '../../../request/index.ts'
import type { Policy } from '../../policy/index.ts'
import { lingerAfter } from '../connections/linger.ts'
import { type Refusal, refusalOf } from '../refusals/refusal.ts'
import type { RequestContext } from '../request-context.ts'

/** A CORS preflight (WHATWG Fetch §3.2.2). */
export interface Preflight {
  readonly origin: string
  readonly method: string
}

/** Returns `null` for other requests. Accepts `OPTIONS` only, with a valid method. */
export function preflightIn({ method, headers }: CanonicalRequest): Preflight | null {
  if (method !== 'OPTIONS') return null
  const origin = headers.get('origin')
  const asked = headers.get('access-control-request-method')
  return origin !== undefined && asked !== undefined && /^[A-Z-]+$/.test(asked) ? { origin, method: asked } : null
}

/**
 * Whether the proxy answers a preflight: CORS is configured and a route matches the request to follow. It neither authenticates
 * (browsers send no credentials) nor decides: the request itself may still be refused.
 */
export function findsPreflight(
  context: RequestContext,
  policy: Policy,
  request: CanonicalRequest,
  { method }: Preflight,
): boolean {
  const route = policy.module.routes[policy.route({ ...request, method })]
  const cors = route === undefined ? null : context.proxy.cors(route.service)
  if (route === undefined || cors === null) return false
  context.route = route
  context.cors = cors
  return true
}

/** Returns `null` if it has responded. */
export function answerPreflight(
  context: RequestContext,
  request: CanonicalRequest,
  { origin, method }: Preflight,
): Refusal | null {
  const { answer, proxy, cors } = context
  if (cors === null) throw new Error('a preflight is answered for a service that is configured for it')
  if (!cors.allowsOrigin(origin)) return refusedFor(context, 'the origin is not in `cors.origins`')
  if (!cors.allowsMethod(method)) return refusedFor(context, 'the method is not in `cors.methods`')
  const { headers } = request
  const asked = headers.get('access-control-request-headers')
  if (asked === undefined ? headers.count('access-control-request-headers') > 0 : !cors.allowsHeaders(asked))
    return refusedFor(context, 'a header is not in `cors.headers`')
  context.effect = 'permit'
  context.detail = 'a preflight, answered from the configuration'
  if (proxy.draining) answer.shouldKeepAlive = false
  answer.writeHead(204, cors.preflightLines(origin, method))
  answer.end()
  lingerAfter(context)
  return null
}

function refusedFor(context: RequestContext, detail: string): Refusal {
  context.detail = detail
  return refusalOf('cors-refused')
}
