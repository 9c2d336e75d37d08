import {
  type AuthenticationFacts,
  type EvalAnswer,
  type EvalCaller,
  type EvalRequest,
  type Explanation,
  evalRequestProblem,
  type Trace,
} from '../../abi/index.ts'
import { parseTimestamp } from '../../abi/values/times/timestamp.ts'
import { explain, obligationsOf } from '../module/ask.ts'
import { type DataSnapshot, noData, unknownAuthentication } from '../module/facts.ts'
import type { Circumstances, FactsResult, Policy } from '../module/policy.ts'
import { placing } from '../module/policy-stack.ts'
import { callerCertificate, connectionCertificate } from './connection-certificate.ts'
import { decideWritten, type EvaluationResult } from './decide-written.ts'

export interface EvaluateOptions {
  /** Data that the policy reads, such as lists that are delivered separately from requests. Default: none. */
  readonly data?: DataSnapshot
  /**
   * Whether to run the fast decision only. It takes a fraction of the time and returns one deciding rule, but no shadow rules,
   * errors or challenge.
   */
  readonly untraced?: boolean
}

/** Default time of a request. */
const TIME = '2026-01-01T12:00:00Z'

/**
 * Decides a request given as data, for example of a policy test, following `spec/language/decision.md`. Ignores the `needs` of
 * the policy.
 *
 * @throws if the tables and functions of the policy module contradict each other
 */
export function evaluate(policy: Policy, request: EvalRequest, options: EvaluateOptions = {}): EvalAnswer {
  return placing(policy.stackOf, () => answerTo(policy, request, options).answer)
}

/**
 * Decides a request like `evaluate`, and also returns an explanation with the outcome of each rule. The explanation is empty if
 * no rule was evaluated. It is computed from the bundle alone, without the policy's source files.
 */
export function evaluateExplained(
  policy: Policy,
  request: EvalRequest,
  options: EvaluateOptions = {},
): { readonly answer: EvalAnswer; readonly explanation: Explanation } {
  return placing(policy.stackOf, () => {
    const { answer, trace } = answerTo(policy, request, options)
    return { answer, explanation: trace?.explanation() ?? { rules: [], nearest: null } }
  })
}

/** A decision with its trace, which is null if no rule was evaluated. */
interface Answered {
  readonly answer: EvalAnswer
  readonly trace: Trace | null
}

function answerTo(policy: Policy, request: EvalRequest, options: EvaluateOptions): Answered {
  const answered = (parts: Parts, trace: Trace | null = null): Answered => ({ answer: answer(policy, request, parts), trace })
  const circumstances = readRequest(policy, request, options.data ?? noData)
  if (typeof circumstances === 'string')
    return answered({ effect: 'reject', status: 400, code: 'bad-eval-request', message: circumstances })
  const { method, url, headers = {}, source, body, rawBody, caller = null } = request
  const verdict = decideWritten(policy, {
    request: { method, url, headers, ...(source && { sourceIp: source.ip }) },
    circumstances,
    facts: () => factsOf(policy, caller, circumstances.data),
    body,
    rawBody,
  })
  switch (verdict.kind) {
    case 'rejected': {
      const { status, code, message } = verdict
      return answered({ effect: 'reject', status, code, message })
    }
    case 'unasked':
      return answered({ effect: 'deny', route: verdict.route, reason: verdict.reason })
    case 'decided': {
      const { route, facts, question, outcome } = verdict
      if (options.untraced) return answered({ ...untraced(policy, verdict), route: route.name })
      const trace = explain(policy, outcome, route, facts, question)
      return answered({ ...trace, route: route.name }, trace)
    }
  }
}

function untraced(policy: Policy, verdict: Extract<EvaluationResult, { kind: 'decided' }>): Parts {
  const { route, facts, question, outcome } = verdict
  const { effect, rule, reason } = outcome
  const rules = rule === null ? [] : [rule]
  return { effect, rules, reason, ...(effect === 'permit' && { obligations: obligationsOf(policy, route, facts, question) }) }
}

function readRequest(policy: Policy, request: EvalRequest, base: DataSnapshot): Circumstances | string {
  const problem = evalRequestProblem(request)
  if (problem !== null) return problem
  const data = request.data === undefined ? { ok: true as const, data: base } : policy.prepare(request.data, base)
  if (!data.ok) return data.message
  const { caller = null } = request
  const own = caller === null ? null : callerCertificate(policy, caller.identity, caller.claims)
  const mtls = connectionCertificate(request.mtls, own)
  if (typeof mtls === 'string') return mtls
  return { data: data.data, time: parseTimestamp(request.time ?? TIME) as bigint, mtls }
}

function factsOf(policy: Policy, caller: EvalCaller | null, data: DataSnapshot): FactsResult {
  if (caller === null) return { ok: true, facts: policy.anonymous }
  return policy.facts(caller.identity, caller.claims, authenticationOf(caller.auth), data)
}

export function authenticationOf(auth: EvalCaller['auth']): AuthenticationFacts {
  if (auth === undefined) return unknownAuthentication
  const { time, acr = null, amr = [] } = auth
  return { time: time === undefined ? null : (parseTimestamp(time) ?? null), acr, mfa: acr === 'mfa' || amr.includes('mfa') }
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
