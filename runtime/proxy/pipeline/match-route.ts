import { readRouteQuery, repeatedHeader } from '../../policy/index.ts'
import { type Refusal, refusalOf, refusedEarly } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext } from '../request-context.ts'
import { noteDecided } from '../request-lifecycle.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/**
 * Matches the request to a route, and reads the headers and query parameters that the route's rules declare
 * (`spec/language/decision.md`, steps 2 to 4).
 */
export function matchRoute(context: RequestContext): StageResult {
  const { proxy, request, policy } = context as CanonicalContext
  if (policy === null) throw new Error('a request without a policy reached routing: this is a bug in iap; report it')
  const index = policy.route(request)
  const route = policy.module.routes[index]
  if (route === undefined) return noRoute(context)
  context.route = route
  context.routeIndex = index
  const service = proxy.services.get(route.service) ?? null
  context.service = service
  context.cors = service === null ? null : service.cors
  if (route.headers.length > 0) {
    const repeated = repeatedHeader(route, request.headers)
    if (repeated !== null) return refusedEarly(400, repeated.code, repeated.message, [], false)
  }
  if (route.query !== null) {
    const query = readRouteQuery(policy, route, request.rawQuery)
    if (!query.ok) return refusedEarly(400, 'query', query.message, [], false)
    context.query = query.query
  }
  return CONTINUE
}

function noRoute(context: RequestContext): Refusal {
  context.effect = 'deny'
  noteDecided(context)
  return refusalOf('no-route')
}
