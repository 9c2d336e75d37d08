import { type Automaton, codePointsOf, cutsAt } from './automaton.ts'
import type { PartTest } from './text-test.ts'

interface Node {
  readonly next: Map<number, number>
  readonly ends: number[]
  readonly contains: number[]
  /** The node of the longest proper suffix. */
  fallback: number
}

/**
 * Automaton for the tests `endsWith` and `contains`, which searches all constants at once (Aho, Corasick: Efficient string
 * matching, 1975). Once `contains` matches, its result stays true.
 */
export class PartsAutomaton implements Automaton {
  readonly start: number
  readonly #nodes: Node[] = [{ next: new Map(), ends: [], contains: [], fallback: 0 }]
  /** A state is a node and the matches so far. */
  readonly #states: { readonly node: number; readonly found: readonly number[] }[] = []
  readonly #numbers = new Map<string, number>()

  /**
   * Creates the automaton of some tests.
   *
   * @param tests the tests with their indices
   */
  constructor(tests: readonly (readonly [place: number, test: PartTest])[]) {
    for (const [place, { kind, text }] of tests) {
      let node = 0
      for (const point of codePointsOf(text)) node = this.#follow(node, point)
      this.#node(node)[kind].push(place)
    }
    // Breadth-first: a node's fallback is nearer to the root, so it is complete by then.
    for (let level = [0]; level.length > 0; ) {
      const following: number[] = []
      for (const at of level) {
        const { next, fallback } = this.#node(at)
        for (const [point, child] of next) {
          const node = this.#node(child)
          node.fallback = at === 0 ? 0 : this.#go(fallback, point)
          const behind = this.#node(node.fallback)
          node.ends.push(...behind.ends)
          node.contains.push(...behind.contains)
          following.push(child)
        }
      }
      level = following
    }
    // Every text contains, and ends with, the empty one.
    const { ends, contains } = this.#node(0)
    this.#always = ends
    this.start = this.#state(0, contains)
  }

  readonly #always: readonly number[]

  cuts(state: number): readonly number[] {
    const points: number[] = []
    for (let at = this.#stateOf(state).node; ; at = this.#node(at).fallback) {
      points.push(...this.#node(at).next.keys())
      if (at === 0) break
    }
    return cutsAt(points.flatMap((point) => [point, point + 1]))
  }

  step(state: number, codePoint: number): number {
    const { node, found } = this.#stateOf(state)
    const next = this.#go(node, codePoint)
    const { contains } = this.#node(next)
    const more = contains.filter((place) => !found.includes(place))
    return this.#state(next, more.length === 0 ? found : [...found, ...more].sort((a, b) => a - b))
  }

  holds(state: number): readonly number[] {
    const { node, found } = this.#stateOf(state)
    return [...new Set([...this.#always, ...this.#node(node).ends, ...found])]
  }

  #go(from: number, point: number): number {
    for (let at = from; ; at = this.#node(at).fallback) {
      const next = this.#node(at).next.get(point)
      if (next !== undefined) return next
      if (at === 0) return 0
    }
  }

  #state(node: number, found: readonly number[]): number {
    const key = `${node} ${found.join()}`
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.#states.length)
    this.#states.push({ node, found })
    return this.#states.length - 1
  }

  #stateOf(state: number): { readonly node: number; readonly found: readonly number[] } {
    return this.#states[state] as { readonly node: number; readonly found: readonly number[] }
  }

  #follow(at: number, point: number): number {
    const { next } = this.#node(at)
    const known = next.get(point)
    if (known !== undefined) return known
    const made = this.#nodes.length
    this.#nodes.push({ next: new Map(), ends: [], contains: [], fallback: 0 })
    next.set(point, made)
    return made
  }

  #node(at: number): Node {
    return this.#nodes[at] as Node
  }
}
