import type { Requirement } from '../language/index.ts'
import type { CallerValue } from './caller.ts'
import { type Judgement, judgeRule, type Situation, stands } from './judge-rule.ts'
import { EvalFailure } from './value.ts'

/**
 * The result of evaluating a request: what `iap eval` prints, without the request's ID, the policy's revision and messages
 * (`spec/language/cli-json.md`).
 */
export interface InterpretedDecision {
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
  /** HTTP status of a rejection. Absent for other effects. */
  readonly status?: number
  readonly code?: string
  readonly route: string | null
  /** All rules that decided, sorted by name. */
  readonly rules: readonly string[]
  readonly reason: string | null
  readonly obligations: { readonly headers: Readonly<Record<string, string>>; readonly limits: readonly Limit[] }
  readonly challenge: readonly Unmet[] | null
  readonly shadow: readonly string[]
  readonly errors: readonly { readonly rule: string; readonly error: 'evaluation' }[]
}
type Limit = { readonly rule: string; readonly count: number; readonly per: number; readonly key: string | null }
type Unmet = { readonly what: Requirement['what']; readonly values: readonly string[]; readonly within: number | null }

/** A decision in which an absent field means null or empty. */
export type PartialAnswer = Pick<InterpretedDecision, 'effect'> & Partial<InterpretedDecision>
/** With the deciding rules. */
type Verdict = PartialAnswer & { readonly by: readonly Judgement[] }

/**
 * Decides a request on its matched route: evaluates the rules and combines the results (steps 7 to 10 of
 * `spec/language/decision.md`). Returns null if the body must be read first.
 */
export function decide(situation: Situation): PartialAnswer | null {
  const { model, route, caller, names, observeRules } = situation
  const judged = model.rules.filter((rule) => rule.routes.includes(route)).map((rule) => judgeRule(rule, situation))
  observeRules?.(judged)
  const enforced = judged.filter(({ rule }) => !rule.shadow)
  const { by, ...verdict } = settle(enforced, caller)
  const isFinal = verdict.effect === 'deny' && by.some((forbid) => cureOf(forbid) === undefined)
  const mayPermit = enforced.some(({ holds }) => holds === 'open') || ['permit', 'challenge'].includes(verdict.effect)
  if (route.body !== null && !names.has('body') && mayPermit && !isFinal) return null
  const shadow = judged.filter((one) => {
    const others = judged.filter((other) => other === one || !other.rule.shadow)
    return one.rule.shadow && textOf(settle(others, caller)) !== textOf(verdict)
  })
  const failed = enforced.filter(({ holds }) => holds instanceof EvalFailure)
  const errors = namesOf(failed).map((rule) => ({ rule, error: 'evaluation' as const }))
  return { ...verdict, route: route.name, rules: namesOf(by), shadow: namesOf(shadow), errors }
}

const namesOf = (judged: readonly Judgement[]) => judged.map(({ rule }) => rule.name)

/** Equal for equal decisions. */
const textOf = ({ effect, reason, obligations, challenge }: PartialAnswer) =>
  JSON.stringify([effect, reason, obligations, challenge])

const STEP_UP: readonly string[] = ['oidc', 'jwt', 'oauth2', 'saml']

/** Performs steps 8 to 10 on rules sorted by name, without open ones; `by` lists the deciding ones. */
function settle(judged: readonly Judgement[], caller: CallerValue | null): Verdict {
  const standing = judged.filter(stands)
  const permits = judged.filter(({ rule, holds }) => rule.effect === 'permit' && holds === true)
  const met = permits.filter(({ unmet }) => unmet.length === 0)
  const nearest = met[0] ?? permits[0]
  const stepsUp = caller?.identity.methods.some((method) => STEP_UP.includes(method)) ?? false
  const signIn = judged.some(namesSomebody)
  if (standing.length > 0) {
    const impersonal = standing.filter(({ rule }) => !rule.personal)
    if (caller === null && impersonal.length === 0 && signIn) return { effect: 'unauthenticated', by: standing }
    if (stepsUp && nearest !== undefined && standing.every(cureOf)) return challenge(standing, nearest)
    const deciding = caller === null && impersonal.length > 0 ? impersonal : standing
    return { effect: 'deny', by: deciding, reason: deciding[0]?.rule.because ?? null }
  }
  if (met.length > 0) return { effect: 'permit', by: met, obligations: obligationsOf(met) }
  if (nearest !== undefined && stepsUp) return challenge([], nearest)
  if (caller === null && (nearest !== undefined || signIn)) return { effect: 'unauthenticated', by: [] }
  return { effect: 'deny', by: [], reason: 'default' }
}

/** Whether signing in could help, judged without conditions. */
const namesSomebody = ({ rule: { effect, shadow, to } }: Judgement) =>
  effect === 'permit' && !shadow && to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone')

/** Returns the first `unless REQ` of a forbid, which cures it if met. */
function cureOf({ rule }: Judgement): Requirement | undefined {
  const clauses = rule.conditions.filter(({ unless }) => unless).map(({ expression }) => expression)
  return clauses.find((expression) => expression.kind === 'Requirement')
}

/** Challenges for the first requirement of every forbid, and the unmet ones of a permit. */
function challenge(forbids: readonly Judgement[], permit: Judgement): Verdict {
  const asked = [...forbids.flatMap((forbid) => cureOf(forbid) ?? []), ...permit.unmet]
  const unmet = asked.map(({ what, values, within }) => {
    return { what, values: values.map(({ value }) => value), within: within?.milliseconds ?? null }
  })
  const distinct = new Map(unmet.map((one) => [keyOf(one), one]))
  const sorted = [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
  const by = [...forbids, permit].sort((a, b) => (a.rule.name < b.rule.name ? -1 : 1))
  return { effect: 'challenge', by, challenge: sorted }
}

/** Sorts by kind, values and time; requirements without a time come last. */
const keyOf = ({ what, values, within }: Unmet) => [what, ...values, '', String(within ?? 1e20).padStart(30, '0')].join('\0')

function obligationsOf(permits: readonly Judgement[]): InterpretedDecision['obligations'] {
  const headers = permits.flatMap(({ rule, texts }) => rule.headers.map(({ name, value }) => [name, texts.get(value) as string]))
  const limits = permits.flatMap(({ rule: { name, limit }, texts }) =>
    limit === null ? [] : { rule: name, count: limit.count, per: limit.per, key: (limit.by && texts.get(limit.by)) ?? null },
  )
  return { headers: Object.fromEntries(headers.sort()), limits: limits.length < permits.length ? [] : limits }
}
