/** Resolves texts of data and callers to positions in maps and hierarchies ahead of time. */
import type { DataSnapshot, DecisionRequest, Facts, LinkCaller, LinkedCaller, PolicyModule } from '../module.ts'
import { TextMap } from '../values/texts/text-collections.ts'
import { Ancestors } from './ancestors.ts'
import type { Hierarchy } from './hierarchy.ts'

/** Data in which texts have positions. */
interface Positions {
  /** Returns the position of a text, or −1 without one. */
  positionOf(text: string): number
}

/** Returns the position of a text field in a datum, or the positions of a list. −1 stands for a missing field or datum. */
export function link(datum: unknown, field: unknown): number | Int32Array {
  const positions = datum as Positions | undefined
  if (positions === undefined || field === undefined) return -1
  if (typeof field === 'string') return positions.positionOf(field)
  return Int32Array.from(field as Iterable<string>, (text) => positions.positionOf(text))
}

/** Returns the ancestors of a text in a hierarchy, or `undefined` if the hierarchy is missing; no condition then reads it. */
export function ancestors(hierarchy: unknown, field: unknown): Ancestors | undefined {
  if (hierarchy === undefined) return undefined
  return field === undefined ? NO_ANCESTORS : (hierarchy as Hierarchy).ancestorsOf(field as string)
}

const NO_ANCESTORS = new Ancestors(0, [], () => false)

/** Links the data of one generation among itself. Links of the previous generation are replaced. */
export function linkData({ links = [] }: PolicyModule, data: Record<string, unknown>): void {
  for (const { name, link } of links) {
    const map = data[name]
    if (map instanceof TextMap) data[name] = map.mapped((entry) => link(entry, data))
  }
}

export function linked(link: LinkCaller, caller: object | null, data: DataSnapshot): LinkedCaller {
  return { link, data, fields: link(caller, data) }
}

/**
 * Returns the caller with fields linked to the current data, or `null` for an anonymous caller. Fields are linked again if the
 * data has changed, so caches of facts need not know of data.
 */
export function linkedCaller({ caller, linked }: Facts, { data }: DecisionRequest): object | null {
  if (linked === undefined) return null
  if (linked.data !== data) {
    linked.fields = linked.link(caller, data)
    linked.data = data
  }
  return linked.fields
}
