import type { CanonicalRequest } from '../../../request/index.ts'
import { covers, type OnTrial, type Person, type Policy, picks } from '../../policy/index.ts'

/** Whether the share is about the service of a request: that which each of the two policies would send it to. */
export function isNamed(active: Policy, { policy, share }: OnTrial, request: CanonicalRequest): boolean {
  return covers(share, serviceOf(active, request), serviceOf(policy, request))
}

/** By which of the two a request is decided that comes now. */
export function sideOf(active: Policy, on: OnTrial | null, request: CanonicalRequest, person: Person | null): Policy {
  if (on === null || on.share.parts <= 0 || !isNamed(active, on, request)) return active
  return picks(on, person, request.sourceIp) ? on.policy : active
}

function serviceOf(policy: Policy, request: CanonicalRequest): string | null {
  return policy.module.routes[policy.route(request)]?.service ?? null
}
