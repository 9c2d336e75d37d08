import type { DecisionRequest, Facts, Outcome, RouteProgram, Trace } from '../../abi/index.ts'
import { outcomeAt } from './outcome-at.ts'
import type { Policy } from './policy.ts'

/** What is decided of a request to the route of that index, which declares a body, before that was read; null where it must be read first. */
export function askEarly(policy: Policy, index: number, facts: Facts, request: DecisionRequest): Outcome | null {
  const route = policy.module.routes[index] as RouteProgram
  if (route.early === null) throw new Error(`\`${route.name}\` declares no body`)
  if (request.body !== undefined) throw new Error('the body was read before it was asked for')
  const decided = route.early(facts, request)
  if (decided === -1) return null
  const outcome = outcomeAt(policy.module, decided)
  // The route promises its body: nothing is let through, nor asked for more, before that was read.
  if (outcome.effect === 'permit' || outcome.effect === 'challenge') disagree(route, `decides ${outcome.effect} without the body`)
  return outcome
}

/** What is decided of a request to the route of that index. The body, where the route declares one, was read. */
export function ask(policy: Policy, route: number, facts: Facts, request: DecisionRequest): Outcome {
  return outcomeAt(policy.module, policy.decide(route, facts, request))
}

/**
 * The same question to the tracing function. The fast one may name another of the rules that decided; in everything else the two say
 * the same. Throws where they do not: a mistake of the compiler.
 */
export function explain(outcome: Outcome, route: RouteProgram, facts: Facts, request: DecisionRequest): Trace {
  const trace = route.trace(facts, request, outcome)
  const { effect, reason, rules, obligations } = trace
  if (effect !== outcome.effect) disagree(route, `decides ${outcome.effect} and explains ${effect}`)
  if (reason !== outcome.reason) disagree(route, 'gives two reasons')
  if (outcome.rule === null ? rules.length > 0 : !rules.includes(outcome.rule)) disagree(route, 'names other rules')
  const asked = effect === 'permit' && route.obligations !== null ? route.obligations(facts, request) : null
  const same = asked === null ? isNone(obligations) : obligationsText(asked) === obligationsText(obligations)
  if (!same) disagree(route, 'asks for other obligations')
  return trace
}

/** Of refusals, which are many when somebody makes them: nothing is made for them here. */
function isNone({ headers, limits }: Trace['obligations']): boolean {
  for (const _ in headers) return false
  return limits.length === 0
}

function obligationsText({ headers, limits }: Trace['obligations']): string {
  const sorted = limits.map(({ rule, count, per, key }) => [rule, count, per, key])
  return JSON.stringify([Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)), sorted])
}

function disagree({ name }: RouteProgram, how: string): never {
  throw new Error(`the policy module ${how} on \`${name}\`: a mistake of the compiler`)
}
