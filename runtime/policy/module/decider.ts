/**
 * Decides for callers who come again and again. What depends on the caller alone is worked out when they come to a route first,
 * and kept beside their facts: mostly that is the answer, else which rules are left to ask.
 */
import type { Program, RequestHandle } from '../../realm/program/program.ts'
import { hostError } from '../../realm/realm-error.ts'
import type { CallerFacts } from './facts.ts'
import type { RouteEntry } from './tables.ts'

export interface Decider {
  /** How many bytes `keep` makes beside the facts. */
  readonly bytesPerCaller: number
  /**
   * The same facts with room for what is found out about them. They are for this decider alone, and for one generation of data,
   * as facts are.
   */
  keep(facts: CallerFacts): CallerFacts
  /** What `decide` of the route with that index gives: the index of an outcome, or a number that is none. Allocates nothing. */
  decide(route: number, facts: CallerFacts, request: RequestHandle): number
}

/**
 * The index of an outcome + 1 where the caller has settled it, 0 where nothing is known yet; −1 − outcome where that is it unless
 * a row holds.
 */
type Settled = Int16Array | Int32Array

const MOST_IN_16_BITS = 2 ** 15 - 2
const NO_OUTCOME = -1

/** @param outcomes how many there are */
export function createDecider(
  program: Pick<Program, 'decide' | 'plan' | 'left' | 'ask'>,
  routes: readonly Pick<RouteEntry, 'ofCaller' | 'tabled'>[],
  outcomes: number,
): Decider {
  const { decide: decideInRealm, plan, left: leftToAsk, ask } = program
  const ofCaller = Uint8Array.from(routes, (route) => (route.ofCaller ? 1 : 0))
  const tabled = Uint8Array.from(routes, (route) => (route.tabled ? 1 : 0))
  const hasTable = tabled.includes(1)
  const keepsSome = hasTable || ofCaller.includes(1)
  const Outcomes = outcomes < MOST_IN_16_BITS ? Int16Array : Int32Array
  const bytesPerRoute = Outcomes.BYTES_PER_ELEMENT + (hasTable ? Int32Array.BYTES_PER_ELEMENT : 0)

  return {
    bytesPerCaller: keepsSome ? bytesPerRoute * routes.length : 0,
    keep({ identity, auth, handle, program: of }) {
      if (!keepsSome) return { identity, auth, handle, program: of }
      const settled: Settled = new Outcomes(routes.length)
      const left = hasTable ? new Int32Array(routes.length) : null
      // First what is read first: then it lies beside the head of the object.
      return { settled, left, handle, identity, auth, program: of }
    },
    decide: keepsSome ? decideKeeping : decideAnew,
  }

  function decideKeeping(route: number, facts: CallerFacts, request: RequestHandle): number {
    const { settled } = facts
    if (settled === undefined) return decideAnew(route, facts, request)
    const known = settled[route] as number
    return known > 0 ? known - 1 : decideFurther(route, known, settled, facts, request)
  }

  function decideAnew(route: number, facts: CallerFacts, request: RequestHandle): number {
    try {
      return numberOr(decideInRealm(route, facts.handle, request))
    } catch (thrown) {
      throw hostError(thrown, decidingAgain(route, facts, request))
    }
  }

  function decideFurther(route: number, known: number, settled: Settled, facts: CallerFacts, request: RequestHandle): number {
    if (tabled[route] === 0) {
      const outcome = decideAnew(route, facts, request)
      // What is no outcome is told by whoever looks it up.
      if (ofCaller[route] === 1 && outcome >= 0 && outcome < outcomes) settled[route] = outcome + 1
      return outcome
    }
    try {
      return decideByTable(route, known, settled, facts, request)
    } catch (thrown) {
      throw hostError(thrown, decidingAgain(route, facts, request))
    }
  }

  /** Apart, so that a decision that does not throw makes no closure and no room for one. */
  function decidingAgain(route: number, facts: CallerFacts, request: RequestHandle): () => unknown {
    return () => decideInRealm(route, facts.handle, request)
  }

  function decideByTable(route: number, known: number, settled: Settled, facts: CallerFacts, request: RequestHandle): number {
    const { handle } = facts
    const left = facts.left as Int32Array
    if (known !== 0) return numberOr(ask(route, left[route] as number, -1 - known, handle, request))
    const outcome = numberOr(plan(route, handle))
    const open = numberOr(leftToAsk())
    if (outcome < 0 || outcome >= outcomes) return NO_OUTCOME
    left[route] = open
    settled[route] = open === 0 ? outcome + 1 : -1 - outcome
    return open === 0 ? outcome : numberOr(ask(route, open, outcome, handle, request))
  }
}

/** What comes out of a realm may be anything. */
function numberOr(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : NO_OUTCOME
}
