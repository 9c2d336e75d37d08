import type { Ends, ParamProgram, Tree } from './route-tree.ts'
import { fits, isInteger } from './segment.ts'
import { hashOfAll } from './text-hash.ts'
import { writeTextTable } from './text-table.ts'

/** Kinds of tests that a node makes of the next segment. A single test needs no backtracking; several are objects. */
const ASKS = { nothing: 0, text: 1, texts: 2, name: 3, integer: 4, several: 5 } as const

/** Tests of a node in order of precedence. */
interface Several {
  /** Node for literal texts, or 0. */
  readonly literals: number
  readonly params: readonly { readonly param: ParamProgram; readonly node: number }[]
  /** Node for `{rest...}`, which is always the last, or 0. */
  readonly rests: number
}

/**
 * Returns the index of the most specific route that matches a host, method and path segments, or −1. Visits each node of the
 * routing tree at most once. Allocates memory only for host patterns.
 */
export type Find = (host: string, method: string, segments: readonly string[]) => number

/**
 * Creates a function that finds the route of a request in the routing trees of all hosts. For memory locality, all trees are
 * numbers in one array. Equal trees, as of similar resources, are stored once, because routes are relative to the first route of
 * their tree. A node consists of three numbers: the kind of its test, the index of the next node, and the index of its ends, or
 * 0. Depending on the test, the next node is the edge of a text, a table of texts, or an index in `several`. An edge consists of
 * the index of its text, the next node, and the offset of its routes. Ends consist of the route for any method or −1, the number
 * of methods, and a method index and route for each.
 *
 * @param literals trees by host
 * @param wildcards trees of host patterns, by the part of the host from the first dot
 */
export function createFind(literals: ReadonlyMap<string, Tree>, wildcards: ReadonlyMap<string, Tree>): Find {
  const writer = new Writer()
  const hosts = writer.addHosts(literals)
  const patterns = writer.addHosts(wildcards)
  const hasWildcards = wildcards.size > 0
  const numbers = Int32Array.from(writer.numbers)
  const { several, texts } = writer

  return (host, method, segments) => {
    const found = walk(hosts.node, hosts.first, host, method, segments, 0)
    return found < 0 && hasWildcards && !literals.has(host) ? findPattern(host, method, segments) : found
  }

  function findPattern(host: string, method: string, segments: readonly string[]): number {
    const dot = host.indexOf('.')
    return dot > 0 ? walk(patterns.node, patterns.first, host.slice(dot), method, segments, 0) : -1
  }

  /**
   * Walks from a node by one text and then the segments from `start` on. One function with local constants is a fifth faster:
   * calls may not be inlined, and a bundled module's constants are variables that V8 reloads.
   */
  function walk(from: number, first: number, text: string, method: string, segments: readonly string[], start: number): number {
    const cells = numbers
    const known = texts
    let node = from
    let base = first
    let segment = text
    let at = start
    for (;;) {
      const next = cells[node + 1] as number
      switch (cells[node]) {
        case 1: // a certain text
          if (known[cells[next] as number] !== segment) return -1
          node = cells[next + 1] as number
          base += cells[next + 2] as number
          break
        case 2: {
          // A table of texts: `text-table.ts`
          const { length } = segment
          if (length < (cells[next] as number)) return -1
          const look = cells[next + 1] as number
          const second = cells[next + 2] as number
          const third = cells[next + 3] as number
          let hash = length
          if (look === 0x7fff_fffe) hash = hashOfAll(segment)
          else {
            hash ^= segment.charCodeAt(look < 0 ? look + length : look) << 7
            if (second !== 0x7fff_ffff) {
              hash ^= segment.charCodeAt(second < 0 ? second + length : second) << 14
              if (third !== 0x7fff_ffff) hash ^= segment.charCodeAt(third < 0 ? third + length : third) << 21
            }
          }
          let slot = next + 6 + ((Math.imul(hash, cells[next + 4] as number) >>> (cells[next + 5] as number)) | 0)
          let edge = cells[slot] as number
          while (known[cells[edge] as number] !== segment) {
            if (edge === 0) return -1
            slot += 1
            edge = cells[slot] as number
          }
          node = cells[edge + 1] as number
          base += cells[edge + 2] as number
          break
        }
        case 3: // any text but none
          if (segment.length === 0) return -1
          node = next
          break
        case 4: // an integer
          if (!isInteger(segment, 0, segment.length)) return -1
          node = next
          break
        case 5:
          return findFirst(several[next] as Several, base, segment, method, segments, at)
        default:
          return -1
      }
      if (at === segments.length) return end(node, base, method)
      segment = segments[at] as string
      at += 1
    }
  }

  function findFirst(
    { literals, params, rests }: Several,
    base: number,
    segment: string,
    method: string,
    segments: readonly string[],
    at: number,
  ): number {
    const literal = literals === 0 ? -1 : walk(literals, base, segment, method, segments, at)
    if (literal >= 0) return literal
    for (const { param, node } of params) {
      if (!fits(param, segment)) continue
      const found =
        at === segments.length ? end(node, base, method) : walk(node, base, segments[at] as string, method, segments, at + 1)
      if (found >= 0) return found
    }
    return rests === 0 ? -1 : end(rests, base, method)
  }

  function end(node: number, base: number, method: string): number {
    const ends = numbers[node + 2] as number
    if (ends === 0) return -1
    const last = ends + 2 * (numbers[ends + 1] as number)
    // They are few, and lengths differ.
    for (let at = ends; at < last; at += 2)
      if (texts[numbers[at + 2] as number] === method) return base + (numbers[at + 3] as number)
    const any = numbers[ends] as number
    return any < 0 ? -1 : base + any
  }
}

/** A writer of nodes, which writes children before their node. */
class Writer {
  /** Numbers of all nodes. Index 0, to which empty slots lead, is an edge to a dead end. */
  readonly numbers: number[] = [0, 3, 0, ASKS.nothing, 0, 0]
  readonly texts: string[] = ['']
  readonly several: Several[] = []
  readonly #places = new Map<string, number>()
  readonly #numberOf = new Map([['', 0]])

  /** Writes a table of hosts. */
  addHosts(trees: ReadonlyMap<string, Tree>): { readonly node: number; readonly first: number } {
    const first = firstOf(trees.values())
    return { node: this.#node(ASKS.texts, this.#table(trees, first), 0), first }
  }

  #tree({ literals, params, ends, rests }: Tree, first: number): number {
    const place = this.#ends(ends, first)
    const [literal] = literals
    const [param] = params
    const ways = literals.size + params.length + (isEmpty(rests) ? 0 : 1)
    if (ways === 0) return this.#node(ASKS.nothing, 0, place)
    if (ways === 1 && literal !== undefined) return this.#node(ASKS.text, this.#edge(...literal, first), place)
    if (ways === literals.size) return this.#node(ASKS.texts, this.#table(literals, first), place)
    if (ways === 1 && param !== undefined && isPlain(param.param))
      return this.#node(param.param.type === 'int' ? ASKS.integer : ASKS.name, this.#tree(param.tree, first), place)
    const several: Several = {
      literals: literals.size === 0 ? 0 : this.#node(ASKS.texts, this.#table(literals, first), 0),
      params: params.map((one) => ({ param: one.param, node: this.#tree(one.tree, first) })),
      rests: isEmpty(rests) ? 0 : this.#node(ASKS.nothing, 0, this.#ends(rests, first)),
    }
    return this.#node(ASKS.several, this.several.push(several) - 1, place)
  }

  #node(asks: number, next: number, ends: number): number {
    return this.#place([asks, next, ends])
  }

  #table(trees: ReadonlyMap<string, Tree>, first: number): number {
    return this.#place(writeTextTable(new Map([...trees].map(([text, tree]) => [text, this.#edge(text, tree, first)]))))
  }

  #edge(text: string, tree: Tree, first: number): number {
    const own = firstOf([tree])
    return this.#place([this.#text(text), this.#tree(tree, own), own - first])
  }

  #ends(ends: Ends, first: number): number {
    if (isEmpty(ends)) return 0
    const { methods, routes, any } = ends
    const pairs = methods.flatMap((method, at) => [this.#text(method), (routes[at] as number) - first])
    return this.#place([any < 0 ? -1 : any - first, methods.length, ...pairs])
  }

  #text(text: string): number {
    const known = this.#numberOf.get(text) ?? this.texts.push(text) - 1
    this.#numberOf.set(text, known)
    return known
  }

  #place(numbers: readonly number[]): number {
    const key = numbers.join()
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const place = this.numbers.length
    this.#places.set(key, place)
    for (const number of numbers) this.numbers.push(number)
    return place
  }
}

/** Returns the least index of the routes in several trees, or 0 without routes. */
function firstOf(trees: Iterable<Tree>): number {
  const first = leastOf(trees)
  return first === Number.POSITIVE_INFINITY ? 0 : first
}

function leastOf(trees: Iterable<Tree>): number {
  let least = Number.POSITIVE_INFINITY
  for (const { literals, params, ends, rests } of trees) {
    for (const { routes, any } of [ends, rests]) least = Math.min(least, ...routes, any < 0 ? least : any)
    least = Math.min(least, leastOf(literals.values()), leastOf(params.map(({ tree }) => tree)))
  }
  return least
}

function isEmpty({ methods, any }: Ends): boolean {
  return methods.length === 0 && any < 0
}

/** Returns whether a parameter has no affixes. */
function isPlain({ prefix, suffix }: ParamProgram): boolean {
  return prefix === '' && suffix === ''
}
