import type { ClaimsCheck } from '../../identity/index.ts'
import { decidesSome, type Policy } from '../../policy/index.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Returns a function that checks claims against the types that the policy declares. During a roll-out, the types of one of the
 * two policies suffice, because the policy is only selected with the request's route.
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
