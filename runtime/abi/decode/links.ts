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

/**
 * Looks up the text of a field in a map or hierarchy of the policy's data, so that conditions need not. Returns its position
 * there, or a list of positions for a list of texts. −1 stands for a text, field or datum that is missing.
 */
export function link(datum: unknown, field: unknown): number | Int32Array {
  const positions = datum as Positions | undefined
  if (positions === undefined || field === undefined) return -1
  if (typeof field === 'string') return positions.positionOf(field)
  return Int32Array.from(field as Iterable<string>, (text) => positions.positionOf(text))
}

/**
 * Returns the ancestors of a caller's field in a hierarchy of the policy's data; none if the field is absent. Returns `undefined`
 * if the hierarchy is missing, in which case no condition reads it.
 */
export function ancestors(hierarchy: unknown, field: unknown): Ancestors | undefined {
  if (hierarchy === undefined) return undefined
  return field === undefined ? NO_ANCESTORS : (hierarchy as Hierarchy).ancestorsOf(field as string)
}

const NO_ANCESTORS = new Ancestors(0, [], () => false)

/**
 * Resolves texts in the entries of maps to their positions in other data, so that decisions need not search for them. Changes the
 * maps of `data` in place. Positions from an earlier version of the data are replaced.
 */
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
 * Returns the positions and ancestors of a caller's fields in the request's data, or `null` for an anonymous caller. They are
 * looked up again if the data have changed, so caches of facts need not be cleared then.
 */
export function linkedCaller({ caller, linked }: Facts, { data }: DecisionRequest): object | null {
  if (linked === undefined) return null
  if (linked.data !== data) {
    linked.fields = linked.link(caller, data)
    linked.data = data
  }
  return linked.fields
}
