import type { CanonicalRequest } from '../../../request/index.ts'
import { noData, type Policy, type RouteEntry } from '../../policy/index.ts'

/**
 * Returns the identities to which some permit rule of the route may apply. Sign-in is offered for these only, because other users
 * would be refused after it. The rules are evaluated with all roles and no claims, because the caller is unknown. An identity for
 * which the evaluation fails is included.
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
