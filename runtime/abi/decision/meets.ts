import type { DecisionRequest, Facts } from '../module.ts'
import { compareTimes, elapsed, moment } from '../values/times/moment.ts'
import type { Requirement } from './rule.ts'

const age = moment(0)

/**
 * Returns whether the caller's authentication meets a requirement, such as multi-factor authentication within the last hour.
 * Never throws. Anonymous callers meet no requirement.
 */
export function meets({ named, within }: Requirement, facts: Facts, request: DecisionRequest): boolean {
  if (facts.identity < 0) return false
  const { time, acr, mfa } = facts.auth
  if (named.what === 'mfa' && !mfa) return false
  if (named.what === 'acr' && (acr === null || !named.values.includes(acr))) return false
  if (within === null) return true
  if (time === null) return false
  if (request.time < time) return false
  return compareTimes(elapsed(age, request.time, time), within) <= 0
}
