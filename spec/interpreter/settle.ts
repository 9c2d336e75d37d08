import type { Requirement, Rule } from '../../language/index.ts'
import type { Caller } from './caller.ts'
import type { Judgement } from './judge.ts'

/** The shapes are those of answers: `spec/language/cli-json.md`. */
export interface Verdict {
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated'
  /** Those that decided. */
  readonly by: readonly Judgement[]
  readonly reason: string | null
  readonly obligations: { readonly headers: Readonly<Record<string, string>>; readonly limits: readonly Limit[] }
  readonly challenge: readonly Unmet[] | null
}
export type Unmet = { readonly what: Requirement['what']; readonly values: readonly string[]; readonly within: number | null }
export type Limit = { readonly rule: string; readonly count: number; readonly per: number; readonly key: string | null }

const STEP_UP: readonly string[] = ['oidc', 'jwt', 'oauth2', 'saml']

/** Steps 8 to 10 of `spec/language/decision.md`. Judgements are sorted by rule. `signIn`: signing in could help. */
export function settle(judged: readonly Judgement[], caller: Caller | null, signIn: boolean): Verdict {
  const forbids = judged.filter(({ rule, holds }) => rule.effect === 'forbid' && holds !== false)
  const permits = judged.filter(({ rule, holds }) => rule.effect === 'permit' && holds === true)
  const met = permits.filter(({ unmet }) => unmet.length === 0)
  const nearest = met[0] ?? permits[0]
  const stepsUp = caller?.identity.methods.some((method) => STEP_UP.includes(method)) ?? false
  if (forbids.length > 0) {
    const impersonal = forbids.filter(({ rule }) => !rule.personal)
    if (caller === null && impersonal.length === 0 && signIn) return verdict('unauthenticated', forbids)
    if (stepsUp && nearest !== undefined && forbids.every(({ rule }) => cureOf(rule))) return challenge([...forbids, nearest])
    const deciding = caller === null && impersonal.length > 0 ? impersonal : forbids
    return verdict('deny', deciding, { reason: deciding[0]?.rule.because ?? null })
  }
  if (met.length > 0) return verdict('permit', met, { obligations: obligationsOf(met) })
  if (nearest !== undefined && stepsUp) return challenge([nearest])
  if (caller === null && (nearest !== undefined || signIn)) return verdict('unauthenticated', [])
  return verdict('deny', [], { reason: 'default' })
}

function verdict(effect: Verdict['effect'], by: readonly Judgement[], more: Partial<Verdict> = {}): Verdict {
  const sorted = [...by].sort((a, b) => (a.rule.name < b.rule.name ? -1 : 1))
  return { effect, by: sorted, reason: null, obligations: { headers: {}, limits: [] }, challenge: null, ...more }
}

/** Asks for the first requirement of every forbid, and for what is not met of a permit. */
function challenge(by: readonly Judgement[]): Verdict {
  const asked = by
    .flatMap(({ rule, unmet }) => cureOf(rule) ?? unmet)
    .map(({ what, values, within }) => {
      return { what, values: values.map(({ value }) => value), within: within?.milliseconds ?? null }
    })
  const distinct = asked.filter((one, at) => asked.findIndex((other) => textOf(other) === textOf(one)) === at)
  return verdict('challenge', by, { challenge: distinct.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)) })
}

/** Compares by what, values and time, those without a time last. */
function textOf({ what, values, within }: Unmet): string {
  return [what, ...values, '', String(within ?? 1e20).padStart(30, '0')].join('\0')
}

/** The first `unless REQ` of a forbid: met, it would settle it. */
export function cureOf({ conditions, effect }: Rule): Requirement | undefined {
  const requirements = conditions.flatMap(({ unless, expression }) =>
    unless && expression.kind === 'Requirement' ? expression : [],
  )
  return effect === 'forbid' ? requirements[0] : undefined
}

function obligationsOf(permits: readonly Judgement[]): Verdict['obligations'] {
  const headers = permits.flatMap(({ rule, texts }) =>
    rule.headers.map(({ name, value }) => [name, texts.get(value) as string] as const),
  )
  const limits = permits.flatMap(({ rule: { name, limit }, texts }) => {
    if (limit === null) return []
    return { rule: name, count: limit.count, per: limit.per, key: limit.by === null ? null : (texts.get(limit.by) as string) }
  })
  return { headers: Object.fromEntries(headers.sort()), limits: limits.length < permits.length ? [] : limits }
}
