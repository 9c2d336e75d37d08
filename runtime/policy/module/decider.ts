/**
 * Decides for repeated callers. On a caller's first request to a route, computes what depends on the caller alone and stores it
 * with the facts: usually the decision, else the rules left to evaluate.
 */
import type { Program, RequestHandle } from '../../realm/program/program.ts'
import { hostError } from '../../realm/realm-error.ts'
import type { CallerFacts } from './facts.ts'
import type { RouteEntry } from './tables.ts'

export interface Decider {
  /** Number of bytes by which `keep` increases the memory of a caller's facts. */
  readonly bytesPerCaller: number
  /**
   * Returns the facts of a caller with space for cached results by route. The results are valid for this decider and one
   * generation of data only.
   */
  keep(facts: CallerFacts): CallerFacts
  /**
   * Decides a request to the route with this index. Returns the index of an outcome, or an invalid number if the policy module is
   * faulty. Allocates nothing.
   */
  decide(route: number, facts: CallerFacts, request: RequestHandle): number
}

/** Cached results by route: outcome + 1 if decided, 0 if unknown, −1 − outcome if decided unless a row of the table holds. */
type Settled = Int16Array | Int32Array

const MOST_IN_16_BITS = 2 ** 15 - 2
const NO_OUTCOME = -1

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
      // Most-read members first, next to the object's header.
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
      // The caller reports invalid outcomes.
      if (ofCaller[route] === 1 && outcome >= 0 && outcome < outcomes) settled[route] = outcome + 1
      return outcome
    }
    try {
      return decideByTable(route, known, settled, facts, request)
    } catch (thrown) {
      throw hostError(thrown, decidingAgain(route, facts, request))
    }
  }

  /** Separate, so that successful decisions allocate no closure. */
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

/** Returns a value if it is an integer, otherwise `NO_OUTCOME`: a realm may return anything. */
function numberOr(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : NO_OUTCOME
}
