import type { DecisionRequest, Facts, RouteProgram } from '../module.ts'
import { Tracer } from './tracer.ts'

/** What tells the tracer of one rule; all routes on which the rule says the same share it. */
export type Judge = (trace: Tracer, facts: Facts, request: DecisionRequest) => void

/**
 * What a route says to one kind of caller. `forbids` and `permits` are those that hold or do not, of which nothing else can be
 * said: none of their clauses can err or waits for the body, they require nothing, and what a permit obliges to cannot err. Every
 * other rule is among `rules`. Left out: none.
 */
export interface JudgesOfCaller {
  readonly rules?: readonly Judge[]
  readonly forbids?: readonly Judge[]
  readonly permits?: readonly Judge[]
}

export interface Judges {
  /** An enforced permit of the route names somebody who signs in. */
  readonly signIn: boolean
  /** The route declares a body. */
  readonly body: boolean
  readonly anonymous: JudgesOfCaller
  readonly authenticated: JudgesOfCaller
}

/**
 * `trace` of a route. Of a request that is known to be refused, those rules are not asked that could not be named: had one of
 * `forbids` held it would be named, so that of a refusal by no rule none did; and whether one of `permits` held is nothing to a
 * refusal, which is by forbids if it did, and by these whatever permits. Most refusals are by no rule, and mostly nothing is left
 * to ask.
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

/** The `trace` of routes on which no rule says anything. */
const withoutRules = new WeakSet<RouteProgram['trace']>()

/** Whether a rule says anything of a route: else all that is decided there is the deny that is there by default. */
export function isCovered({ trace }: Pick<RouteProgram, 'trace'>): boolean {
  return !withoutRules.has(trace)
}

function tell(judges: readonly Judge[], trace: Tracer): void {
  for (let at = 0; at < judges.length; at += 1) (judges[at] as Judge)(trace, trace.facts, trace.request)
}

const NONE: readonly never[] = []
