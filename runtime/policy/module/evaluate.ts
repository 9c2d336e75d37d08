import { canonicalizeUrl, type WrittenRequest } from '../../../request/index.ts'
import type { EvalAnswer, EvalRequest, Outcome, Trace } from '../../abi/index.ts'
import { evalRequestProblem } from './eval-request.ts'
import { outcomeAt } from './outcome-at.ts'
import type { Policy } from './policy.ts'
import { repeatedHeader } from './repeated-header.ts'

/**
 * The decision on a request that was written down, in the order of the design: shape, canonical form, route, headers that come twice,
 * credential, rules. What the runtime lacks (`needs`) does not matter here: nothing is carried out.
 */
export function evaluate(policy: Policy, request: EvalRequest): EvalAnswer {
  const problem = evalRequestProblem(request)
  if (problem !== null) return rejected(policy, request, 400, 'bad-eval-request', problem)
  const canonical = canonicalizeUrl(written(request))
  if (!canonical.ok) {
    const { status, code, message } = canonical.refusal
    return rejected(policy, request, status, code, message)
  }
  const matched = policy.route(canonical.request)
  if (matched === null) return answer(policy, request, { effect: 'deny', reason: 'no-route' })
  const { route, params } = matched
  const repeated = repeatedHeader(route, canonical.request.headers)
  if (repeated !== null) return rejected(policy, request, 400, repeated.code, repeated.message)
  const { caller } = request
  const known = caller ? policy.facts(caller.identity, caller.claims) : { ok: true as const, facts: policy.anonymous }
  if (!known.ok) return rejected(policy, request, 401, 'claims', known.message)
  const trace = route.trace(known.facts, params, canonical.request)
  const outcome = outcomeAt(policy.module, trace.outcome)
  agree(outcome, outcomeAt(policy.module, route.decide(known.facts, params, canonical.request)))
  return decided(policy, request, route.name, outcome, trace)
}

function written(request: EvalRequest): WrittenRequest {
  const { method, url, headers, source } = request
  return { method, url, ...(headers && { headers }), ...(source && { sourceIp: source.ip }) }
}

/** The fast function may name another of the rules that decided; in everything else it says the same as the tracing one. */
function agree(traced: Outcome, fast: Outcome): void {
  const same =
    traced === fast ||
    (traced.effect === fast.effect &&
      traced.reason === fast.reason &&
      traced.challenge === fast.challenge &&
      JSON.stringify(traced.obligations) === JSON.stringify(fast.obligations))
  if (!same) throw new Error(`the policy module decides ${fast.effect} and explains ${traced.effect}: a mistake of the compiler`)
}

function decided(policy: Policy, request: EvalRequest, route: string, outcome: Outcome, trace: Trace): EvalAnswer {
  return answer(policy, request, {
    effect: outcome.effect,
    route,
    rules: trace.rules,
    obligations: outcome.obligations,
    challenge: outcome.challenge,
    errors: trace.errors,
    reason: outcome.reason,
  })
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
    shadow: [],
    errors: parts.errors ?? [],
    reason: parts.reason ?? null,
    revision: policy.revision,
  }
}
