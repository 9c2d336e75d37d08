/** The type `hierarchy`: name → parents, prepared so that `within` takes constant time. */
import { list, map, string } from './convert.ts'
import { Misfit } from './misfit.ts'

export interface Hierarchy {
  /** Whether `name` is `ancestor`, or is below it. A name that nobody mentions is within itself alone. */
  within(name: string, ancestor: string): boolean
}

/** What names with several parents may take to prepare, all together, in steps; what they keep is at most as much. */
const MOST_STEPS = 5_000_000

/**
 * A misfit where a name is above itself. Names with at most one parent hang in trees: there, a position from `first` to `last`
 * below a name says that it is above. A tree hangs from its root, which has no parent or several; those keep all that is above them.
 */
export function hierarchy(json: unknown): Hierarchy {
  const parents = parentsOf(json)
  const order = ancestorsFirst(parents)
  const above = ancestorsOfJunctions(order, parents)
  const roots = new Map<string, string>()
  for (const name of order) roots.set(name, roots.get(treeParent(name, parents) ?? name) ?? name)
  const { first, last } = positions(order, parents)
  return Object.freeze({
    within(name: string, ancestor: string) {
      if (name === ancestor) return true
      const [at, from, to] = [first.get(name), first.get(ancestor), last.get(ancestor)]
      if (at === undefined || from === undefined || to === undefined) return false
      if (at >= from && at <= to) return true
      return above.get(roots.get(name) as string)?.has(ancestor) ?? false
    },
  })
}

const NONE: ReadonlySet<string> = new Set()

/** Of every name that is mentioned. */
function parentsOf(json: unknown): ReadonlyMap<string, ReadonlySet<string>> {
  const parents = new Map<string, ReadonlySet<string>>()
  for (const [name, own] of map(json, (value) => new Set(list(value, string)))) parents.set(name, own)
  for (const own of [...parents.values()]) for (const parent of own) if (!parents.has(parent)) parents.set(parent, NONE)
  return parents
}

/** All names, each behind its parents. A misfit where that cannot be. */
function ancestorsFirst(parents: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const children = childrenOf(parents)
  const waitingFor = new Map([...parents].map(([name, own]) => [name, own.size]))
  const order = [...parents].filter(([, own]) => own.size === 0).map(([name]) => name)
  // What is found on the way is walked, too.
  for (const name of order) {
    for (const child of children.get(name) ?? []) {
      const left = (waitingFor.get(child) as number) - 1
      waitingFor.set(child, left)
      if (left === 0) order.push(child)
    }
  }
  if (order.length < parents.size) throw new Misfit()
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

/** What is above each name with several parents. */
function ancestorsOfJunctions(
  order: readonly string[],
  parents: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const above = new Map<string, ReadonlySet<string>>()
  let steps = 0
  const add = (name: string, to: Set<string>) => {
    steps += 1
    if (steps > MOST_STEPS) throw new Misfit()
    to.add(name)
  }
  for (const name of order) {
    const own = parents.get(name) ?? NONE
    if (own.size < 2) continue
    const all = new Set<string>()
    for (const parent of own) {
      // Where a name is in already, so is all that is above it.
      for (let here: string | undefined = parent; here !== undefined && !all.has(here); here = treeParent(here, parents)) {
        add(here, all)
        for (const one of above.get(here) ?? NONE) add(one, all)
      }
    }
    above.set(name, all)
  }
  return above
}

/** The only parent of a name; undefined where it has none or several, and is the root of a tree. */
function treeParent(name: string, parents: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const own = parents.get(name) ?? NONE
  const [first] = own
  return own.size === 1 ? first : undefined
}

/** Numbers in an order in which each name is followed by all that hang below it in its tree; `last` is that of the last of them. */
function positions(order: readonly string[], parents: ReadonlyMap<string, ReadonlySet<string>>) {
  const sizes = new Map(order.map((name) => [name, 1]))
  for (const name of [...order].reverse()) {
    const parent = treeParent(name, parents)
    if (parent !== undefined) sizes.set(parent, (sizes.get(parent) as number) + (sizes.get(name) as number))
  }
  const first = new Map<string, number>()
  const last = new Map<string, number>()
  /** Where the next child of a name goes; of what has no parent in a tree, the next tree. */
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
