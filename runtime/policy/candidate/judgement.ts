import type { Obligations, UnmetRequirement } from '../../abi/index.ts'
import type { Decided, DifferenceKind } from './candidate.ts'

/** The parts of a policy's decision by which it is compared with the decision of another policy. */
export interface Judgement {
  /** Matched route as `service.route`, or `null` without one. */
  readonly route: string | null
  readonly service: string | null
  readonly effect: Decided['effect']
  /** Names of deciding rules. For a permit, only one of them is listed. */
  readonly rules: readonly string[]
  readonly reason: string | null
  readonly challenge: readonly UnmetRequirement[] | null
  readonly obligations: Obligations
  /** Returns the names of all deciding rules. Slower than `rules`, so it is called only when needed. */
  all(): readonly string[]
}

/**
 * Returns how two decisions differ, or `null` if they do not. Refusals are equal if effect, reason and requirements are equal;
 * permits are equal if service and obligations are equal. In addition, at least one deciding rule must be the same, if there are
 * any. Additional deciding rules and renamed rules make no difference.
 *
 * @param namesOf returns the current and former names of a rule of the candidate
 */
export function differenceOf(
  active: Judgement,
  candidate: Judgement,
  namesOf: (rule: string) => readonly string[],
): DifferenceKind | null {
  const isPermit = candidate.effect === 'permit'
  if ((active.effect === 'permit') !== isPermit) return isPermit ? 'newlyPermitted' : 'newlyDenied'
  if (active.effect !== candidate.effect || active.reason !== candidate.reason) return 'other'
  if (isPermit && active.service !== candidate.service) return 'other'
  if (JSON.stringify(active.challenge) !== JSON.stringify(candidate.challenge)) return 'other'
  if (!obligesAlike(active.obligations, candidate.obligations, namesOf)) return 'other'
  return haveOneInCommon(active, candidate, namesOf) ? null : 'other'
}

function obligesAlike(a: Obligations, b: Obligations, namesOf: (rule: string) => readonly string[]): boolean {
  const names = Object.keys(a.headers)
  if (names.length !== Object.keys(b.headers).length || a.limits.length !== b.limits.length) return false
  if (names.some((name) => a.headers[name] !== b.headers[name])) return false
  return b.limits.every(({ rule, count, per, key }) => {
    const all = namesOf(rule)
    return a.limits.some((one) => all.includes(one.rule) && one.count === count && one.per === per && one.key === key)
  })
}

function haveOneInCommon(active: Judgement, candidate: Judgement, namesOf: (rule: string) => readonly string[]): boolean {
  if (active.rules.length === 0 && candidate.rules.length === 0) return true
  const meet = (some: readonly string[], others: readonly string[]) =>
    others.some((other) => namesOf(other).some((name) => some.includes(name)))
  if (meet(active.rules, candidate.rules)) return true
  const others = candidate.all()
  return meet(active.rules, others) || meet(active.all(), others)
}
