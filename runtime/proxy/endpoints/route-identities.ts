import type { CanonicalRequest } from '../../../request/index.ts'
import { noData, type Policy, type RouteEntry } from '../../policy/index.ts'

/**
 * Returns the identities that some permit of the route may apply to: nobody should sign in just to be refused. Evaluates with all
 * roles and no claims, as the caller is unknown, so conditions reveal nothing. An identity that cannot be evaluated is kept.
 */
export function identitiesOf(
  policy: Policy,
  route: RouteEntry,
  request: CanonicalRequest,
  identities: readonly string[],
): readonly string[] {
  let routes = known.get(policy)
  if (routes === undefined) {
    routes = new Map()
    known.set(policy, routes)
  }
  let found = routes.get(route)
  if (found === undefined) {
    found = identities.filter((name) => mayBePermitted(policy, route, request, name))
    routes.set(route, found)
  }
  return found
}

const known = new WeakMap<Policy, Map<RouteEntry, readonly string[]>>()

function mayBePermitted(policy: Policy, route: RouteEntry, request: CanonicalRequest, name: string): boolean {
  try {
    const asked = policy.request(route.index, request, { time: 0n, mtls: null, data: noData }, null, null)
    return policy.mayPermit(route.index, name, asked)
  } catch {
    return true
  }
}
