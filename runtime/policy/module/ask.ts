import type { Outcome, Trace } from '../../abi/index.ts'
import type { RequestHandle } from '../../realm/program/program.ts'
import type { CallerFacts } from './facts.ts'
import type { Policy } from './policy.ts'
import { NO_OBLIGATIONS } from './read-trace.ts'
import { outcomeAt, type RouteEntry } from './tables.ts'

/**
 * What is decided of a request to the route of that index, which declares a body, before that was read; null where it must be
 * read first.
 */
export function askEarly(policy: Policy, index: number, facts: CallerFacts, request: RequestHandle): Outcome | null {
  const route = policy.module.routes[index] as RouteEntry
  if (!route.hasBody) throw new Error(`\`${route.name}\` declares no body`)
  const decided = policy.early(index, facts, request)
  if (decided === -1) return null
  const outcome = outcomeAt(policy.module, decided)
  // The route promises its body: nothing is let through, nor asked for more, before that was read.
  if (outcome.effect === 'permit' || outcome.effect === 'challenge') disagree(route, `decides ${outcome.effect} without the body`)
  return outcome
}

/** What is decided of a request to the route of that index. The body, where the route declares one, was read. */
export function ask(policy: Policy, route: number, facts: CallerFacts, request: RequestHandle): Outcome {
  return outcomeAt(policy.module, policy.decide(route, facts, request))
}

/** What a permit carries. */
export function obligationsOf(
  policy: Policy,
  route: RouteEntry,
  facts: CallerFacts,
  request: RequestHandle,
): Trace['obligations'] {
  return route.obliges ? policy.obligations(route.index, facts, request) : NO_OBLIGATIONS
}

/**
 * The same question to the tracing function. The fast one may name another of the rules that decided; in everything else the two
 * say the same. Throws where they do not: a mistake of the compiler.
 */
export function explain(policy: Policy, outcome: Outcome, route: RouteEntry, facts: CallerFacts, request: RequestHandle): Trace {
  const trace = policy.trace(route.index, facts, request, outcome)
  const { effect, reason, rules, obligations } = trace
  if (effect !== outcome.effect) disagree(route, `decides ${outcome.effect} and explains ${effect}`)
  if (reason !== outcome.reason) disagree(route, 'gives two reasons')
  if (outcome.rule === null ? rules.length > 0 : !rules.includes(outcome.rule)) disagree(route, 'names other rules')
  const asked = effect === 'permit' ? obligationsOf(policy, route, facts, request) : NO_OBLIGATIONS
  const same = asked === NO_OBLIGATIONS ? isNone(obligations) : obligationsText(asked) === obligationsText(obligations)
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

function disagree({ name }: RouteEntry, how: string): never {
  throw new Error(`the policy module ${how} on \`${name}\`: a mistake of the compiler`)
}
