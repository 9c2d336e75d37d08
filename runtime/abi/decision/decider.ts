/**
 * Decides for callers who come again and again. What depends on the caller alone is worked out when they come to a route first, and kept beside their
 * facts: mostly that is the answer, else which rules are left to ask.
 */
import type { DecisionRequest, Facts, RouteProgram } from '../module.ts'
import { type Table, tabledBy } from './table.ts'

export interface Decider {
  /** How many bytes `keep` makes beside the facts. */
  readonly bytesPerCaller: number
  /** The same facts with room for what is found out about them. They are for this decider alone, and for one generation of data, as facts are. */
  keep(facts: Facts): Facts
  /** What `decide` of the route with that index gives: the index of an outcome. Allocates nothing. */
  decide(route: number, facts: Facts, request: DecisionRequest): number
}

/** The index of an outcome + 1 where the caller has settled it, 0 where nothing is known yet; −1 − outcome where that is it unless a row holds. */
type Settled = Int16Array | Int32Array

const MOST_IN_16_BITS = 2 ** 15 - 2

/** @param outcomes how many there are */
export function createDecider(routes: readonly RouteProgram[], outcomes: number): Decider {
  const functions = routes.map(({ decide }) => decide)
  const ofCaller = Uint8Array.from(routes, (route) => (route.ofCaller === true ? 1 : 0))
  const tabled = routes.map(({ decide }) => tabledBy(decide))
  const places = Int32Array.from(tabled, (found) => found?.place ?? -1)
  // A module has one table, or none.
  const table = tabled.find((found) => found !== undefined)?.table ?? null
  const keepsSome = table !== null || ofCaller.includes(1)
  const Outcomes = outcomes < MOST_IN_16_BITS ? Int16Array : Int32Array
  const bytesPerRoute = Outcomes.BYTES_PER_ELEMENT + (table === null ? 0 : Int32Array.BYTES_PER_ELEMENT)

  return {
    bytesPerCaller: keepsSome ? bytesPerRoute * routes.length : 0,
    keep({ identity, roles, caller, auth, linked }) {
      if (!keepsSome) return { identity, roles, caller, auth, linked }
      const settled: Settled = new Outcomes(routes.length)
      const left = table === null ? null : new Int32Array(routes.length)
      // First what is read first: then it lies beside the head of the object.
      return { settled, left, roles, identity, caller, auth, linked }
    },
    decide: keepsSome ? decideKeeping : decideAnew,
  }

  function decideKeeping(route: number, facts: Facts, request: DecisionRequest): number {
    const { settled } = facts
    if (settled === undefined) return decideAnew(route, facts, request)
    const known = settled[route] as number
    return known > 0 ? known - 1 : decideFurther(route, known, settled, facts, request)
  }

  function decideAnew(route: number, facts: Facts, request: DecisionRequest): number {
    const decide = functions[route] as RouteProgram['decide']
    return decide(facts, request)
  }

  function decideFurther(route: number, known: number, settled: Settled, facts: Facts, request: DecisionRequest): number {
    const place = places[route] as number
    if (place < 0) {
      const outcome = decideAnew(route, facts, request)
      // What is no outcome is told by whoever looks it up.
      if (ofCaller[route] === 1 && Number.isSafeInteger(outcome) && outcome >= 0 && outcome < outcomes)
        settled[route] = outcome + 1
      return outcome
    }
    return decideByTable(table as Table, route, place, known, facts, request)
  }
}

function decideByTable(
  table: Table,
  route: number,
  place: number,
  known: number,
  facts: Facts,
  request: DecisionRequest,
): number {
  const left = facts.left as Int32Array
  if (known === 0) {
    const outcome = table.plan(place, facts)
    left[route] = table.left
    ;(facts.settled as Settled)[route] = table.left === 0 ? outcome + 1 : -1 - outcome
    return table.left === 0 ? outcome : table.ask(place, table.left, outcome, facts, request)
  }
  return table.ask(place, left[route] as number, -1 - known, facts, request)
}
