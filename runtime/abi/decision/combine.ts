/** Steps 8 to 10 of `spec/language/decision.md`: from the rules' results to the decision. */

import type { Effect, LimitObligation, Obligations, UnmetRequirement } from '../module.ts'
import type { Judged } from './judged.ts'
import type { RuleProgram } from './rule.ts'

export interface DecidedCaller {
  readonly anonymous: boolean
  /** Whether one of the authentication methods of the caller's identity can ask for a stronger or fresher authentication. */
  readonly stepsUp: boolean
  /**
   * Whether an enforced permit of the route is for authenticated callers, so that authentication could help an anonymous caller.
   */
  readonly signIn: boolean
}

export interface Settled {
  readonly effect: Effect
  readonly reason: string | null
  readonly rules: readonly string[]
  readonly obligations: Obligations
  readonly challenge: readonly UnmetRequirement[] | null
  /**
   * Whether inputs that are still unknown, such as an unread body, cannot change the decision. This is so if a `forbid` rule
   * without `unless` requirements denies the request.
   */
  readonly final: boolean
  /** Whether two permits set different values of one header. The checker refuses such policies. */
  readonly conflict: boolean
}

/**
 * Decides a request by the outcomes of its rules. `judged` holds the outcomes, sorted by rule name. Rules whose outcome depends
 * on the unread body are ignored.
 */
export function combine(judged: readonly Judged[], asker: DecidedCaller): Settled {
  const forbids: RuleProgram[] = []
  const met: Judged[] = []
  let unmet: Judged | undefined
  for (const one of judged) {
    const { rule, holds } = one
    if (rule.effect === 'forbid') {
      if (holds === true || holds === undefined) forbids.push(rule)
    } else if (holds === true) {
      if (one.unmet.length === 0) met.push(one)
      else unmet ??= one
    }
  }
  return forbids.length > 0 ? settleForbids(forbids, met[0] ?? unmet, asker) : settlePermits(met, unmet, asker)
}

/** Decides by the `forbid` rules that hold. `candidate` is the permit that would decide without them. */
function settleForbids(forbids: readonly RuleProgram[], candidate: Judged | undefined, asker: DecidedCaller): Settled {
  if (asker.anonymous) {
    const impersonal = forbids.filter(({ personal }) => !personal)
    if (impersonal.length > 0) return denied(impersonal)
    return asker.signIn ? settled('unauthenticated', { rules: names(forbids) }) : denied(forbids)
  }
  if (asker.stepsUp && candidate !== undefined && forbids.every(isCurable)) {
    const cures = forbids.flatMap(({ requires }) => requires.slice(0, 1).map(({ named }) => named))
    return settled('challenge', {
      rules: names([...forbids, candidate.rule]),
      challenge: sortRequirements([...cures, ...candidate.unmet]),
    })
  }
  return denied(forbids)
}

function settlePermits(
  met: readonly Judged[],
  unmet: Judged | undefined,
  { anonymous, stepsUp, signIn }: DecidedCaller,
): Settled {
  if (met.length > 0) return permitted(met)
  if (unmet !== undefined && anonymous) return UNAUTHENTICATED
  if (unmet !== undefined && stepsUp)
    return settled('challenge', { rules: [unmet.rule.name], challenge: sortRequirements(unmet.unmet) })
  return anonymous && signIn ? UNAUTHENTICATED : BY_DEFAULT
}

function denied(forbids: readonly RuleProgram[]): Settled {
  return settled('deny', { rules: names(forbids), reason: forbids[0]?.because ?? null, final: !forbids.every(isCurable) })
}

function permitted(permits: readonly Judged[]): Settled {
  const headers = new Map<string, string>()
  const limits: LimitObligation[] = []
  let conflict = false
  for (const { rule, key, values } of permits) {
    for (const [at, name] of rule.headers.entries()) {
      const value = values[at] as string
      conflict ||= headers.has(name) && headers.get(name) !== value
      headers.set(name, value)
    }
    if (rule.limit !== null)
      limits.push({ rule: rule.name, count: rule.limit.count, per: rule.limit.per, key: key as string | null })
  }
  const sorted = [...headers].sort(([a], [b]) => (a < b ? -1 : 1))
  return settled('permit', {
    rules: names(permits.map(({ rule }) => rule)),
    obligations: { headers: Object.fromEntries(sorted), limits: limits.length < permits.length ? [] : limits },
    conflict,
  })
}

function isCurable({ requires }: RuleProgram): boolean {
  return requires.length > 0
}

export const NO_ENTRIES: readonly never[] = Object.freeze([])
const UNOBLIGED: Obligations = Object.freeze({ headers: Object.freeze({}), limits: NO_ENTRIES })

function settled(
  effect: Effect,
  {
    reason = null,
    rules = NO_ENTRIES,
    obligations = UNOBLIGED,
    challenge = null,
    final = false,
    conflict = false,
  }: Partial<Omit<Settled, 'effect'>> = {},
): Settled {
  return { effect, reason, rules, obligations, challenge, final, conflict }
}

/** Decision by default: the most common refusal. */
const BY_DEFAULT = Object.freeze(settled('deny', { reason: 'default' }))
const UNAUTHENTICATED = Object.freeze(settled('unauthenticated'))

/** Returns whether two decisions have the same effect, reason, obligations and requirements, even if different rules decided. */
export function sameDecision(one: Settled, other: Settled): boolean {
  if (one === other) return true
  return one.effect === other.effect && one.reason === other.reason && restText(one) === restText(other)
}

/** Returns a text of obligations and requirements. Headers, limits and requirements are sorted. */
function restText({ obligations, challenge }: Settled): string {
  return JSON.stringify([Object.entries(obligations.headers), obligations.limits, challenge])
}

/** Compares two names by UTF-16 code units, as all sorted lists of names do. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function names(rules: readonly RuleProgram[]): readonly string[] {
  const found = rules.map(({ name }) => name)
  return found.length < 2 ? found : found.sort(compareNames)
}

/** Sorts requirements by kind, values and maximum age (none last), and removes duplicates. */
function sortRequirements(requirements: readonly UnmetRequirement[]): readonly UnmetRequirement[] {
  const distinct = new Map(requirements.map((one) => [JSON.stringify([one.what, one.values, one.within]), one]))
  return [...distinct.values()].sort(
    (a, b) => compareNames(a.what, b.what) || compareValues(a.values, b.values) || compareTimes(a.within, b.within),
  )
}

function compareTimes(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a - b
}

function compareValues(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  if (at < 0) return a.length - b.length
  const other = b[at]
  return other === undefined ? 1 : compareNames(a[at] as string, other)
}
