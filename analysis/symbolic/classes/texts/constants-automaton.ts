import { type Automaton, codePointsOf, cutsAt } from './automaton.ts'
import type { BeginningTest } from './text-test.ts'

interface Node {
  readonly next: Map<number, number>
  /** The keys of `next`, sorted, once all are there. */
  points: readonly number[]
  readonly equals: number[]
  readonly starts: number[]
  readonly before: number[]
  /** Tests that hold of all that begins with what stands here. */
  begun: readonly number[]
  /** Tests of order with what stands here or goes on from it. */
  under: readonly number[]
  /** Tests of order with what is greater, and goes another way before it comes here. */
  beside: readonly number[]
}

/**
 * A trie of all constants that texts are compared with from their beginning. A state is a node of it while the text is on it; and
 * else where it has left it, as by then each test is settled.
 */
export class ConstantsAutomaton implements Automaton {
  readonly start = 0
  readonly #nodes: Node[] = [nodeOf()]
  /** What holds in states that are on no node. They are numbered after all nodes. */
  readonly #settled: (readonly number[])[] = []
  readonly #left = new Map<string, number>()

  /** @param tests with their places */
  constructor(tests: readonly (readonly [place: number, test: BeginningTest])[]) {
    for (const [place, { kind, text }] of tests) {
      let node = 0
      for (const point of codePointsOf(text)) node = this.#follow(node, point)
      const { equals, starts, before } = this.#node(node)
      const places = { equals, starts, before }[kind]
      places.push(place)
    }
    const nodes = this.#nodes
    // What follows a node has a greater number.
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
    // A text that ends here is less than all that goes on from here.
    return [...node.equals, ...node.begun, ...this.#underOf(node, node.points), ...node.beside]
  }

  /** It is greater than what ends here, and less than what goes on from here by a greater code point. */
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
