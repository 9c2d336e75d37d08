import { NodeTable, slotOf, TERMINAL } from './node-table.ts'

/**
 * A function of booleans: a node, doubled, plus one where it is the negation of what the node says. Equal functions are equal
 * numbers.
 */
export type Edge = number & { readonly edge: never }

export const TRUE = 0 as Edge
export const FALSE = 1 as Edge

/** There are more nodes than were allowed: whoever asked does not know. */
export class BudgetError extends Error {
  constructor(budget: number) {
    super(`the decision diagram has more than ${budget} nodes`)
    this.name = 'BudgetError'
  }
}

/**
 * Boolean functions as ordered, reduced decision diagrams with complement edges (Brace, Rudell, Bryant: Efficient implementation
 * of a BDD package, 1990). A node says: if its variable is true, then its high edge, else its low one. Variables stand in the
 * order of their numbers, no node has the same edge twice, and no high edge is a negation: so there is one node for a function
 * and its negation, and to compare two functions is to compare two numbers.
 */
export class Bdd {
  readonly #nodes: NodeTable
  /** Of `and`. */
  readonly #conjunctions = new Memo()
  readonly #choices = new Memo()
  /** Of `disjoint`: true or false. */
  readonly #disjunctions = new Memo()

  readonly #gaveUp: () => void

  /**
   * @param budget nodes that it may have
   * @param gaveUp told where a question would take more than it may (`within`)
   */
  constructor(budget = 4_000_000, gaveUp = () => {}) {
    this.#nodes = new NodeTable(budget)
    this.#gaveUp = gaveUp
  }

  get size(): number {
    return this.#nodes.size
  }

  /** What comes of a question that makes no more than some nodes; null: it would take more. */
  within<T>(nodes: number, ask: () => T): T | null {
    const { budget } = this.#nodes
    this.#nodes.budget = Math.min(budget, this.size + nodes)
    try {
      return ask()
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error
      this.#gaveUp()
      return null
    } finally {
      this.#nodes.budget = budget
    }
  }

  /** The function that is true where the variable is. */
  variable(index: number): Edge {
    return this.#make(index, TRUE, FALSE)
  }

  not(a: Edge): Edge {
    return (a ^ 1) as Edge
  }

  and(a: Edge, b: Edge): Edge {
    if (a === b || b === TRUE) return a
    if (a === TRUE) return b
    if (a === FALSE || b === FALSE || (a ^ b) === 1) return FALSE
    const [f, g] = a < b ? [a, b] : [b, a]
    const known = this.#conjunctions.get(f, g, 0)
    if (known !== undefined) return known
    const top = Math.min(this.top(f), this.top(g))
    const high = this.and(this.high(f, top), this.high(g, top))
    const low = this.and(this.low(f, top), this.low(g, top))
    return this.#conjunctions.set(f, g, 0, this.#make(top, high, low))
  }

  or(a: Edge, b: Edge): Edge {
    return this.not(this.and(this.not(a), this.not(b)))
  }

  xor(a: Edge, b: Edge): Edge {
    return this.choose(a, this.not(b), b)
  }

  /** Whether `b` is true wherever `a` is. */
  implies(a: Edge, b: Edge): boolean {
    return this.disjoint(a, this.not(b))
  }

  /** Whether the two are true nowhere together. No node is made for that, and the first way in which they are is enough. */
  disjoint(a: Edge, b: Edge): boolean {
    if (a === FALSE || b === FALSE || (a ^ b) === 1) return true
    if (a === TRUE || b === TRUE || a === b) return false
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

  /** `then` where the condition is true, else `otherwise`. */
  choose(condition: Edge, then: Edge, otherwise: Edge): Edge {
    if (condition === TRUE || then === otherwise) return then
    if (condition === FALSE) return otherwise
    if (then === TRUE) return this.or(condition, otherwise)
    if (then === FALSE) return this.and(this.not(condition), otherwise)
    if (otherwise === TRUE) return this.or(this.not(condition), then)
    if (otherwise === FALSE) return this.and(condition, then)
    // The same question, asked in one way: the condition is no negation, nor is what it leads to.
    if ((condition & 1) === 1) return this.choose(this.not(condition), otherwise, then)
    if ((then & 1) === 1) return this.not(this.choose(condition, this.not(then), this.not(otherwise)))
    const known = this.#choices.get(condition, then, otherwise)
    if (known !== undefined) return known
    const top = Math.min(this.top(condition), this.top(then), this.top(otherwise))
    const high = this.choose(this.high(condition, top), this.high(then, top), this.high(otherwise, top))
    const low = this.choose(this.low(condition, top), this.low(then, top), this.low(otherwise, top))
    return this.#choices.set(condition, then, otherwise, this.#make(top, high, low))
  }

  /** Whether there are values of some variables with which it is true. `isGone`: of which variables. */
  exists(a: Edge, isGone: (variable: number) => boolean): Edge {
    const memo = new Map<Edge, Edge>()
    const go = (edge: Edge): Edge => {
      if (edge <= FALSE) return edge
      const known = memo.get(edge)
      if (known !== undefined) return known
      const top = this.top(edge)
      const [high, low] = [go(this.high(edge, top)), go(this.low(edge, top))]
      const made = isGone(top) ? this.or(high, low) : this.#make(top, high, low)
      memo.set(edge, made)
      return made
    }
    return go(a)
  }

  /** What it is where some variables have values; null: left as they are. */
  restrict(a: Edge, of: (variable: number) => boolean | null): Edge {
    const memo = new Map<Edge, Edge>()
    const go = (edge: Edge): Edge => {
      if (edge <= FALSE) return edge
      const known = memo.get(edge)
      if (known !== undefined) return known
      const top = this.top(edge)
      const value = of(top)
      const made =
        value === null
          ? this.choose(this.variable(top), go(this.high(edge, top)), go(this.low(edge, top)))
          : go(value ? this.high(edge, top) : this.low(edge, top))
      memo.set(edge, made)
      return made
    }
    return go(a)
  }

  /**
   * Values with which it is true, of the variables that it depends on there; null: there are none. Of two ways the one that
   * `prefers` says, where both lead there.
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

  /** What it is with values of all variables. */
  evaluate(a: Edge, of: (variable: number) => boolean): boolean {
    let edge = a
    while (edge > FALSE) {
      const top = this.top(edge)
      edge = of(top) ? this.high(edge, top) : this.low(edge, top)
    }
    return edge === TRUE
  }

  /** The variables that it depends on, in their order. */
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

  /** The variable that is asked first; beyond all others where it is constant. */
  top(a: Edge): number {
    return this.#nodes.variable(a >> 1)
  }

  /** What it is where a variable that is not after its first one is true. */
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
    const node = this.#nodes.find(variable, high ^ isNegated, low ^ isNegated)
    if (node < 0) throw new BudgetError(this.#nodes.budget)
    return ((node << 1) | isNegated) as Edge
  }

  /** Pairs of pairs: so what is put together is small for as long as may be. */
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

/** What was worked out, by three numbers. What falls on the same place is forgotten: it can be worked out again. */
class Memo {
  // Most diagrams are small, and there are hundreds.
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

/** Sixteen bytes each. */
const LARGEST = (1 << 21) - 1
