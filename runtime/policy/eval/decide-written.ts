import { canonicalizeUrl, promisesJson, type WrittenRequest } from '../../../request/index.ts'
import type { Outcome } from '../../abi/index.ts'
import type { RequestHandle } from '../../realm/program/program.ts'
import { readRouteQuery } from '../decode/read-route-query.ts'
import { bodyTypeRefusal, lacksData, repeatedHeader } from '../decode/route-checks.ts'
import { ask, askEarly } from '../module/ask.ts'
import type { CallerFacts } from '../module/facts.ts'
import type { BodyResult, Circumstances, FactsResult, Policy } from '../module/policy.ts'
import type { RouteEntry } from '../module/tables.ts'

export interface EvaluationInput {
  readonly request: Omit<WrittenRequest, 'json'>
  readonly circumstances: Circumstances
  readonly facts: () => FactsResult
  /** Parsed JSON body, or `undefined` without one. */
  readonly body?: unknown
  readonly rawBody?: string | undefined
}

export type EvaluationResult =
  /** Refused before a decision: ambiguous or invalid. */
  | { readonly kind: 'rejected'; readonly status: number; readonly code: string; readonly message: string }
  /** Denied without evaluating rules. */
  | { readonly kind: 'unasked'; readonly route: string | null; readonly reason: 'no-route' | 'data' }
  | {
      readonly kind: 'decided'
      readonly route: RouteEntry
      readonly facts: CallerFacts
      /** Handle by which the policy's realm identifies the evaluated request and its body, for obligations and explanations. */
      readonly question: RequestHandle
      readonly outcome: Outcome
    }

/**
 * Decides a request given as data, for example of a policy test, instead of received from a client. Follows
 * `spec/language/decision.md`.
 *
 * @throws if the tables and functions of the policy module contradict each other
 */
export function decideWritten(policy: Policy, asked: EvaluationInput): EvaluationResult {
  const canonical = canonicalizeUrl({ ...asked.request, json: asked.body !== undefined })
  if (!canonical.ok) return rejected(canonical.refusal)
  const { request } = canonical
  const index = policy.route(request)
  const route = policy.module.routes[index]
  if (route === undefined) return { kind: 'unasked', route: null, reason: 'no-route' }
  const repeated = repeatedHeader(route, request.headers)
  if (repeated !== null) return rejected({ status: 400, ...repeated })
  const query = readRouteQuery(policy, route, request.rawQuery)
  if (!query.ok) return rejected({ status: 400, code: 'query', message: query.message })
  const known = asked.facts()
  if (!known.ok) return rejected({ status: 401, code: 'claims', message: known.message })
  const { circumstances } = asked
  if (lacksData(route, circumstances.data)) return { kind: 'unasked', route: route.name, reason: 'data' }
  const { facts } = known
  const question = policy.request(index, request, circumstances, query.query, null)
  if (!route.hasBody) return { kind: 'decided', route, facts, question, outcome: ask(policy, index, facts, question) }

  const early = askEarly(policy, index, facts, question)
  if (early !== null) return { kind: 'decided', route, facts, question, outcome: early }
  if (!promisesJson(request.headers)) return rejected(bodyTypeRefusal)
  const body = bodyOf(policy, route, asked)
  if (!body.ok) return rejected({ status: 400, code: 'body', message: body.message })
  const whole = policy.request(index, request, circumstances, query.query, body.body)
  return { kind: 'decided', route, facts, question: whole, outcome: ask(policy, index, facts, whole) }
}

/** Returns the body of a request. A JSON value is serialized, so that it takes the same path as a text. */
function bodyOf(policy: Policy, route: RouteEntry, { body, rawBody }: EvaluationInput): BodyResult {
  if (rawBody !== undefined) return policy.body(route.index, rawBody)
  if (body === undefined) return policy.body(route.index, '')
  try {
    return policy.body(route.index, JSON.stringify(body) ?? '')
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { ok: false, message: 'the body cannot be read: it is nested too deeply' }
  }
}

function rejected({ status, code, message }: { status: number; code: string; message: string }): EvaluationResult {
  return { kind: 'rejected', status, code, message }
}
