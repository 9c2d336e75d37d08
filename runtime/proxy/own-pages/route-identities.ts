import type { CanonicalRequest } from '../../../request/index.ts'
import type { Facts, RouteProgram } from '../../abi/index.ts'
import { decisionRequest, noData, type Policy } from '../../policy/index.ts'

/**
 * Of these identities those that some permit of the route may be `to`: nobody is sent to sign in as somebody who would not be let in, either. It is asked about somebody who has every role there is, as nobody
 * knows here whose roles they are, and no claims, so that of conditions nothing can be learnt; where one cannot even be asked, the identity stays.
 */
export function identitiesOf(
  policy: Policy,
  route: RouteProgram,
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

const known = new WeakMap<Policy, Map<RouteProgram, readonly string[]>>()

function mayBePermitted({ module }: Policy, route: RouteProgram, request: CanonicalRequest, name: string): boolean {
  const facts: Facts = {
    identity: module.identities.findIndex((program) => program.name === name),
    roles: ALL_ROLES,
    caller: {},
    auth: { time: null, acr: null, mfa: false },
  }
  const asked = decisionRequest(request, { time: 0n, mtls: null, data: noData }, {}, undefined)
  try {
    const { rules } = route.trace(facts, asked).explanation()
    return rules.some(({ effect, shadow }) => effect === 'permit' && !shadow)
  } catch {
    return true
  }
}

/** More words than any policy has. */
const ALL_ROLES: readonly number[] = Array.from({ length: 256 }, () => 0x7fffffff)
