import type { Ends, Param, Tree } from './route-tree.ts'
import { fits } from './segment.ts'
import { TextTables } from './text-table.ts'

/** What a node is, number by number: a few of them lie in one line of a processor's cache, where objects would be all over its memory. */
const HAS_LITERALS = 0
/** Where its parameters begin among all, and how many there are. */
const PARAMS = 1
const PARAM_COUNT = 2
/** Where the routes that end there begin among all, how many methods they name, and the one for any method or −1; then the same of `{rest...}`. */
const ENDS = 3
const RESTS = 6
const WIDTH = 9

/** The trees of some hosts as requests are led through them: numbers in tables, only read. The nodes of a tree have numbers; its root is known. */
export class FlatTrees {
  /** By node. */
  readonly #nodes: Int32Array
  /** The texts that lead on from a node are the table with its number. */
  readonly #literals: TextTables
  readonly #params: readonly Param[]
  /** By parameter: the node that it leads to. */
  readonly #behind: Int32Array
  readonly #methods: readonly string[]
  /** Two numbers an end: method and route. */
  readonly #ends: Int32Array
  readonly roots: readonly number[]

  constructor(trees: readonly Tree[]) {
    const writer = new Writer()
    this.roots = trees.map((tree) => writer.add(tree))
    this.#nodes = Int32Array.from(writer.nodes.flat())
    this.#literals = new TextTables(writer.literals)
    this.#params = writer.params
    this.#behind = Int32Array.from(writer.behind)
    this.#methods = [...writer.methods.keys()]
    this.#ends = Int32Array.from(writer.ends)
  }

  /** The first route in the order of specificity that matches, or −1. Visits each node at most once, and allocates nothing. */
  find(root: number, method: string, segments: readonly string[]): number {
    return this.#find(root, this.#methods.indexOf(method), segments, 0)
  }

  #find(node: number, method: number, segments: readonly string[], at: number): number {
    const from = node * WIDTH
    if (at === segments.length) return this.#end(from + ENDS, method)
    const segment = segments[at] as string
    if (this.#nodes[from + HAS_LITERALS] === 1) {
      const next = this.#literals.find(node, segment)
      if (next >= 0) {
        const found = this.#find(next, method, segments, at + 1)
        if (found >= 0) return found
      }
    }
    const first = this.#nodes[from + PARAMS] as number
    const end = first + (this.#nodes[from + PARAM_COUNT] as number)
    for (let which = first; which < end; which += 1) {
      if (!fits(this.#params[which] as Param, segment)) continue
      const found = this.#find(this.#behind[which] as number, method, segments, at + 1)
      if (found >= 0) return found
    }
    return this.#end(from + RESTS, method)
  }

  #end(from: number, method: number): number {
    const first = this.#nodes[from] as number
    const count = this.#nodes[from + 1] as number
    for (let at = first; at < first + count * 2; at += 2) if (this.#ends[at] === method) return this.#ends[at + 1] as number
    return this.#nodes[from + 2] as number
  }
}

class Writer {
  readonly nodes: number[][] = []
  readonly literals: Map<string, number>[] = []
  readonly params: Param[] = []
  readonly behind: number[] = []
  readonly methods = new Map<string, number>()
  readonly ends: number[] = []

  /** Returns its number. */
  add({ literals, params, ends, rests }: Tree): number {
    const number = this.nodes.length
    const node: number[] = new Array(WIDTH).fill(0)
    this.nodes.push(node)
    const next = new Map<string, number>()
    this.literals.push(next)
    for (const [text, tree] of literals) next.set(text, this.add(tree))
    node[HAS_LITERALS] = literals.size > 0 ? 1 : 0
    const behind = params.map(({ tree }) => this.add(tree))
    node[PARAMS] = this.params.length
    node[PARAM_COUNT] = params.length
    this.params.push(...params.map(({ param }) => this.#same(param)))
    this.behind.push(...behind)
    node.splice(ENDS, 3, ...this.#end(ends))
    node.splice(RESTS, 3, ...this.#end(rests))
    return number
  }

  #end({ methods, routes, any }: Ends): readonly [start: number, count: number, any: number] {
    const start = this.ends.length
    for (const [at, method] of methods.entries()) this.ends.push(this.#method(method), routes[at] as number)
    return [start, methods.length, any]
  }

  #method(method: string): number {
    const known = this.methods.get(method) ?? this.methods.size
    this.methods.set(method, known)
    return known
  }

  readonly #params = new Map<string, Param>()

  /** One object for all that say the same. */
  #same(param: Param): Param {
    const key = JSON.stringify([param.type, param.prefix, param.suffix])
    const known = this.#params.get(key) ?? param
    this.#params.set(key, known)
    return known
  }
}
