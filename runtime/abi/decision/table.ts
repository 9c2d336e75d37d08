/** Decisions by rows, for many routes. A row has a caller test, a request test and an outcome; the first that holds decides. */
import type { DecisionRequest, Facts } from '../module.ts'

/**
 * A test of the request in a row of the decision table. `ask` is the kind of the test; further members are the constants with
 * which it compares.
 */
export interface RowTest {
  readonly ask: number
}

export type Holds = (test: RowTest, facts: Facts, request: DecisionRequest) => boolean

/** Indices of the columns of a row. */
const WORD = 0
const MASK = 1
const HAS = 2
const CALLER_TEST = 3
const REQUEST_TEST = 4
const OUTCOME = 5
const WIDTH = 6

export class Table {
  /** Four numbers a route: first row and default outcome for anonymous callers, and both for others. */
  readonly #routes: Int32Array
  readonly #rows: Int32Array
  readonly #tests: readonly RowTest[]
  readonly #holds: Holds
  /** Rows with request tests by program: test and outcome of each. */
  readonly #asking: Int32Array
  readonly #firstAsking: Int32Array
  /**
   * Bit mask that the last `plan` sets: the rows that may still decide and that `ask` must test against the request. Bit n is the
   * n-th row of the route with a request test.
   */
  left = 0

  constructor(routes: Int32Array, rows: Int32Array, tests: readonly RowTest[], holds: Holds) {
    this.#routes = routes
    this.#rows = rows
    this.#tests = tests
    this.#holds = holds
    const asking: number[] = []
    const first: number[] = []
    for (let program = 0; program * 2 < routes.length; program += 1) {
      first.push(asking.length)
      for (let row = this.#first(program); row < this.#first(program + 1); row += 1)
        if (this.#cell(row, REQUEST_TEST) >= 0) asking.push(this.#cell(row, REQUEST_TEST), this.#cell(row, OUTCOME))
    }
    this.#asking = Int32Array.from(asking)
    this.#firstAsking = Int32Array.from(first)
  }

  /**
   * Decides a route as far as the caller alone allows. Returns the index of an outcome, which applies unless one of the rows in
   * `left` holds for the request.
   */
  plan(place: number, facts: Facts): number {
    const program = programOf(place, facts)
    let left = 0
    let bit = 1
    for (let row = this.#first(program); row < this.#first(program + 1); row += 1) {
      const asks = this.#cell(row, REQUEST_TEST) >= 0
      if (this.#concerns(row, facts)) {
        if (!asks) {
          this.left = left
          return this.#cell(row, OUTCOME)
        }
        left |= bit
      }
      if (asks) bit <<= 1
    }
    this.left = left
    return this.#routes[program * 2 + 1] as number
  }

  /** Returns the outcome of the first row in `left` whose test holds for the request, or `otherwise` if there is none. */
  ask(place: number, left: number, otherwise: number, facts: Facts, request: DecisionRequest): number {
    const first = this.#firstAsking[programOf(place, facts)] as number
    for (let open = left; open !== 0; open &= open - 1) {
      const at = first + 2 * (31 - Math.clz32(open & -open))
      const test = this.#tests[this.#asking[at] as number] as RowTest
      if (this.#holds(test, facts, request)) return this.#asking[at + 1] as number
    }
    return otherwise
  }

  #concerns(row: number, facts: Facts): boolean {
    const word = this.#cell(row, WORD)
    if (word >= 0) {
      const has = ((facts.roles[word] as number) & this.#cell(row, MASK)) !== 0
      if (has !== (this.#cell(row, HAS) === 1)) return false
    }
    const test = this.#cell(row, CALLER_TEST)
    return test < 0 || this.#holds(this.#tests[test] as RowTest, facts, NO_REQUEST)
  }

  #first(program: number): number {
    return program * 2 < this.#routes.length ? (this.#routes[program * 2] as number) : this.#rows.length / WIDTH
  }

  #cell(row: number, column: number): number {
    return this.#rows[row * WIDTH + column] as number
  }
}

function programOf(place: number, { identity }: Facts): number {
  return identity < 0 ? place * 2 : place * 2 + 1
}

/** Request that tests of callers receive, which they do not read. */
const NO_REQUEST = Object.freeze(Object.create(null)) as DecisionRequest

interface Tabled {
  readonly table: Table
  readonly place: number
}

const places = new WeakMap<object, Tabled>()

/** Returns the table and route number of a `decide` function that `abi.tabled` made, or `undefined` for another function. */
export function tabledBy(decide: object): Tabled | undefined {
  return places.get(decide)
}

export const tableHelpers = {
  table: (routes: Int32Array, rows: Int32Array, tests: readonly RowTest[], holds: Holds) => new Table(routes, rows, tests, holds),
  /**
   * Returns the `decide` function of a route whose rules are rows of a table. `place` is the number of the route in the table.
   */
  tabled(table: Table, place: number) {
    const decide = (facts: Facts, request: DecisionRequest): number => {
      const outcome = table.plan(place, facts)
      return table.ask(place, table.left, outcome, facts, request)
    }
    places.set(decide, { table, place })
    return decide
  },
}
