import { canonicalizeUrl, promisesJson, type WrittenRequest } from '../../../request/index.ts'
import type {
  Authentication,
  DataSnapshot,
  DecisionRequest,
  EvalAnswer,
  EvalCaller,
  EvalRequest,
  Facts,
  Outcome,
} from '../../abi/index.ts'
import { parseTimestamp } from '../../abi/values/timestamp.ts'
import { lacksData } from '../door/lacks-data.ts'
import { type BodyResult, bodyTypeRefusal } from '../door/read-body.ts'
import { readRouteQuery } from '../door/read-route-query.ts'
import { repeatedHeader } from '../door/repeated-header.ts'
import { ask, askEarly, explain } from '../module/ask.ts'
import { type Circumstances, decisionRequest } from '../module/decision-request.ts'
import { type FactsResult, type Matched, noData, type Policy, unknownAuthentication } from '../module/policy.ts'
import { evalRequestProblem } from './eval-request.ts'
import { readCertificate } from './read-certificate.ts'

export interface EvaluateOptions {
  /** What there is of each datum that a request does not bring itself. */
  readonly data?: DataSnapshot
}

/** Where a request does not say. */
const TIME = '2026-01-01T12:00:00Z'

/**
 * The decision on a request that was written down, by the steps of `spec/language/decision.md`. What the runtime lacks (`needs`) does
 * not matter here: nothing is carried out. Throws where the policy module contradicts itself.
 */
export function evaluate(policy: Policy, request: EvalRequest, options: EvaluateOptions = {}): EvalAnswer {
  const asked = readRequest(policy, request, options.data ?? noData)
  if (typeof asked === 'string') return rejected(policy, request, 400, 'bad-eval-request', asked)
  const canonical = canonicalizeUrl(written(request))
  if (!canonical.ok) {
    const { status, code, message } = canonical.refusal
    return rejected(policy, request, status, code, message)
  }
  const matched = policy.route(canonical.request)
  if (matched === null) return answer(policy, request, { effect: 'deny', reason: 'no-route' })
  const { route } = matched
  const repeated = repeatedHeader(route, canonical.request.headers)
  if (repeated !== null) return rejected(policy, request, 400, repeated.code, repeated.message)
  const query = readRouteQuery(route, canonical.request.rawQuery)
  if (!query.ok) return rejected(policy, request, 400, 'query', query.message)
  const known = factsOf(policy, request.caller ?? null, asked.data)
  if (!known.ok) return rejected(policy, request, 401, 'claims', known.message)
  if (lacksData(route, asked.data)) return answer(policy, request, { effect: 'deny', route: route.name, reason: 'data' })
  const question = decisionRequest(canonical.request, asked, query.query, undefined)
  if (route.body === null)
    return decided(policy, request, matched, known.facts, question, ask(policy, matched, known.facts, question))

  const early = askEarly(policy, matched, known.facts, question)
  if (early !== null) return decided(policy, request, matched, known.facts, question, early)
  if (!promisesJson(canonical.request.headers))
    return rejected(policy, request, bodyTypeRefusal.status, bodyTypeRefusal.code, bodyTypeRefusal.message)
  const body = bodyOf(policy, matched, request)
  if (!body.ok) return rejected(policy, request, 400, 'body', body.message)
  const whole = decisionRequest(canonical.request, asked, query.query, body.body)
  return decided(policy, request, matched, known.facts, whole, ask(policy, matched, known.facts, whole))
}

/** What is not of the HTTP request itself; or what is wrong with the question. */
function readRequest(policy: Policy, request: EvalRequest, base: DataSnapshot): Circumstances | string {
  const problem = evalRequestProblem(request)
  if (problem !== null) return problem
  const data = request.data === undefined ? { ok: true as const, data: base } : policy.data(request.data, base)
  if (!data.ok) return data.message
  const mtls = request.mtls ? readCertificate(request.mtls) : null
  if (request.mtls && mtls === null) return 'mtls.spiffe_id is no SPIFFE ID of a workload'
  return { data: data.data, time: parseTimestamp(request.time ?? TIME) as bigint, mtls }
}

function written({ method, url, headers = {}, source, body }: EvalRequest): WrittenRequest {
  return { method, url, headers, json: body !== undefined, ...(source && { sourceIp: source.ip }) }
}

function factsOf(policy: Policy, caller: EvalCaller | null, data: DataSnapshot): FactsResult {
  if (caller === null) return { ok: true, facts: policy.anonymous }
  return policy.facts(caller.identity, caller.claims, authenticationOf(caller.auth), data)
}

function authenticationOf(auth: EvalCaller['auth']): Authentication {
  if (auth === undefined) return unknownAuthentication
  const { time, acr = null, amr = [] } = auth
  return { time: time === undefined ? null : (parseTimestamp(time) ?? null), acr, mfa: acr === 'mfa' || amr.includes('mfa') }
}

/** A JSON value is taken for the text that it is written as, so that it goes through the same door. */
function bodyOf(policy: Policy, { route }: Matched, { body, rawBody }: EvalRequest): BodyResult {
  if (rawBody !== undefined) return policy.body(route, rawBody)
  if (body === undefined) return policy.body(route, '')
  try {
    return policy.body(route, JSON.stringify(body) ?? '')
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { ok: false, message: 'the body cannot be read: it nests too deep' }
  }
}

function decided(
  policy: Policy,
  request: EvalRequest,
  matched: Matched,
  facts: Facts,
  question: DecisionRequest,
  outcome: Outcome,
): EvalAnswer {
  return answer(policy, request, { ...explain(outcome, matched, facts, question), route: matched.route.name })
}

function rejected(policy: Policy, request: EvalRequest, status: number, code: string, message: string): EvalAnswer {
  return answer(policy, request, { effect: 'reject', status, code, message })
}

type Parts = Pick<EvalAnswer, 'effect'> & Partial<EvalAnswer>

function answer(policy: Policy, request: EvalRequest, parts: Parts): EvalAnswer {
  const { effect, status, code, message } = parts
  const id = (request as Partial<EvalRequest> | null)?.id
  return {
    ...(typeof id === 'string' && { id }),
    effect,
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    route: parts.route ?? null,
    rules: parts.rules ?? [],
    obligations: parts.obligations ?? { headers: {}, limits: [] },
    challenge: parts.challenge ?? null,
    shadow: parts.shadow ?? [],
    errors: parts.errors ?? [],
    reason: parts.reason ?? null,
    revision: policy.revision,
  }
}
