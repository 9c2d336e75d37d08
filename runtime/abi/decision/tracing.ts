import type { DecisionRequest, Facts, RouteProgram } from '../module.ts'
import { Tracer } from './tracer.ts'

/** What tells the tracer of one rule; all routes on which the rule says the same share it. */
export type Judge = (trace: Tracer, facts: Facts, request: DecisionRequest) => void

export interface Judges {
  /** An enforced permit of the route names somebody who signs in. */
  readonly signIn: boolean
  /** The route declares a body. */
  readonly body: boolean
  readonly anonymous: readonly Judge[]
  readonly authenticated: readonly Judge[]
}

/** `trace` of a route. `stepsUp` by identity. */
export function tracing(stepsUp: readonly boolean[], { signIn, body, anonymous, authenticated }: Judges): RouteProgram['trace'] {
  return (facts, request) => {
    const nobody = facts.identity < 0
    const trace = new Tracer(facts, request, nobody && signIn, stepsUp, body)
    const judges = nobody ? anonymous : authenticated
    for (let at = 0; at < judges.length; at += 1) (judges[at] as Judge)(trace, facts, request)
    return trace.end()
  }
}
