import type { CanonicalRequest } from '../../../request/index.ts'
import { decidesSome, type Person, type Policy, partsFor, picks, type RolloutCandidate } from '../../policy/index.ts'

/** Returns for how many of 10,000 subjects the candidate decides a request, by the service that each policy matches. */
export function partsOf(active: Policy, { policy, share }: RolloutCandidate, request: CanonicalRequest): number {
  return partsFor(share, serviceOf(active, request), serviceOf(policy, request))
}

/** Whether it decides such a request for all subjects, as the service came before in the order of the roll-out. */
export function isWhole(active: Policy, { policy, share }: RolloutCandidate, request: CanonicalRequest): boolean {
  if (share.whole === undefined) return false
  return partsFor({ ...share, parts: 0 }, serviceOf(active, request), serviceOf(policy, request)) > 0
}

/** By which of the two a request is decided that comes now. */
export function variantOf(active: Policy, on: RolloutCandidate | null, request: CanonicalRequest, person: Person | null): Policy {
  if (on === null || !decidesSome(on.share)) return active
  return picks(on, partsOf(active, on, request), person, request.sourceIp) ? on.policy : active
}

function serviceOf(policy: Policy, request: CanonicalRequest): string | null {
  return policy.module.routes[policy.route(request)]?.service ?? null
}
