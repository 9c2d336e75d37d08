import type { DecisionRequest, Facts, RouteProgram } from '../module.ts'
import { Tracer } from './tracer.ts'

/** Reports one rule to a tracer. Routes on which a rule is the same share the function. */
export type Judge = (trace: Tracer, facts: Facts, request: DecisionRequest) => void

/**
 * Rules for one kind of caller. Rules in `forbids` and `permits` can only hold or not: they cannot fail, and have no body, no
 * requirements and no obligations that can fail.
 */
export interface JudgesOfCaller {
  readonly rules?: readonly Judge[]
  readonly forbids?: readonly Judge[]
  readonly permits?: readonly Judge[]
}

export interface Judges {
  /** Whether an enforced permit of the route names an identity that signs in. */
  readonly signIn: boolean
  /** Whether the route declares a body. */
  readonly body: boolean
  readonly anonymous: JudgesOfCaller
  readonly authenticated: JudgesOfCaller
}

/**
 * Returns the `trace` function of a route. For a known refusal, it skips rules that cannot be named in the trace: a rule in
 * `forbids` that held would be the reason, and permits do not matter. Most refusals are by default and leave nothing to
 * evaluate.
 *
 * @param stepsUp for each identity, whether it can step up the authentication
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
