import type { Outcome, Trace } from '../../abi/index.ts'
import type { RequestHandle } from '../../realm/program/program.ts'
import type { CallerFacts } from './facts.ts'
import type { Policy } from './policy.ts'
import { NO_OBLIGATIONS } from './read-trace.ts'
import type { PolicyTables, RouteEntry } from './tables.ts'

/**
 * Returns the outcome that a policy module lists at an index: effect, reason and deciding rule.
 *
 * @throws if the index is invalid
 */
export function outcomeAt(module: PolicyTables, index: number): Outcome {
  const outcome = Number.isSafeInteger(index) ? module.outcomes[index] : undefined
  if (outcome === undefined) throw new Error('the policy module returned an unknown outcome: rebuild the bundle')
  return outcome
}

/**
 * Decides a request whose body has not been read. Returns `null` if the decision needs the body.
 *
 * @param index index of the route, which must declare a body
 */
export function askEarly(policy: Policy, index: number, facts: CallerFacts, request: RequestHandle): Outcome | null {
  const route = policy.module.routes[index] as RouteEntry
  if (!route.hasBody) throw new Error(`the route \`${route.name}\` declares no body: this is a bug in iap; report it`)
  const decided = policy.early(index, facts, request)
  if (decided === -1) return null
  const outcome = outcomeAt(policy.module, decided)
  // A route with a body must not permit or challenge before it is read.
  if (outcome.effect === 'permit' || outcome.effect === 'challenge') disagree(route, `decides ${outcome.effect} without the body`)
  return outcome
}

/** Decides a request and returns the outcome. If the route declares a body, it must have been read. */
export function ask(policy: Policy, route: number, facts: CallerFacts, request: RequestHandle): Outcome {
  return outcomeAt(policy.module, policy.decide(route, facts, request))
}

export function obligationsOf(
  policy: Policy,
  route: RouteEntry,
  facts: CallerFacts,
  request: RequestHandle,
): Trace['obligations'] {
  return route.obliges ? policy.obligations(route.index, facts, request) : NO_OBLIGATIONS
}

/**
 * Evaluates a decided request again and returns the full trace: all deciding rules, errors and obligations. The trace must agree
 * with `outcome`, which names one of its deciding rules.
 *
 * @throws if the two decisions differ, which is a bug of the compiler
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

/** Returns whether there are no obligations. Allocates nothing, as attackers can cause many refusals. */
function isNone({ headers, limits }: Trace['obligations']): boolean {
  for (const _ in headers) return false
  return limits.length === 0
}

/** Returns a text that is equal for equal obligations. */
export function obligationsText({ headers, limits }: Trace['obligations']): string {
  const sorted = limits.map(({ rule, count, per, key }) => [rule, count, per, key])
  return JSON.stringify([Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)), sorted])
}

function disagree({ name }: RouteEntry, how: string): never {
  throw new Error(`the policy module ${how} on \`${name}\`: this is a bug in the compiler; report it`)
}
