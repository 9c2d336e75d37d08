import type { DecisionRequest, Facts, RouteProgram } from '../module.ts'
import { Tracer } from './tracer.ts'

/**
 * Function of a module that evaluates one rule and reports its outcome to a tracer. Routes for which the rule has the same code
 * share the function.
 */
export type Judge = (trace: Tracer, facts: Facts, request: DecisionRequest) => void

/**
 * Functions that evaluate the rules of a route for anonymous or for authenticated callers. Rules in `forbids` and `permits` are
 * the simple ones, whose evaluation may be skipped: they cannot fail with an error, do not read the body, have no requirements,
 * and have no obligations that can fail. All others are in `rules`.
 */
export interface JudgesOfCaller {
  readonly rules?: readonly Judge[]
  readonly forbids?: readonly Judge[]
  readonly permits?: readonly Judge[]
}

export interface Judges {
  /**
   * Whether an enforced permit of the route is for authenticated callers, so that authentication could help an anonymous caller.
   */
  readonly signIn: boolean
  /** Whether the route declares a body. */
  readonly body: boolean
  readonly anonymous: JudgesOfCaller
  readonly authenticated: JudgesOfCaller
}

/**
 * Returns the `trace` function of a route. If the request is known to be refused, the function skips rules that do not occur in
 * the trace: permits, and `forbids` if no rule decided. Most refusals are by default and leave nothing to evaluate.
 *
 * @param stepsUp whether an identity can ask for a stronger authentication, by index of the identity
 */
export function tracing(stepsUp: readonly boolean[], { signIn, body, anonymous, authenticated }: Judges): RouteProgram['trace'] {
  const trace: RouteProgram['trace'] = (facts, request, decided = null) => {
    const nobody = facts.identity < 0
    const { rules = NONE, forbids = NONE, permits = NONE } = nobody ? anonymous : authenticated
    const asker = { anonymous: nobody, stepsUp: stepsUp[facts.identity] ?? false, signIn: nobody && signIn }
    const isRefused = decided !== null && (decided.effect === 'deny' || decided.effect === 'unauthenticated')
    const told = new Tracer(facts, request, asker, body, false)
    tell(rules, told)
    if (!isRefused || decided.rule !== null) tell(forbids, told)
    if (!isRefused) tell(permits, told)
    return told.end(() => {
      const all = new Tracer(facts, request, asker, body, true)
      tell(rules, all)
      tell(forbids, all)
      tell(permits, all)
      return all
    })
  }
  if ([anonymous, authenticated].every((judges) => Object.keys(judges).length === 0)) withoutRules.add(trace)
  return trace
}

/** Set of the `trace` functions of routes without rules. */
const withoutRules = new WeakSet<RouteProgram['trace']>()

/** Returns whether any rule applies to a route. If none does, requests are denied by default. */
export function isCovered({ trace }: Pick<RouteProgram, 'trace'>): boolean {
  return !withoutRules.has(trace)
}

function tell(judges: readonly Judge[], trace: Tracer): void {
  for (let at = 0; at < judges.length; at += 1) (judges[at] as Judge)(trace, trace.facts, trace.request)
}

const NONE: readonly never[] = []
