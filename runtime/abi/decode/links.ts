/** Resolves texts of data and callers to positions in maps and hierarchies ahead of time. */
import type { DataSnapshot, DecisionRequest, Facts, LinkCaller, LinkedCaller, PolicyModule } from '../module.ts'
import { TextMap } from '../values/texts/text-collections.ts'
import { Ancestors } from './ancestors.ts'
import type { Hierarchy } from './hierarchy.ts'

/** Data in which texts have positions. */
interface Positions {
  /** −1: none. */
  positionOf(text: string): number
}

/** Returns the position or positions of a text field; −1 if it or the datum is missing. */
export function link(datum: unknown, field: unknown): number | Int32Array {
  const positions = datum as Positions | undefined
  if (positions === undefined || field === undefined) return -1
  if (typeof field === 'string') return positions.positionOf(field)
  return Int32Array.from(field as Iterable<string>, (text) => positions.positionOf(text))
}

/** Returns a text's ancestors in a hierarchy; `undefined` if the hierarchy is missing, which nobody may ask. */
export function ancestors(hierarchy: unknown, field: unknown): Ancestors | undefined {
  if (hierarchy === undefined) return undefined
  return field === undefined ? NO_ANCESTORS : (hierarchy as Hierarchy).ancestorsOf(field as string)
}

const NO_ANCESTORS = new Ancestors(0, [], () => false)

/** Links a generation of data among itself, replacing the links of the previous one. */
export function linkData({ links = [] }: PolicyModule, data: Record<string, unknown>): void {
  for (const { name, link } of links) {
    const map = data[name]
    if (map instanceof TextMap) data[name] = map.mapped((entry) => link(entry, data))
  }
}

export function linked(link: LinkCaller, caller: object | null, data: DataSnapshot): LinkedCaller {
  return { link, data, fields: link(caller, data) }
}

/** Links a caller's fields again if the data changed, so caches of facts need not know. Returns `null` if anonymous. */
export function linkedCaller({ caller, linked }: Facts, { data }: DecisionRequest): object | null {
  if (linked === undefined) return null
  if (linked.data !== data) {
    linked.fields = linked.link(caller, data)
    linked.data = data
  }
  return linked.fields
}
