import type { CanonicalRequest } from '../../request/index.ts'
import type { Outcome } from '../../runtime/abi/index.ts'
import {
  ask,
  type CallerFacts,
  explain,
  lacksData,
  obligationsOf,
  type RouteEntry,
  readRouteQuery,
  repeatedHeader,
} from '../../runtime/policy/index.ts'
import type { AskedRequest } from '../decisions/asked-request.ts'
import type { OpenPolicy } from '../decisions/compiled.ts'
import type { Loop } from '../decisions/engine.ts'

/**
 * `permit`: requests that are permitted. `decided`, `refusal`, `explained`: requests that a rule or none refuses; decided alone, with what the proxy records of them, and with
 * their explanation besides.
 */
export type Row = 'permit' | 'decided' | 'refusal' | 'explained'

export function effectOf({ policy, facts, circumstances }: OpenPolicy, { request, caller }: AskedRequest): Outcome['effect'] {
  const index = policy.route(request)
  return ask(policy, index, facts[caller] as CallerFacts, policy.request(index, request, circumstances, null, null)).effect
}

/**
 * As the proxy goes from a request that was read to what it writes down of a decision
 * (`runtime/proxy/pipeline/decide-request.ts`).
 */
export function loopOf({ policy, facts, circumstances }: OpenPolicy, row: Row): Loop {
  let requests: readonly CanonicalRequest[] = []
  let whose: readonly CallerFacts[] = []
  return {
    load(asked) {
      requests = asked.map(({ request }) => request)
      whose = asked.map(({ caller }) => facts[caller] as CallerFacts)
    },
    pass() {
      let sum = 0
      for (let at = 0; at < requests.length; at += 1) sum += decided(requests[at] as CanonicalRequest, whose[at] as CallerFacts)
      return sum
    },
  }

  function decided(request: CanonicalRequest, caller: CallerFacts): number {
    const index = policy.route(request)
    const route = policy.module.routes[index] as RouteEntry
    if (repeatedHeader(route, request.headers) !== null) throw new Error('no request of the benchmark repeats a header')
    const query = readRouteQuery(policy, route, request.rawQuery)
    if (!query.ok || lacksData(route, circumstances.data)) throw new Error('no request of the benchmark is wrong')
    const question = policy.request(index, request, circumstances, query.query, null)
    const outcome = ask(policy, index, caller, question)
    if (outcome.effect === 'permit') {
      return (outcome.rule as string).length + obligationsOf(policy, route, caller, question).limits.length
    }
    if (row === 'decided') return outcome.effect.length
    const trace = explain(policy, outcome, route, caller, question)
    const { rules, errors, challenge, shadow } = trace
    const sum = rules.length + errors.length + shadow.length + (challenge?.length ?? 0)
    return row === 'explained' ? sum + trace.explanation().rules.length : sum
  }
}
