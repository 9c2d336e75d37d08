import type { Obligations, UnmetRequirement } from '../../abi/index.ts'
import type { Decided, DifferenceKind } from './candidate.ts'

/** What a policy makes of a request, as far as it is compared. */
export interface Judgement {
  /** `service.route`; null: it has none for it. */
  readonly route: string | null
  readonly service: string | null
  readonly effect: Decided['effect']
  /** Those that decided; of a permit one of them. */
  readonly rules: readonly string[]
  readonly reason: string | null
  readonly challenge: readonly UnmetRequirement[] | null
  readonly obligations: Obligations
  /** All that decided. Slower, and asked only where that is in question. */
  all(): readonly string[]
}

/**
 * What differs between what two policies make of a request; null: nothing does. Both refuse alike if they do it in the same way,
 * for the same reason, and ask for the same. Both permit alike if the request goes to the same service with the same obligations.
 * And there is a rule in both that decided: a policy that has one more which says the same, or has another name for one, decides
 * nothing else.
 *
 * @param namesOf what a rule of the candidate is called, and was
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
