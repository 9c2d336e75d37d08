import type { Type } from './type.ts'

export interface Measure {
  /** Number of types of which the type consists, itself included. Shared parts count each time. */
  readonly size: number
  readonly depth: number
  /**
   * The largest total number of fields of records that are nested in each other. The decoder of such records is one nested block
   * of code.
   */
  readonly width: number
}

/** The maximum `width` of a type. */
export const WIDTH_LIMIT = 1_000

/** Returns a function that computes the size, depth and width of a type. The function remembers its results. */
export function createMeasure(): (type: Type) => Measure {
  const known = new Map<Type, Measure>()
  const measure = (type: Type): Measure => {
    const before = known.get(type)
    if (before !== undefined) return before
    const parts = partsOf(type).map(measure)
    const size = parts.reduce((sum, part) => sum + part.size, 1)
    const depth = parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0) + 1
    const within = parts.reduce((widest, part) => Math.max(widest, part.width), 0)
    const width = within + (type.kind === 'record' ? type.fields.size : 0)
    const measured = { size, depth, width }
    known.set(type, measured)
    return measured
  }
  return measure
}

function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'list':
    case 'set':
      return [type.element]
    case 'map':
    case 'optional':
      return [type.value]
    case 'record':
      return [...type.fields.values()].map((field) => field.type)
    default:
      return []
  }
}
