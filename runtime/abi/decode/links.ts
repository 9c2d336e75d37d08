/**
 * What texts in data and of callers mean in data, found before anybody asks: where they stand among the keys of a map or the
 * names of a hierarchy.
 */
import type { DataSnapshot, DecisionRequest, Facts, LinkCaller, LinkedCaller, PolicyModule } from '../module.ts'
import { TextMap } from '../values/texts/text-collections.ts'
import { Ancestors } from './ancestors.ts'
import type { Hierarchy } from './hierarchy.ts'

/** Data in which a text has a position. */
interface Positions {
  /** −1: none. */
  positionOf(text: string): number
}

/** The position of a text, or those of several; −1 where there is no text, or the datum never arrived. */
export function link(datum: unknown, field: unknown): number | Int32Array {
  const positions = datum as Positions | undefined
  if (positions === undefined || field === undefined) return -1
  if (typeof field === 'string') return positions.positionOf(field)
  return Int32Array.from(field as Iterable<string>, (text) => positions.positionOf(text))
}

/** What is above a text in a hierarchy; of no text, nothing. Undefined where the hierarchy never arrived: nobody may ask. */
export function ancestors(hierarchy: unknown, field: unknown): Ancestors | undefined {
  if (hierarchy === undefined) return undefined
  return field === undefined ? NO_ANCESTORS : (hierarchy as Hierarchy).ancestorsOf(field as string)
}

const NO_ANCESTORS = new Ancestors(0, [], () => false)

/** Data of one generation, with what entries mean in data of the same generation. What they meant in another one is forgotten. */
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
 * Whoever keeps facts need not know of links: those to other data are made anew. Null where nobody called, of whom no field is
 * read either.
 */
export function linkedCaller({ caller, linked }: Facts, { data }: DecisionRequest): object | null {
  if (linked === undefined) return null
  if (linked.data !== data) {
    linked.fields = linked.link(caller, data)
    linked.data = data
  }
  return linked.fields
}
