import type { DecisionRequest, Facts, RouteProgram } from '../module.ts'
import { Tracer } from './tracer.ts'

/** Reports one rule to a tracer; shared by routes on which the rule is the same. */
export type Judge = (trace: Tracer, facts: Facts, request: DecisionRequest) => void

/** Rules by kind of caller. `forbids` and `permits` can only hold or not: no errors, body, requirements, fallible obligations. */
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
 * Returns a route's `trace`. For a known refusal, skips rules that cannot be named: one of `forbids` that held would be the
 * reason, and permits do not matter. Most refusals are by default, and leave nothing to evaluate.
 *
 * @param stepsUp by identity
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

/** The `trace` functions of routes without rules. */
const withoutRules = new WeakSet<RouteProgram['trace']>()

/** Whether any rule applies to a route, else it is denied by default. */
export function isCovered({ trace }: Pick<RouteProgram, 'trace'>): boolean {
  return !withoutRules.has(trace)
}

function tell(judges: readonly Judge[], trace: Tracer): void {
  for (let at = 0; at < judges.length; at += 1) (judges[at] as Judge)(trace, trace.facts, trace.request)
}

const NONE: readonly never[] = []
