/**
 * The size of a value, as far as the policy's text tells: for each nested collection type, from the outside in, the maximum
 * number of elements; then, if the innermost type is a text, the number of texts that it is concatenated from. `[1000, 2]` of a
 * `list<string>` is a thousand elements, each as long as two texts. Empty for other types.
 */
import { isString, type Type } from '../../types/type.ts'

export type Size = readonly number[]

/** The number of elements that the static cost assumes for a collection from input or data. */
export const ASSUMED_SIZE = 1_000

/**
 * Returns the size of an input value for the static cost: the assumed number of elements at each level, and texts of length one.
 */
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

/** Returns the number of collections that are nested in each other in a type. Optionals are not counted. */
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

/** Returns the number of scalars in all nested collections; 1 for a scalar. */
export function scalarsIn(size: Size, type: Type): number {
  return size.slice(0, levelsOf(type)).reduce((product, count) => saturated(product * count), 1)
}

/** Returns the number of texts from which one text in the value is concatenated; 0 if the value contains no text. */
export function textsIn(size: Size, type: Type): number {
  return size[levelsOf(type)] ?? 0
}

/** Compares two sizes level by level, and returns a size with the larger number at each level. */
export function larger(a: Size, b: Size): Size {
  const [long, short] = a.length < b.length ? [b, a] : [a, b]
  return long.map((count, at) => Math.max(count, short[at] ?? 0))
}

/** Caps a count at the largest safe integer, which exceeds every bound. */
export function saturated(count: number): number {
  return Math.min(count, Number.MAX_SAFE_INTEGER)
}
