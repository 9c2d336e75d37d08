import { BudgetError, outOfTime, UNLIMITED } from '../budget.ts'
import { Frames, UNKNOWN } from './frames.ts'
import { NodeTable, slotOf, TERMINAL } from './node-table.ts'

/**
 * A boolean function, as a number: twice the number of its node in the diagram, plus one if it is the negation of that node's
 * function. Equal functions have equal numbers.
 */
export type Edge = number & { readonly edge: never }

export const TRUE = 0 as Edge
export const FALSE = 1 as Edge

/** The number of new nodes after which a diagram asks whether its time is up. */
const NODES_PER_LOOK = 4096

/**
 * Boolean functions as reduced ordered BDDs with complement edges (Brace, Rudell, Bryant: Efficient implementation of a BDD
 * package, 1990). A node means: its high edge if its variable is true, else its low one. Variables are ordered by number, a
 * node's edges differ, and no high edge is negated: so a function and its negation share one node, and comparing functions
 * compares numbers.
 */
export class Bdd {
  readonly #nodes: NodeTable
  /** Caches `and`. */
  readonly #conjunctions = new Memo()
  readonly #choices = new Memo()
  /** Caches `disjoint` as true or false. */
  readonly #disjunctions = new Memo()

  /** The number of variables, as their numbers are consecutive: no path is longer. */
  #variables = 0
  /** The maximum number of nodes. The table's own budget may be lower, so that it ends now and then to look at the time. */
  #budget: number
  readonly #gaveUp: () => void
  readonly #isOver: () => boolean

  /**
   * Creates a decision diagram without nodes.
   *
   * @param isOver whether the time of the analysis is up; then computations that need many nodes end with a BudgetError
   * @param budget the maximum number of nodes
   * @param gaveUp called each time a computation of `within` exceeds its limit
   */
  constructor(isOver = UNLIMITED.isOver, budget = 4_000_000, gaveUp = () => {}) {
    this.#nodes = new NodeTable(Math.min(budget, NODES_PER_LOOK))
    this.#budget = budget
    this.#gaveUp = gaveUp
    this.#isOver = isOver
  }

  get size(): number {
    return this.#nodes.size
  }

  /**
   * Runs a computation that may create at most `nodes` nodes, and returns its result. Returns null if the computation needs more.
   */
  within<T>(nodes: number, ask: () => T): T | null {
    const budget = this.#budget
    this.#allow(Math.min(budget, this.size + nodes))
    try {
      return ask()
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error
      this.#gaveUp()
      return null
    } finally {
      this.#allow(budget)
    }
  }

  /** Returns the boolean function that is true if and only if the given variable is true. */
  variable(index: number): Edge {
    this.#variables = Math.max(this.#variables, index + 1)
    return this.#make(index, TRUE, FALSE)
  }

  not(a: Edge): Edge {
    return (a ^ 1) as Edge
  }

  and(a: Edge, b: Edge): Edge {
    const known = this.#knownAnd(a, b)
    if (known !== null) return known
    if (this.#variables > MOST_NESTED) return this.#andOfDeep(a, b)
    const top = Math.min(this.top(a), this.top(b))
    const high = this.and(this.high(a, top), this.high(b, top))
    const low = this.and(this.low(a, top), this.low(b, top))
    return this.#conjunctions.set(Math.min(a, b), Math.max(a, b), 0, this.#make(top, high, low))
  }

  /** Returns null if only the functions' parts tell. */
  #knownAnd(a: Edge, b: Edge): Edge | null {
    if (a === b || b === TRUE) return a
    if (a === TRUE) return b
    if (a === FALSE || b === FALSE || (a ^ b) === 1) return FALSE
    return this.#conjunctions.get(Math.min(a, b), Math.max(a, b), 0) ?? null
  }

  /** `and` with a stack of its own, which takes longer, for a diagram that may be deeper than the call stack. */
  #andOfDeep(a: Edge, b: Edge): Edge {
    const frames = new Frames()
    for (let [f, g] = [a, b]; ; ) {
      let result = this.#knownAnd(f, g)
      if (result === null) {
        const top = Math.min(this.top(f), this.top(g))
        frames.push(f, g, top)
        f = this.high(f, top)
        g = this.high(g, top)
        continue
      }
      while (frames.size > 0 && frames.high !== UNKNOWN) {
        const made: Edge = this.#make(frames.top, frames.high as Edge, result)
        result = this.#conjunctions.set(Math.min(frames.f, frames.g), Math.max(frames.f, frames.g), 0, made)
        frames.pop()
      }
      if (frames.size === 0) return result
      frames.high = result
      const { top } = frames
      f = this.low(frames.f as Edge, top)
      g = this.low(frames.g as Edge, top)
    }
  }

  or(a: Edge, b: Edge): Edge {
    return this.not(this.and(this.not(a), this.not(b)))
  }

  xor(a: Edge, b: Edge): Edge {
    return this.choose(a, this.not(b), b)
  }

  /** Returns whether `b` is true wherever `a` is. */
  implies(a: Edge, b: Edge): boolean {
    return this.disjoint(a, this.not(b))
  }

  /**
   * Returns whether two functions are never true together. Creates no nodes, unless the diagram is deep, and stops at the first
   * counterexample.
   */
  disjoint(a: Edge, b: Edge): boolean {
    if (a === FALSE || b === FALSE || (a ^ b) === 1) return true
    if (a === TRUE || b === TRUE || a === b) return false
    if (this.#variables > MOST_NESTED) return this.#andOfDeep(a, b) === FALSE
    const [f, g] = a < b ? [a, b] : [b, a]
    const known = this.#disjunctions.get(f, g, 0)
    if (known !== undefined) return known === TRUE
    const top = Math.min(this.top(f), this.top(g))
    const is = this.disjoint(this.high(f, top), this.high(g, top)) && this.disjoint(this.low(f, top), this.low(g, top))
    this.#disjunctions.set(f, g, 0, is ? TRUE : FALSE)
    return is
  }

  all(edges: Iterable<Edge>): Edge {
    return this.#balanced([...edges], TRUE, (a, b) => this.and(a, b))
  }

  any(edges: Iterable<Edge>): Edge {
    return this.#balanced([...edges], FALSE, (a, b) => this.or(a, b))
  }

  /** Returns the boolean function that equals `then` where the condition is true, and `otherwise` where it is false. */
  choose(condition: Edge, then: Edge, otherwise: Edge): Edge {
    if (condition === TRUE || then === otherwise) return then
    if (condition === FALSE) return otherwise
    if (then === TRUE) return this.or(condition, otherwise)
    if (then === FALSE) return this.and(this.not(condition), otherwise)
    if (otherwise === TRUE) return this.or(this.not(condition), then)
    if (otherwise === FALSE) return this.and(condition, then)
    // `and` needs no deeper call stack for a deeper diagram.
    if (this.#variables > MOST_NESTED) return this.or(this.and(condition, then), this.and(this.not(condition), otherwise))
    // Normalizes the question: neither the condition nor `then` is negated.
    if ((condition & 1) === 1) return this.choose(this.not(condition), otherwise, then)
    if ((then & 1) === 1) return this.not(this.choose(condition, this.not(then), this.not(otherwise)))
    const known = this.#choices.get(condition, then, otherwise)
    if (known !== undefined) return known
    const top = Math.min(this.top(condition), this.top(then), this.top(otherwise))
    const high = this.choose(this.high(condition, top), this.high(then, top), this.high(otherwise, top))
    const low = this.choose(this.low(condition, top), this.low(then, top), this.low(otherwise, top))
    return this.#choices.set(condition, then, otherwise, this.#make(top, high, low))
  }

  /**
   * Returns the function that is true if some values of the variables with `isGone` make `a` true: existential quantification.
   */
  exists(a: Edge, isGone: (variable: number) => boolean): Edge {
    return this.#bottomUp(
      a,
      () => null,
      (top, high, low) => (isGone(top) ? this.or(high, low) : this.#make(top, high, low)),
    )
  }

  /**
   * Returns a function in which some variables have fixed values: `of` returns the value of each, or null for a variable that is
   * not fixed.
   */
  restrict(a: Edge, of: (variable: number) => boolean | null): Edge {
    return this.#bottomUp(a, of, (top, high, low) => this.choose(this.variable(top), high, low))
  }

  /**
   * Makes a function anew from those that it consists of, the last variable first.
   *
   * @param fixed returns the value of a variable of which only one side is wanted, else null
   */
  #bottomUp(a: Edge, fixed: (variable: number) => boolean | null, make: (top: number, high: Edge, low: Edge) => Edge): Edge {
    const parts = new Set([a])
    const sidesOf = (edge: Edge): readonly Edge[] => {
      const top = this.top(edge)
      const value = fixed(top)
      if (value === null) return [this.high(edge, top), this.low(edge, top)]
      return [value ? this.high(edge, top) : this.low(edge, top)]
    }
    for (const edge of parts) if (edge > FALSE) for (const side of sidesOf(edge)) parts.add(side)
    const made = new Map<Edge, Edge>()
    for (const edge of [...parts].sort((one, other) => this.top(other) - this.top(one))) {
      const [high, low] = edge > FALSE ? sidesOf(edge).map((side) => made.get(side) as Edge) : [edge]
      made.set(edge, low === undefined ? (high as Edge) : make(this.top(edge), high as Edge, low))
    }
    return made.get(a) as Edge
  }

  /**
   * Returns a satisfying assignment of the relevant variables; null if there is none. `prefers` chooses between two possible
   * values.
   */
  satisfy(a: Edge, prefers: (variable: number) => boolean = () => false): ReadonlyMap<number, boolean> | null {
    if (a === FALSE) return null
    const values = new Map<number, boolean>()
    for (let edge = a; edge !== TRUE; ) {
      const top = this.top(edge)
      const wanted = prefers(top)
      const first = wanted ? this.high(edge, top) : this.low(edge, top)
      const isFirst = first !== FALSE
      values.set(top, isFirst === wanted)
      edge = isFirst ? first : wanted ? this.low(edge, top) : this.high(edge, top)
    }
    return values
  }

  /** Returns the value of a boolean function, `true` or `false`, for an assignment of values to all variables. */
  evaluate(a: Edge, of: (variable: number) => boolean): boolean {
    let edge = a
    while (edge > FALSE) {
      const top = this.top(edge)
      edge = of(top) ? this.high(edge, top) : this.low(edge, top)
    }
    return edge === TRUE
  }

  /** Returns the variables on which a function depends, in order. */
  support(a: Edge): readonly number[] {
    const seen = new Set<number>()
    const variables = new Set<number>()
    const waiting = [a]
    for (let edge = waiting.pop(); edge !== undefined; edge = waiting.pop()) {
      const node = edge >> 1
      if (node === TERMINAL || seen.has(node)) continue
      seen.add(node)
      const top = this.top(edge)
      variables.add(top)
      waiting.push(this.high(edge, top), this.low(edge, top))
    }
    return [...variables].sort((x, y) => x - y)
  }

  /** Returns the number of the first variable that a function tests; for a constant, a number beyond all variables. */
  top(a: Edge): number {
    return this.#nodes.variable(a >> 1)
  }

  /** Returns the function `a` with `variable` fixed to true. `variable` must not come after the first variable that `a` tests. */
  high(a: Edge, variable: number): Edge {
    const node = a >> 1
    return this.#nodes.variable(node) === variable ? ((this.#nodes.high(node) ^ (a & 1)) as Edge) : a
  }

  low(a: Edge, variable: number): Edge {
    const node = a >> 1
    return this.#nodes.variable(node) === variable ? ((this.#nodes.low(node) ^ (a & 1)) as Edge) : a
  }

  #make(variable: number, high: Edge, low: Edge): Edge {
    if (high === low) return high
    const isNegated = high & 1
    let node = this.#nodes.find(variable, high ^ isNegated, low ^ isNegated)
    if (node < 0) {
      this.#grow()
      node = this.#nodes.find(variable, high ^ isNegated, low ^ isNegated)
    }
    return ((node << 1) | isNegated) as Edge
  }

  /** Lets the table have some more nodes. */
  #grow(): void {
    if (this.size >= this.#budget) throw new BudgetError(`the decision diagram has more than ${this.#budget} nodes`)
    if (this.#isOver()) throw outOfTime()
    this.#allow(this.#budget)
  }

  #allow(budget: number): void {
    this.#budget = budget
    this.#nodes.budget = Math.min(budget, this.size + NODES_PER_LOOK)
  }

  /** Combines pairwise, so that intermediate results stay small. */
  #balanced(edges: readonly Edge[], none: Edge, join: (a: Edge, b: Edge) => Edge): Edge {
    let level = edges
    while (level.length > 1) {
      const next: Edge[] = []
      for (let i = 0; i < level.length; i += 2)
        next.push(i + 1 < level.length ? join(level[i] as Edge, level[i + 1] as Edge) : (level[i] as Edge))
      level = next
    }
    return level[0] ?? none
  }
}

/** The longest path of a diagram whose functions call themselves for each variable. */
const MOST_NESTED = 1_000

/** A cache keyed by three numbers. A collision overwrites the older entry, which can be computed again. */
class Memo {
  // There are hundreds of diagrams, mostly small.
  #mask = (1 << 8) - 1
  #keys = new Int32Array(3 << 8).fill(-1)
  #values = new Int32Array(1 << 8)
  #used = 0

  get(a: number, b: number, c: number): Edge | undefined {
    const at = slotOf(a, b, c) & this.#mask
    const keys = this.#keys
    return keys[3 * at] === a && keys[3 * at + 1] === b && keys[3 * at + 2] === c ? (this.#values[at] as Edge) : undefined
  }

  set(a: number, b: number, c: number, value: Edge): Edge {
    if (this.#used > this.#mask && this.#mask < LARGEST) this.#grow()
    const at = slotOf(a, b, c) & this.#mask
    this.#put(at, a, b, c, value)
    this.#used++
    return value
  }

  #put(at: number, a: number, b: number, c: number, value: number): void {
    this.#keys[3 * at] = a
    this.#keys[3 * at + 1] = b
    this.#keys[3 * at + 2] = c
    this.#values[at] = value
  }

  #grow(): void {
    const [keys, values, size] = [this.#keys, this.#values, this.#mask + 1]
    this.#mask = 4 * size - 1
    this.#keys = new Int32Array(12 * size).fill(-1)
    this.#values = new Int32Array(4 * size)
    for (let i = 0; i < size; i++) {
      const [a, b, c] = [keys[3 * i], keys[3 * i + 1], keys[3 * i + 2]] as [number, number, number]
      if (a !== -1) this.#put(slotOf(a, b, c) & this.#mask, a, b, c, values[i] as number)
    }
  }
}

/** Sixteen bytes per entry. */
const LARGEST = (1 << 21) - 1
