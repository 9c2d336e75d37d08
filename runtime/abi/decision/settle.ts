/** Steps 8 to 10 of `spec/language/decision.md`: from what became of each rule to the answer. */

import type { Effect, LimitObligation, Obligations, UnmetRequirement } from '../module.ts'
import type { RuleProgram } from './rule.ts'

/** A rule whose `to` fits. */
export interface Judged {
  readonly rule: RuleProgram
  /** Undefined: it erred. A forbid of which a requirement is met does not hold. A permit holds here whatever its requirements say. */
  readonly holds: boolean | undefined
  /** Of a permit that holds: those of its requirements that are not met. */
  readonly unmet: readonly UnmetRequirement[]
  readonly limit: LimitObligation | null
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface Asker {
  readonly anonymous: boolean
  /** The caller's identity has a method that can ask again. */
  readonly stepsUp: boolean
  /** An enforced permit of the route names somebody who signs in. */
  readonly signIn: boolean
}

export interface Settled {
  readonly effect: Effect
  readonly reason: string | null
  readonly rules: readonly string[]
  readonly obligations: Obligations
  readonly challenge: readonly UnmetRequirement[] | null
  /** Whether forbids deny of which not all can be cured: nothing that is not known yet changes that. */
  readonly final: boolean
  /** Two permits that hold set one header to two values, which the checker refuses. */
  readonly conflict: boolean
}

/** `judged` sorted by name. */
export function settle(judged: readonly Judged[], asker: Asker): Settled {
  const forbids = judged.filter(({ rule, holds }) => rule.effect === 'forbid' && holds !== false).map(({ rule }) => rule)
  const permits = judged.filter(({ rule, holds }) => rule.effect === 'permit' && holds === true)
  const met = permits.filter(({ unmet }) => unmet.length === 0)
  return forbids.length > 0 ? settleForbids(forbids, met[0] ?? permits[0], asker) : settlePermits(met, permits[0], asker)
}

/** `candidate`: the permit that would decide if the forbids did not. */
function settleForbids(forbids: readonly RuleProgram[], candidate: Judged | undefined, asker: Asker): Settled {
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

function settlePermits(met: readonly Judged[], unmet: Judged | undefined, { anonymous, stepsUp, signIn }: Asker): Settled {
  if (met.length > 0) return permitted(met)
  if (unmet !== undefined && anonymous) return settled('unauthenticated')
  if (unmet !== undefined && stepsUp)
    return settled('challenge', { rules: [unmet.rule.name], challenge: sortRequirements(unmet.unmet) })
  return anonymous && signIn ? settled('unauthenticated') : settled('deny', { reason: 'default' })
}

function denied(forbids: readonly RuleProgram[]): Settled {
  return settled('deny', { rules: names(forbids), reason: forbids[0]?.because ?? null, final: !forbids.every(isCurable) })
}

function permitted(permits: readonly Judged[]): Settled {
  const headers = new Map<string, string>()
  let conflict = false
  for (const [name, value] of permits.flatMap((permit) => permit.headers)) {
    conflict ||= headers.has(name) && headers.get(name) !== value
    headers.set(name, value)
  }
  const sorted = [...headers].sort(([a], [b]) => (a < b ? -1 : 1))
  const limits = permits.flatMap(({ limit }) => limit ?? [])
  return settled('permit', {
    rules: names(permits.map(({ rule }) => rule)),
    obligations: { headers: Object.fromEntries(sorted), limits: limits.length < permits.length ? [] : limits },
    conflict,
  })
}

function isCurable({ requires }: RuleProgram): boolean {
  return requires.length > 0
}

function settled(effect: Effect, parts: Partial<Settled> = {}): Settled {
  return {
    effect,
    reason: null,
    rules: [],
    obligations: { headers: {}, limits: [] },
    challenge: null,
    final: false,
    conflict: false,
    ...parts,
  }
}

/** Names compare by UTF-16 unit, everywhere. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function names(rules: readonly RuleProgram[]): readonly string[] {
  return rules.map(({ name }) => name).sort(compareNames)
}

/** By what, values, time, those without a time last; each once. */
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
