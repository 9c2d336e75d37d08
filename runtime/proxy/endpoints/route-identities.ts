import type { CanonicalRequest } from '../../../request/index.ts'
import { noData, type Policy, type RouteEntry } from '../../policy/index.ts'

/**
 * Of these identities those that some permit of the route may be `to`: nobody is sent to sign in as somebody who would not be let
 * in, either. It is asked about somebody who has every role there is, as nobody knows here whose roles they are, and no claims,
 * so that of conditions nothing can be learnt; where one cannot even be asked, the identity stays.
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
