import type { CanonicalRequest } from '../../../request/index.ts'
import { lingerAfter } from '../connections/index.ts'
import { type Refusal, refusalOf } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext } from '../request-context.ts'
import { CONTINUE, DONE, type StageResult } from './run-stages.ts'

/** A CORS preflight (WHATWG Fetch §3.2.2). */
interface Preflight {
  readonly origin: string
  readonly method: string
}

/** Returns `null` for other requests. Accepts `OPTIONS` only, with a valid method. */
function preflightIn({ method, headers }: CanonicalRequest): Preflight | null {
  if (method !== 'OPTIONS') return null
  const origin = headers.get('origin')
  const asked = headers.get('access-control-request-method')
  return origin !== undefined && asked !== undefined && /^[A-Z-]+$/.test(asked) ? { origin, method: asked } : null
}

/**
 * Answers a CORS preflight request if a route of a service with CORS matches the announced request. Does not authenticate,
 * because browsers send no credentials with it, and does not decide: the announced request may still be refused.
 */
export function answerPreflight(context: RequestContext): StageResult {
  const { proxy, request, answer } = context as CanonicalContext
  const preflight = preflightIn(request)
  const policy = proxy.policies.current
  if (preflight === null || policy === null) return CONTINUE
  const { origin, method } = preflight
  const route = policy.module.routes[policy.route({ ...request, method })]
  const service = route === undefined ? undefined : proxy.services.get(route.service)
  if (route === undefined || service === undefined || service.cors === null) return CONTINUE
  const { cors } = service
  context.policy = policy
  context.route = route
  context.service = service
  context.cors = cors
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
  return DONE
}

function refusedFor(context: RequestContext, detail: string): Refusal {
  context.detail = detail
  return refusalOf('cors-refused')
}
