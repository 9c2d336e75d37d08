import { type Model, parseTimestamp, type RouteBody } from '../language/index.ts'
import { canonicalizeUrl, promisesJson } from '../request/index.ts'
import { bodyOf, circumstancesOf, type InterpretRequest, queryOf, requestOf } from './admit.ts'
import { callerOf } from './caller.ts'
import { decide, type InterpretedDecision, type PartialAnswer } from './decide.ts'
import type { Situation } from './judge-rule.ts'
import { matchRoute } from './match-route.ts'
import { attempt, EvalFailure, type Value } from './value.ts'

export interface InterpretOptions extends Pick<Situation, 'observe' | 'observeRules'> {
  /** Returns whether a body matches the JSON Schema that its route imports. Default: always. */
  readonly fitsSchema?: (route: string, json: unknown) => boolean
}

export function interpret(model: Model, asked: InterpretRequest, options: InterpretOptions = {}): InterpretedDecision {
  const empty = { route: null, rules: [], reason: null, challenge: null, shadow: [], errors: [] }
  return { ...empty, obligations: { headers: {}, limits: [] }, ...answerTo(model, asked, options) }
}

/** Performs the steps of `spec/language/decision.md` in order. */
function answerTo(model: Model, asked: InterpretRequest, options: InterpretOptions): PartialAnswer {
  const { fitsSchema = () => true, ...observers } = options
  const reject = (status: number, code: string) => ({ effect: 'reject', status, code }) as const

  const time = parseTimestamp(asked.time ?? '2026-01-01T12:00:00Z')
  const circumstances = attempt(() => circumstancesOf(model, asked))
  if (circumstances instanceof EvalFailure || time === null) return reject(400, 'bad-eval-request')
  const { body: json, source: { ip: sourceIp } = { ip: '192.0.2.1' } } = asked
  const canonical = canonicalizeUrl({ ...asked, json: json !== undefined, sourceIp })
  if (!canonical.ok) return reject(canonical.refusal.status, canonical.refusal.code)
  const { request } = canonical
  const matched = matchRoute(model, request)
  if (matched === null) return { effect: 'deny', reason: 'no-route' }

  const { route, params } = matched
  const enforced = model.rules.filter((rule) => !rule.shadow && rule.routes.includes(route))
  const reads = enforced.map((rule) => rule.reads)
  if (reads.some(({ headers }) => headers.some((name) => request.headers.count(name) > 1))) return reject(400, 'header-repeated')
  const query = attempt(() => queryOf(model, route, request.rawQuery))
  if (query instanceof EvalFailure) return reject(400, 'query')
  const { caller: credential } = asked
  const caller = credential ? attempt(() => callerOf(model, credential)) : null
  if (caller instanceof EvalFailure) return reject(401, 'claims')
  const roots = { caller: caller?.fields ?? new Map(), params, query, ...requestOf(request, time) }
  const names = new Map<string, Value>([...circumstances, ...Object.entries(roots)])
  // Without a declared body every field is missing.
  if (route.body === null) names.set('body', new Map())
  const lacksData = reads.some(({ data }) => data.some(({ name }) => !names.has(name)))
  if (lacksData) return { effect: 'deny', route: route.name, reason: 'data' }

  const situation: Situation = { model, route, request, caller, time, names, ...observers }
  const decision = decide(situation)
  if (decision !== null) return decision
  if (!promisesJson(request.headers)) return reject(415, 'body-type')
  const body = attempt(() => bodyOf(model, route.body as RouteBody, asked, (json) => fitsSchema(route.name, json)))
  if (body instanceof EvalFailure) return reject(400, 'body')
  return decide({ ...situation, names: new Map([...names, ['body', body]]) }) as PartialAnswer
}
