import type { CanonicalRequest } from '../../../request/index.ts'
import { decidesSome, type Person, type Policy, partsFor, picks, type RolloutCandidate } from '../../policy/index.ts'

/**
 * Returns the candidate's share of a request: for how many of 10,000 subjects the candidate policy decides it. Roll-out shares
 * can differ by service, so this depends on the service that each policy routes the request to.
 */
export function partsOf(active: Policy, { policy, share }: RolloutCandidate, request: CanonicalRequest): number {
  return partsFor(share, serviceOf(active, request), serviceOf(policy, request))
}

/**
 * Returns whether the candidate policy decides a request for all subjects, because its roll-out is complete for the request's
 * service.
 */
export function isWhole(active: Policy, { policy, share }: RolloutCandidate, request: CanonicalRequest): boolean {
  if (share.whole === undefined) return false
  return partsFor({ ...share, parts: 0 }, serviceOf(active, request), serviceOf(policy, request)) > 0
}

/** Returns the policy that decides a new request: the active policy or the candidate, by the candidate's share. */
export function variantOf(active: Policy, on: RolloutCandidate | null, request: CanonicalRequest, person: Person | null): Policy {
  if (on === null || !decidesSome(on.share)) return active
  return picks(on, partsOf(active, on, request), person, request.sourceIp) ? on.policy : active
}

function serviceOf(policy: Policy, request: CanonicalRequest): string | null {
  return policy.module.routes[policy.route(request)]?.service ?? null
}
