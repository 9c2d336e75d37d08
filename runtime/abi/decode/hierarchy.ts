/** The type `hierarchy`: from names to parents, prepared so that `within` takes constant time. */
import { TextIndex } from '../values/texts/text-index.ts'
import { Ancestors } from './ancestors.ts'
import { DecodeError, list, map, string } from './convert.ts'
import { PositionSet } from './position-set.ts'

/** Maximum number of bits for pairs of names: 256 kB. */
const MOST_BITS = 2 ** 21

/**
 * A hierarchy of names, such as the units of an organization, in which a name may have several parents. Each name has a position,
 * a number from 0. In a tree, the descendants of a name directly follow it.
 */
export class Hierarchy {
  readonly #index: TextIndex
  /** By position: that of the last descendant in its tree. */
  readonly #last: Int32Array
  /** By position: that of its tree parent; −1 for a root. */
  readonly #parents: Int32Array
  /** By position: ancestors of its tree's root. */
  readonly #aboveRoot: readonly PositionSet[]
  /** For few names, a bit row of ancestors and self for each; else `null`. */
  readonly #rows: Int32Array | null
  readonly #width: number

  constructor(names: readonly string[], last: Int32Array, aboveRoot: readonly PositionSet[]) {
    this.#index = new TextIndex(names)
    this.#last = last
    this.#parents = parentsIn(last)
    this.#aboveRoot = aboveRoot
    this.#width = Math.ceil(names.length / 32)
    this.#rows = names.length * this.#width * 32 > MOST_BITS ? null : this.#makeRows(names.length)
  }

  /** Returns whether `name` equals `ancestor` or is a descendant of it. An unknown name is only within itself. */
  within(name: string, ancestor: string): boolean {
    return name === ancestor || this.isBelow(this.positionOf(name), this.positionOf(ancestor), name, ancestor)
  }

  /** Returns the position of a name, or −1 if it is unknown. */
  positionOf(name: string): number {
    return this.#index.find(name)
  }

  /**
   * Returns whether `name` equals `ancestor` or is a descendant of it, given their positions `at` and `above`. A position is −1
   * if the name is unknown.
   */
  isBelow(at: number, above: number, name: string, ancestor: string): boolean {
    if (at < 0) return name === ancestor
    if (above < 0) return false
    const rows = this.#rows
    return rows === null ? this.#isUnderRoot(at, above) : ((rows[at * this.#width + (above >> 5)] as number) & (1 << above)) !== 0
  }

  /**
   * Returns whether a name equals one of several names or is a descendant of one, given their positions. A position is −1 if the
   * name is unknown.
   */
  isBelowAny(at: number, above: Int32Array, name: string, ancestors: readonly string[] | ReadonlySet<string>): boolean {
    if (at < 0) return Array.isArray(ancestors) ? ancestors.includes(name) : (ancestors as ReadonlySet<string>).has(name)
    for (let one = 0; one < above.length; one += 1) if (this.isBelow(at, above[one] as number, '', '')) return true
    return false
  }

  ancestorsOf(name: string): Ancestors {
    const at = this.positionOf(name)
    const isBelow = (above: number, ancestor: string) => this.isBelow(at, above, name, ancestor)
    return new Ancestors(this.#last.length, at < 0 ? null : this.#allAbove(at), isBelow)
  }

  *#allAbove(at: number): Iterable<number> {
    for (let here = at; here >= 0; here = this.#parents[here] as number) yield here
    yield* (this.#aboveRoot[at] as PositionSet).sorted
  }

  #isUnderRoot(at: number, above: number): boolean {
    return (at >= above && at <= (this.#last[above] as number)) || (this.#aboveRoot[at] as PositionSet).has(above)
  }

  #makeRows(count: number): Int32Array {
    const rows = new Int32Array(count * this.#width)
    for (let at = 0; at < count; at += 1) {
      for (let above = 0; above < count; above += 1) {
        const word = at * this.#width + (above >> 5)
        if (this.#isUnderRoot(at, above)) rows[word] = (rows[word] as number) | (1 << (above & 31))
      }
    }
    return rows
  }
}

/** Returns the parents of names by position. Each name must be followed by its descendants. */
function parentsIn(last: Int32Array): Int32Array {
  const parents = new Int32Array(last.length)
  let parent = -1
  for (let at = 0; at < last.length; at += 1) {
    while (parent >= 0 && (last[parent] as number) < at) parent = parents[parent] as number
    parents[at] = parent
    parent = at
  }
  return parents
}

/** Maximum number of steps to prepare names with several parents, which also bounds the memory. */
const MOST_STEPS = 5_000_000

/**
 * Decodes a hierarchy from a JSON object with the list of parents of each name. Names with one parent form trees, in which the
 * descendants of a name have consecutive positions. The root of a tree has no parent or several; in the latter case, the
 * positions of all its ancestors are stored.
 *
 * @throws DecodeError for cycles, or if names with several parents have too many ancestors
 */
export function hierarchy(json: unknown): Hierarchy {
  const parents = parentsOf(json)
  const order = ancestorsFirst(parents)
  const above = ancestorsOfJunctions(order, parents)
  const { first, last } = positions(order, parents)
  const names = [...order].sort((one, other) => (first.get(one) as number) - (first.get(other) as number))
  const roots = new Map<string, string>()
  for (const name of order) roots.set(name, roots.get(treeParent(name, parents) ?? name) ?? name)
  const sets = new Map([...above].map(([name, all]) => [name, new PositionSet([...all].map((one) => first.get(one) as number))]))
  return new Hierarchy(
    names,
    Int32Array.from(names, (name) => last.get(name) as number),
    names.map((name) => sets.get(roots.get(name) as string) ?? NO_POSITIONS),
  )
}

const NONE: ReadonlySet<string> = new Set()
const NO_POSITIONS = new PositionSet([])

function parentsOf(json: unknown): ReadonlyMap<string, ReadonlySet<string>> {
  const parents = new Map<string, ReadonlySet<string>>()
  for (const [name, own] of map(json, (value) => new Set(list(value, string)))) parents.set(name, own)
  for (const own of [...parents.values()]) for (const parent of own) if (!parents.has(parent)) parents.set(parent, NONE)
  return parents
}

/**
 * Sorts names topologically, parents first.
 *
 * @throws DecodeError for a cycle
 */
function ancestorsFirst(parents: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const children = childrenOf(parents)
  const waitingFor = new Map([...parents].map(([name, own]) => [name, own.size]))
  const order = [...parents].filter(([, own]) => own.size === 0).map(([name]) => name)
  // Also visits names added on the way.
  for (const name of order) {
    for (const child of children.get(name) ?? []) {
      const left = (waitingFor.get(child) as number) - 1
      waitingFor.set(child, left)
      if (left === 0) order.push(child)
    }
  }
  if (order.length < parents.size) throw new DecodeError()
  return order
}

function childrenOf(parents: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>()
  for (const [name, own] of parents) {
    for (const parent of own) {
      const siblings = children.get(parent)
      if (siblings === undefined) children.set(parent, [name])
      else siblings.push(name)
    }
  }
  return children
}

/** Returns the ancestors of each name with several parents. */
function ancestorsOfJunctions(
  order: readonly string[],
  parents: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const above = new Map<string, ReadonlySet<string>>()
  let steps = 0
  const add = (name: string, to: Set<string>) => {
    steps += 1
    if (steps > MOST_STEPS) throw new DecodeError()
    to.add(name)
  }
  for (const name of order) {
    const own = parents.get(name) ?? NONE
    if (own.size < 2) continue
    const all = new Set<string>()
    for (const parent of own) {
      // If a name is included, so are its ancestors.
      for (let here: string | undefined = parent; here !== undefined && !all.has(here); here = treeParent(here, parents)) {
        add(here, all)
        for (const one of above.get(here) ?? NONE) add(one, all)
      }
    }
    above.set(name, all)
  }
  return above
}

/** Returns the only parent of a name, or `undefined` for the root of a tree. */
function treeParent(name: string, parents: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const own = parents.get(name) ?? NONE
  const [first] = own
  return own.size === 1 ? first : undefined
}

/** Numbers names so that each is followed by its descendants in the tree. `last` is the number of the last of them. */
function positions(order: readonly string[], parents: ReadonlyMap<string, ReadonlySet<string>>) {
  const sizes = new Map(order.map((name) => [name, 1]))
  for (const name of [...order].reverse()) {
    const parent = treeParent(name, parents)
    if (parent !== undefined) sizes.set(parent, (sizes.get(parent) as number) + (sizes.get(name) as number))
  }
  const first = new Map<string, number>()
  const last = new Map<string, number>()
  /** Where the next child of a name goes, or the next tree. */
  const next = new Map<string | undefined, number>([[undefined, 0]])
  for (const name of order) {
    const parent = treeParent(name, parents)
    const [at, size] = [next.get(parent) as number, sizes.get(name) as number]
    next.set(parent, at + size)
    next.set(name, at + 1)
    first.set(name, at)
    last.set(name, at + size - 1)
  }
  return { first, last }
}
