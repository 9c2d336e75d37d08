import { type Automaton, codePointsOf, cutsAt } from './automaton.ts'
import type { BeginningTest } from './text-test.ts'

interface Node {
  readonly next: Map<number, number>
  /** The sorted keys of `next`, once complete. */
  points: readonly number[]
  readonly equals: number[]
  readonly starts: number[]
  readonly before: number[]
  /** The tests that accept every text with this prefix. */
  begun: readonly number[]
  /** Order tests against constants with this prefix. */
  under: readonly number[]
  /** Order tests against greater constants that branch off before here. */
  beside: readonly number[]
}

/**
 * Automaton for tests that compare a text with constants from its beginning. A state is a node of the trie of constants, or,
 * after the text left the trie, the set of passed tests.
 */
export class ConstantsAutomaton implements Automaton {
  readonly start = 0
  readonly #nodes: Node[] = [nodeOf()]
  /** The results of states outside of the trie, which are numbered after the nodes. */
  readonly #settled: (readonly number[])[] = []
  readonly #left = new Map<string, number>()

  /**
   * Creates the automaton of some tests.
   *
   * @param tests the tests with their indices
   */
  constructor(tests: readonly (readonly [place: number, test: BeginningTest])[]) {
    for (const [place, { kind, text }] of tests) {
      let node = 0
      for (const point of codePointsOf(text)) node = this.#follow(node, point)
      const { equals, starts, before } = this.#node(node)
      const places = { equals, starts, before }[kind]
      places.push(place)
    }
    const nodes = this.#nodes
    // Children have greater numbers than their parents.
    for (const node of nodes) node.points = [...node.next.keys()].sort((a, b) => a - b)
    for (const node of nodes.toReversed()) node.under = [...node.before, ...this.#underOf(node, node.points)]
    for (const node of nodes) {
      node.begun = node.starts.length === 0 ? node.begun : [...node.begun, ...node.starts]
      for (const [at, point] of node.points.entries()) {
        const child = this.#node(node.next.get(point) as number)
        child.begun = node.begun
        child.beside = [...node.beside, ...this.#underOf(node, node.points.slice(at + 1))]
      }
    }
  }

  cuts(state: number): readonly number[] {
    const points = this.#nodes[state]?.points ?? []
    return cutsAt(points.flatMap((point) => [point, point + 1]))
  }

  step(state: number, codePoint: number): number {
    const node = this.#nodes[state]
    if (node === undefined) return state
    return node.next.get(codePoint) ?? this.#leave(state, node, codePoint)
  }

  holds(state: number): readonly number[] {
    const node = this.#nodes[state]
    if (node === undefined) return this.#settled[state - this.#nodes.length] as readonly number[]
    // A text that ends here is less than all that continue.
    return [...node.equals, ...node.begun, ...this.#underOf(node, node.points), ...node.beside]
  }

  /** The text is greater than constants that end here, and less than those that continue with a greater code point. */
  #leave(state: number, node: Node, codePoint: number): number {
    const greater = node.points.filter((point) => point > codePoint)
    const key = `${state} ${greater.length}`
    const known = this.#left.get(key)
    if (known !== undefined) return known
    const made = this.#nodes.length + this.#settled.length
    this.#settled.push([...node.begun, ...this.#underOf(node, greater), ...node.beside])
    this.#left.set(key, made)
    return made
  }

  #underOf({ next }: Node, points: readonly number[]): readonly number[] {
    return points.flatMap((point) => this.#node(next.get(point) as number).under)
  }

  #follow(at: number, point: number): number {
    const { next } = this.#node(at)
    const known = next.get(point)
    if (known !== undefined) return known
    const made = this.#nodes.length
    this.#nodes.push(nodeOf())
    next.set(point, made)
    return made
  }

  #node(at: number): Node {
    return this.#nodes[at] as Node
  }
}

function nodeOf(): Node {
  return { next: new Map(), points: [], equals: [], starts: [], before: [], begun: [], under: [], beside: [] }
}
