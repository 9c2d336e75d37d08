/**
 * How large a value may be, as far as the text of a policy tells: for each collection in its type, from the outside in, how many
 * elements one has at most, and at the end of a type of texts of how many texts one is put together. `[1000, 2]` of a
 * `list<string>`: a thousand elements, each as long as two texts. Of what is neither, nothing.
 */
import { isString, type Type } from '../../types/type.ts'

export type Size = readonly number[]

/** How many elements a collection is taken to have of which the text does not say it. */
export const ASSUMED_SIZE = 1_000

/** Of a value that came in: a collection has what is assumed, a text is one. */
export function sizeByType(type: Type): Size {
  switch (type.kind) {
    case 'list':
    case 'set':
      return [ASSUMED_SIZE, ...sizeByType(type.element)]
    case 'map':
      return [ASSUMED_SIZE, ...sizeByType(type.value)]
    case 'optional':
      return sizeByType(type.value)
    default:
      return isString(type) ? [1] : []
  }
}

/** How many of the numbers of a size count elements. */
export function levelsOf(type: Type): number {
  switch (type.kind) {
    case 'list':
    case 'set':
      return 1 + levelsOf(type.element)
    case 'map':
      return 1 + levelsOf(type.value)
    case 'optional':
      return levelsOf(type.value)
    default:
      return 0
  }
}

/** How many scalars are in all its collections; 1 for a scalar. */
export function scalarsIn(size: Size, type: Type): number {
  return size.slice(0, levelsOf(type)).reduce((product, count) => saturated(product * count), 1)
}

/** Of how many texts one in it is put together; 0 where there are none. */
export function textsIn(size: Size, type: Type): number {
  return size[levelsOf(type)] ?? 0
}

/** As large as either. */
export function larger(a: Size, b: Size): Size {
  const [long, short] = a.length < b.length ? [b, a] : [a, b]
  return long.map((count, at) => Math.max(count, short[at] ?? 0))
}

/** What is larger than any bound, and still a number to count with. */
export function saturated(count: number): number {
  return Math.min(count, Number.MAX_SAFE_INTEGER)
}
