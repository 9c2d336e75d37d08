import type { Ends, Param, Tree } from './route-tree.ts'
import { fits, isInteger } from './segment.ts'
import { TextTables } from './text-table.ts'

/**
 * What a node is, number by number, where objects would be all over the memory. Most nodes ask one thing of the segment that follows, and then there is
 * nothing to come back to; those that ask several are objects.
 */
const ASKS = 0
/** Of what it asks: a text, a table of texts, or which one of those that ask several things. */
const OPERAND = 1
/** The node behind it, of those that lead to one. */
const NEXT = 2
/** How many methods have routes that end there; where these begin among all; the route for any other method, or −1. */
const METHODS = 3
const ROUTES = 4
const ANY = 5
const WIDTH = 6

/** `ASKS`: nothing may follow; a certain text, one of some texts, any text but none, or an integer follows; or one of several things. */
const NOTHING = 0
const TEXT = 1
const TEXTS = 2
const NAME = 3
const INTEGER = 4
const SEVERAL = 5

/** In the order in which they are tried. */
interface Several {
  /** A table, or −1. */
  readonly literals: number
  readonly params: readonly { readonly param: Param; readonly node: number }[]
  /** A node that nothing follows, for `{rest...}`, or −1. */
  readonly rests: number
}

/** The trees of some hosts as requests are led through them: only read. A node is known by where its numbers begin. */
export class FlatTrees {
  readonly roots: readonly number[]
  readonly #nodes: Int32Array
  readonly #texts: readonly string[]
  readonly #tables: TextTables
  readonly #several: readonly Several[]
  /** Of each method that has a route somewhere: which text, and the route. */
  readonly #routes: Int32Array

  constructor(trees: readonly Tree[]) {
    const writer = new Writer()
    this.roots = trees.map((tree) => writer.add(tree))
    this.#tables = new TextTables(writer.tables)
    const placeOf = (table: number) => this.#tables.places[table] ?? -1
    const nodes = writer.nodes.map((node) => (node[ASKS] === TEXTS ? node.with(OPERAND, placeOf(node[OPERAND] as number)) : node))
    this.#nodes = Int32Array.from(nodes.flat())
    this.#several = writer.several.map(({ literals, ...rest }) => ({ literals: placeOf(literals), ...rest }))
    this.#texts = writer.texts
    this.#routes = Int32Array.from(writer.routes)
  }

  /** The first route in the order of specificity that matches the segments from `start` on, or −1. Visits each node at most once, and allocates nothing. */
  find(root: number, method: string, segments: readonly string[], start = 0): number {
    const nodes = this.#nodes
    const count = segments.length
    let node = root
    for (let at = start; at < count; at += 1) {
      const segment = segments[at] as string
      switch (nodes[node + ASKS]) {
        case TEXT:
          if (this.#texts[nodes[node + OPERAND] as number] !== segment) return -1
          node = nodes[node + NEXT] as number
          break
        case TEXTS:
          node = this.#tables.find(nodes[node + OPERAND] as number, segment)
          if (node < 0) return -1
          break
        case NAME:
          if (segment === '') return -1
          node = nodes[node + NEXT] as number
          break
        case INTEGER:
          if (!isInteger(segment, 0, segment.length)) return -1
          node = nodes[node + NEXT] as number
          break
        case SEVERAL:
          return this.#findFirst(this.#several[nodes[node + OPERAND] as number] as Several, method, segments, at)
        default:
          return -1
      }
    }
    return this.#end(node, method)
  }

  #findFirst({ literals, params, rests }: Several, method: string, segments: readonly string[], at: number): number {
    const segment = segments[at] as string
    const literal = literals < 0 ? -1 : this.#tables.find(literals, segment)
    const first = literal < 0 ? -1 : this.find(literal, method, segments, at + 1)
    if (first >= 0) return first
    for (const { param, node } of params) {
      if (!fits(param, segment)) continue
      const found = this.find(node, method, segments, at + 1)
      if (found >= 0) return found
    }
    return rests < 0 ? -1 : this.#end(rests, method)
  }

  #end(node: number, method: string): number {
    const nodes = this.#nodes
    const first = nodes[node + ROUTES] as number
    const last = first + 2 * (nodes[node + METHODS] as number)
    // They are few, and those of another length are passed over at once.
    for (let at = first; at < last; at += 2)
      if (this.#texts[this.#routes[at] as number] === method) return this.#routes[at + 1] as number
    return nodes[node + ANY] as number
  }
}

/** Writes nodes, with the numbers of tables where their places will be. */
class Writer {
  readonly nodes: number[][] = []
  readonly texts: string[] = []
  readonly tables: ReadonlyMap<string, number>[] = []
  readonly several: Several[] = []
  readonly routes: number[] = []
  readonly #numbers = new Map<string, number>()

  /** Returns where its numbers begin. */
  add({ literals, params, ends, rests }: Tree): number {
    const node = this.nodes.length * WIDTH
    const numbers = new Array<number>(WIDTH).fill(-1)
    this.nodes.push(numbers)
    numbers.splice(METHODS, 3, ...this.#end(ends))
    const next = new Map([...literals].map(([text, tree]) => [text, this.add(tree)] as const))
    const behind = params.map(({ param, tree }) => ({ param, node: this.add(tree) }))
    const after = rests.any < 0 && rests.methods.length === 0 ? -1 : this.#addLast(rests)
    numbers.splice(ASKS, 3, ...this.#ask(next, behind, after))
    return node
  }

  #addLast(ends: Ends): number {
    return this.add({ literals: new Map(), params: [], ends, rests: { methods: [], routes: [], any: -1 } })
  }

  /** `ASKS`, `OPERAND` and `NEXT`. */
  #ask(literals: ReadonlyMap<string, number>, params: Several['params'], rests: number): readonly [number, number, number] {
    const [text] = literals
    const [one] = params
    const ways = literals.size + params.length + (rests < 0 ? 0 : 1)
    if (ways === 0) return [NOTHING, -1, -1]
    if (ways === 1 && text !== undefined) return [TEXT, this.#number(text[0]), text[1]]
    if (ways === literals.size) return [TEXTS, this.tables.push(literals) - 1, -1]
    if (ways === 1 && one !== undefined && isPlain(one.param)) return [one.param.type === 'int' ? INTEGER : NAME, -1, one.node]
    const table = literals.size === 0 ? -1 : this.tables.push(literals) - 1
    return [SEVERAL, this.several.push({ literals: table, params, rests }) - 1, -1]
  }

  /** `METHODS`, `ROUTES` and `ANY`. */
  #end({ methods, routes, any }: Ends): readonly [number, number, number] {
    const first = this.routes.length
    for (const [at, method] of methods.entries()) this.routes.push(this.#number(method), routes[at] as number)
    return [methods.length, first, any]
  }

  #number(text: string): number {
    const known = this.#numbers.get(text) ?? this.texts.push(text) - 1
    this.#numbers.set(text, known)
    return known
  }
}

/** Nothing fixed stands round it. */
function isPlain({ prefix, suffix }: Param): boolean {
  return prefix === '' && suffix === ''
}
