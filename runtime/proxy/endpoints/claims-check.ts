import type { ClaimsCheck } from '../../identity/index.ts'
import { decidesSome, type Policy } from '../../policy/index.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Whether the policies that decide now accept claims. While one is on trial, it is enough that one of the two does: which one
 * decides a request, the route tells.
 */
export function claimsCheckOf({ policy, proxy }: RequestContext): ClaimsCheck {
  const trial = proxy.trials.current
  const policies = [policy, trial !== null && decidesSome(trial.share) ? trial.policy : null]
  return (identity, claims, auth) => {
    const results = policies
      .filter((one): one is Policy => one !== null)
      .map((one) => one.facts(identity, claims, auth, one.data))
    const [first] = results
    return first === undefined || first.ok || results.some(({ ok }) => ok) ? null : first
  }
}
