import type { Body, Model } from '../../language/index.ts'
import { canonicalizeUrl, promisesJson } from '../../request/index.ts'
import { bodyOf, callerOf, circumstancesOf, headersOf, type InterpretRequest, queryOf, requestOf, type Shapes } from './admit.ts'
import { type Decision, decide } from './decide.ts'
import { admitted } from './door.ts'
import type { Observe } from './evaluate.ts'
import type { Judgement, Situation } from './judge.ts'
import { matchRoute } from './match-route.ts'
import { parseTimestamp } from './times.ts'
import type { Value } from './value.ts'

export interface InterpretOptions {
  readonly observe?: Observe
  /** Whether a body fits the JSON Schema that its route imports. Left out: it does. */
  readonly fitsSchema?: (route: string, json: unknown) => boolean
}

/** What `iap eval` answers, without the revision, which only a bundle has. */
export interface Interpretation extends Omit<Decision, 'effect' | 'route'> {
  readonly id?: string
  readonly effect: Decision['effect'] | 'reject'
  readonly route: string | null
  /** Of a reject only. */
  readonly status?: number
  readonly code?: string
  readonly message?: string
}

/** With what the answer is made of, where it came to judging rules. */
export interface Interpreted {
  readonly answer: Interpretation
  readonly judged: readonly Judgement[]
  readonly situation: Situation | null
}

const EMPTY = {
  route: null,
  rules: [],
  reason: null,
  obligations: { headers: {}, limits: [] },
  challenge: null,
  shadow: [],
  errors: [],
}

/** The steps of `spec/language/decision.md` in their order. */
export function interpreted(model: Model, asked: InterpretRequest, options: InterpretOptions = {}): Interpreted {
  const { observe, fitsSchema = () => true } = options
  const end = (
    parts: Pick<Interpretation, 'effect'> & Partial<Interpretation>,
    judged: readonly Judgement[] = [],
    situation: Situation | null = null,
  ) => {
    return { answer: { ...(asked.id !== undefined && { id: asked.id }), ...EMPTY, ...parts }, judged, situation }
  }
  const reject = (status: number, code: string, message: string) => end({ effect: 'reject', status, code, message })

  const time = parseTimestamp(asked.time ?? '2026-01-01T12:00:00Z')
  const circumstances = admitted(() => circumstancesOf(model, asked))
  if (circumstances === null || time === null)
    return reject(400, 'bad-eval-request', 'data, a certificate or a time does not fit')
  const canonical = canonicalizeUrl({ ...asked, headers: headersOf(asked), sourceIp: asked.source?.ip ?? '192.0.2.1' })
  if (!canonical.ok) return reject(canonical.refusal.status, canonical.refusal.code, canonical.refusal.message)
  const { request } = canonical
  const matched = matchRoute(model, request)
  if (matched === null) return end({ effect: 'deny', reason: 'no-route' })

  const { route, params } = matched
  const reads = model.rules.filter((rule) => !rule.shadow && rule.routes.includes(route)).map((rule) => rule.reads)
  const repeated = reads.flatMap(({ headers }) => headers).find((name) => request.headers.count(name) > 1)
  if (repeated !== undefined)
    return reject(400, 'header-repeated', `the header ${repeated}, which is read, came in several lines`)
  const query = route.query === null ? new Map() : admitted(() => queryOf(model, route.query as Shapes, request.rawQuery))
  if (query === null) return reject(400, 'query', 'the query does not fit what the route declares')
  const { caller: credential } = asked
  const caller = credential ? admitted(() => callerOf(model, credential)) : null
  if (credential && caller === null) return reject(401, 'claims', 'the claims do not fit the declaration of their identity')
  const names = new Map<string, Value>([
    ...circumstances,
    ['params', params],
    ['query', query],
    ['request', requestOf(request, time)],
  ])
  names.set('caller', caller?.fields ?? new Map()).set('source', new Map([['ip', request.sourceIp]]))
  if (reads.some(({ data }) => data.some(({ name }) => !names.has(name))))
    return end({ effect: 'deny', route: route.name, reason: 'data' })

  const early = { model, route, request, caller, time, names, isEarly: route.body !== null, observe }
  const { decision, judged } = decide(early)
  if (decision !== null) return end(decision, judged, early)
  if (!promisesJson(request.headers)) return reject(415, 'body-type', 'the request does not say that its body is JSON')
  const body = admitted(() => bodyOf(model, route.body as Body, asked, (json) => fitsSchema(route.name, json)))
  if (body === null) return reject(400, 'body', 'the body does not fit what the route declares')
  const whole = { ...early, isEarly: false, names: new Map([...names, ['body', body] as const]) }
  const last = decide(whole)
  return end(last.decision as Decision, last.judged, whole)
}

export function interpret(model: Model, request: InterpretRequest, options?: InterpretOptions): Interpretation {
  return interpreted(model, request, options).answer
}
