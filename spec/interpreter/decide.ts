import type { Model, Route, Rule } from '../../language/index.ts'
import type { CanonicalRequest } from '../../request/index.ts'
import { type Caller, callerIs } from './caller.ts'
import { conjoin, type Environment, evaluate, type Observe } from './evaluate.ts'
import { OVERFLOW, type Value } from './value.ts'

export interface Decision {
  readonly effect: 'permit' | 'deny' | 'unauthenticated'
  /** All that decided, sorted by name. */
  readonly rules: readonly string[]
  readonly errors: readonly { readonly rule: string; readonly error: 'overflow' }[]
  readonly reason: string | null
}

export interface Situation {
  readonly model: Model
  readonly route: Route
  readonly params: ReadonlyMap<string, Value>
  readonly caller: Caller | null
  readonly request: CanonicalRequest
  readonly observe?: Observe | undefined
}

/** Steps 5 to 8 of `spec/language/decision.md`. */
export function decide(situation: Situation): Decision {
  const { model, route, caller } = situation
  const onRoute = model.rules.filter((rule) => rule.routes.includes(route))
  const judged = onRoute
    .filter((rule) => rule.to.some((principal) => callerIs(caller, principal)))
    .map((rule) => ({ rule, holds: holds(rule, situation) }))
  const errors = judged
    .filter(({ holds }) => holds === OVERFLOW)
    .map(({ rule }) => ({ rule: rule.name, error: 'overflow' as const }))
  const decided = (effect: Decision['effect'], rules: readonly Rule[], reason: string | null): Decision => ({
    effect,
    rules: rules.map(({ name }) => name),
    errors,
    reason,
  })

  // An error inside a forbid denies; one inside a permit does not permit.
  const forbids = judged.filter(({ rule, holds }) => rule.effect === 'forbid' && holds !== false).map(({ rule }) => rule)
  const permits = judged.filter(({ rule, holds }) => rule.effect === 'permit' && holds === true).map(({ rule }) => rule)
  const signingInCouldHelp = caller === null && onRoute.some(namesAnIdentity)

  // Rules are sorted by name, so the first is the least.
  const impersonal = forbids.filter((rule) => !rule.personal)
  const deciding = caller === null && impersonal.length > 0 ? impersonal : forbids
  if (deciding.length > 0) {
    const asks = signingInCouldHelp && impersonal.length === 0
    return asks ? decided('unauthenticated', deciding, null) : decided('deny', deciding, deciding[0]?.because ?? null)
  }
  if (permits.length > 0) return decided('permit', permits, null)
  return signingInCouldHelp ? decided('unauthenticated', [], null) : decided('deny', [], 'default')
}

function namesAnIdentity(rule: Rule): boolean {
  return rule.effect === 'permit' && rule.to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone')
}

/** The clauses of a rule are one conjunction. */
function holds(rule: Rule, { model, caller, params, request, observe }: Situation): boolean | typeof OVERFLOW {
  const roots = new Map([
    ['params', params],
    ['request', requestFields(request)],
  ])
  const environment: Environment = { model, caller, roots, observe }
  const negated = new Set(rule.conditions.filter(({ unless }) => unless).map(({ expression }) => expression))
  return conjoin(
    rule.conditions.map(({ expression }) => expression),
    false,
    model,
    (expression) => {
      const result = evaluate(expression, environment)
      return negated.has(expression) && result !== OVERFLOW ? !result : result
    },
  )
}

function requestFields({ method, host, path, headers }: CanonicalRequest): ReadonlyMap<string, Value> {
  const single = [...headers.entries()].filter(([name]) => headers.count(name) === 1)
  return new Map<string, Value>([
    ['method', method],
    ['host', host],
    ['path', path],
    ['headers', new Map(single)],
  ])
}
