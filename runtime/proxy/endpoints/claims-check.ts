import type { ClaimsCheck } from '../../identity/index.ts'
import { decidesSome, type Policy } from '../../policy/index.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Whether the policies that decide now accept claims. While there is a candidate, it is enough that one of the two does: which one
 * decides a request, the route tells.
 */
export function claimsCheckOf({ policy, proxy }: RequestContext): ClaimsCheck {
  const candidate = proxy.candidates.current
  const policies = [policy, candidate !== null && decidesSome(candidate.share) ? candidate.policy : null]
  return (identity, claims, auth) => {
    const results = policies
      .filter((one): one is Policy => one !== null)
      .map((one) => one.facts(identity, claims, auth, one.data))
    const [first] = results
    return first === undefined || first.ok || results.some(({ ok }) => ok) ? null : first
  }
}
