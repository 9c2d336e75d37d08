import type { Ends, Param, Tree } from './route-tree.ts'
import { fits, isInteger } from './segment.ts'
import { findText, writeTextTable } from './text-table.ts'

/**
 * What a node is, number by number, where objects would be all over the memory. Most nodes ask one thing of the segment that follows, and then there is
 * nothing to come back to; those that ask several are objects.
 */
const ASKS = 0
/** Of what it asks: a text, where a table of texts begins, or which one of those that ask several things. */
const OPERAND = 1
/** The node behind it, of those that lead to one. */
const NEXT = 2
/** The route for any method that ends there, or −1. */
const ANY = 3
/** How many methods have one of their own; then two numbers for each, method and route. */
const METHODS = 4
const HEADER = 5

/** `ASKS`: nothing may follow; a certain text, one of some texts, any text but none, or an integer follows; or one of several things. */
const NOTHING = 0
const TEXT = 1
const TEXTS = 2
const NAME = 3
const INTEGER = 4
const SEVERAL = 5

/** In the order in which they are tried. */
interface Several {
  /** Where a table of texts begins, or −1. */
  readonly literals: number
  readonly params: readonly { readonly param: Param; readonly node: number }[]
  /** A node that nothing follows, for `{rest...}`, or −1. */
  readonly rests: number
}

/** The trees of hosts as requests are led through them: only read. A node is known by where its numbers begin. */
export class FlatTrees {
  readonly #numbers: Int32Array
  readonly #texts: readonly string[]
  readonly #several: readonly Several[]
  /** Where the tables of hosts begin, whose values are the roots of their trees. */
  readonly #literals: number
  readonly #wildcards: number
  readonly #hasWildcards: boolean

  /** @param literals by host; `wildcards` by what follows the first label of it, with its dot */
  constructor(literals: ReadonlyMap<string, Tree>, wildcards: ReadonlyMap<string, Tree>) {
    const writer = new Writer()
    this.#literals = writer.addTable(literals)
    this.#wildcards = writer.addTable(wildcards)
    this.#hasWildcards = wildcards.size > 0
    this.#numbers = Int32Array.from(writer.numbers)
    this.#texts = writer.texts
    this.#several = writer.several
  }

  /** The first route in the order of specificity that matches, or −1. Visits each node at most once, and allocates nothing but for wildcards. */
  find(host: string, method: string, segments: readonly string[]): number {
    const root = this.#root(host)
    return root < 0 ? -1 : this.#find(root, method, segments, 0)
  }

  #root(host: string): number {
    const root = findText(this.#numbers, this.#literals, this.#texts, host)
    if (root >= 0 || !this.#hasWildcards) return root
    const dot = host.indexOf('.')
    return dot > 0 ? findText(this.#numbers, this.#wildcards, this.#texts, host.slice(dot)) : -1
  }

  #find(from: number, method: string, segments: readonly string[], start: number): number {
    const numbers = this.#numbers
    const count = segments.length
    let node = from
    for (let at = start; at < count; at += 1) {
      const segment = segments[at] as string
      switch (numbers[node + ASKS]) {
        case TEXT:
          if (this.#texts[numbers[node + OPERAND] as number] !== segment) return -1
          node = numbers[node + NEXT] as number
          break
        case TEXTS:
          node = findText(numbers, numbers[node + OPERAND] as number, this.#texts, segment)
          if (node < 0) return -1
          break
        case NAME:
          if (segment === '') return -1
          node = numbers[node + NEXT] as number
          break
        case INTEGER:
          if (!isInteger(segment, 0, segment.length)) return -1
          node = numbers[node + NEXT] as number
          break
        case SEVERAL:
          return this.#findFirst(this.#several[numbers[node + OPERAND] as number] as Several, method, segments, at)
        default:
          return -1
      }
    }
    return this.#end(node, method)
  }

  #findFirst({ literals, params, rests }: Several, method: string, segments: readonly string[], at: number): number {
    const segment = segments[at] as string
    const literal = literals < 0 ? -1 : findText(this.#numbers, literals, this.#texts, segment)
    const first = literal < 0 ? -1 : this.#find(literal, method, segments, at + 1)
    if (first >= 0) return first
    for (const { param, node } of params) {
      if (!fits(param, segment)) continue
      const found = this.#find(node, method, segments, at + 1)
      if (found >= 0) return found
    }
    return rests < 0 ? -1 : this.#end(rests, method)
  }

  #end(node: number, method: string): number {
    const numbers = this.#numbers
    const first = node + HEADER
    const last = first + 2 * (numbers[node + METHODS] as number)
    // They are few, and those of another length are passed over at once.
    for (let at = first; at < last; at += 2) if (this.#texts[numbers[at] as number] === method) return numbers[at + 1] as number
    return numbers[node + ANY] as number
  }
}

/** Writes what a node leads to before the node. */
class Writer {
  readonly numbers: number[] = []
  readonly texts: string[] = []
  readonly several: Several[] = []
  readonly #known = new Map<string, number>()

  /** Returns where it begins. */
  addTable(trees: ReadonlyMap<string, Tree>): number {
    return this.#table(new Map([...trees].map(([text, tree]) => [text, this.#node(tree)])))
  }

  #node({ literals, params, ends, rests }: Tree): number {
    const next = new Map([...literals].map(([text, tree]) => [text, this.#node(tree)]))
    const behind = params.map(({ param, tree }) => ({ param, node: this.#node(tree) }))
    const after = rests.any < 0 && rests.methods.length === 0 ? -1 : this.#add(NOTHING, -1, -1, rests)
    const [text] = next
    const [one] = behind
    const ways = next.size + behind.length + (after < 0 ? 0 : 1)
    if (ways === 0) return this.#add(NOTHING, -1, -1, ends)
    if (ways === 1 && text !== undefined) return this.#add(TEXT, this.#text(text[0]), text[1], ends)
    if (ways === next.size) return this.#add(TEXTS, this.#table(next), -1, ends)
    if (ways === 1 && one !== undefined && isPlain(one.param))
      return this.#add(one.param.type === 'int' ? INTEGER : NAME, -1, one.node, ends)
    const several = { literals: next.size === 0 ? -1 : this.#table(next), params: behind, rests: after }
    return this.#add(SEVERAL, this.several.push(several) - 1, -1, ends)
  }

  #add(asks: number, operand: number, next: number, { methods, routes, any }: Ends): number {
    const place = this.numbers.length
    this.numbers.push(asks, operand, next, any, methods.length)
    for (const [at, method] of methods.entries()) this.numbers.push(this.#text(method), routes[at] as number)
    return place
  }

  #table(entries: ReadonlyMap<string, number>): number {
    const place = this.numbers.length
    for (const number of writeTextTable(entries, (text) => this.#text(text))) this.numbers.push(number)
    return place
  }

  #text(text: string): number {
    const known = this.#known.get(text) ?? this.texts.push(text) - 1
    this.#known.set(text, known)
    return known
  }
}

/** Nothing fixed stands round it. */
function isPlain({ prefix, suffix }: Param): boolean {
  return prefix === '' && suffix === ''
}
