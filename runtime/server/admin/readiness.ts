import { isoTime } from '../../base/units.ts'
import type { PolicyStatus } from '../../policy/index.ts'

export interface Readiness {
  readonly ready: boolean
  /** Reasons why the proxy is not ready. Empty if it is ready. */
  readonly reasons: readonly string[]
}

export const WHY_SUSPENDED: Readonly<Record<NonNullable<PolicyStatus['suspended']>, string>> = {
  expired: 'the policy has expired',
  stale: 'the policy is stale',
}

/**
 * Returns whether the proxy is ready for traffic. It needs an active policy, even if a newer one was refused. It must be neither
 * shutting down nor refusing requests because audit records cannot be written.
 *
 * @param isHeldUp whether requests are refused because no audit record can be written
 */
export function readinessOf(status: PolicyStatus, draining: boolean, isHeldUp: boolean): Readiness {
  const reasons: string[] = []
  if (draining) reasons.push('it is shutting down')
  if (status.active === null) reasons.push('there is no active policy')
  if (status.suspended !== null) reasons.push(WHY_SUSPENDED[status.suspended])
  if (isHeldUp) reasons.push('no audit record can be written')
  return { ready: reasons.length === 0, reasons }
}

/** Returns the readiness and the status of the policy, as members of the response of `/readyz?verbose`. */
export function verboseReadiness(readiness: Readiness, status: PolicyStatus | null): object {
  const { active, ...rest } = shownStatus(status)
  return { ...readiness, policy: active, ...rest, refusals: Object.fromEntries(status?.refusals ?? []) }
}

/** Returns the status of the policy as JSON data. Times are in the format of RFC 3339. */
export function shownStatus(status: PolicyStatus | null) {
  const { active = null, lastError = null, quarantined = null, confirmed = null, stale = false } = status ?? {}
  const { expires = null, expired = false, activations = 0 } = status ?? {}
  return {
    active: active && { ...active, since: isoTime(active.since) },
    lastError: lastError && { ...lastError, at: isoTime(lastError.at) },
    quarantined,
    confirmed: confirmed === null ? null : isoTime(confirmed),
    stale,
    expires: expires === null ? null : isoTime(expires),
    expired,
    activations,
  }
}
