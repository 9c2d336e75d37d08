import type { Type } from './type.ts'

export interface Measure {
  /** How many types it consists of, itself included, where those that several parts share count for each. */
  readonly size: number
  readonly depth: number
}

/** Measures types; what was measured once, as part of another or alone, is not gone through again. */
export function createMeasure(): (type: Type) => Measure {
  const known = new Map<Type, Measure>()
  const measure = (type: Type): Measure => {
    const before = known.get(type)
    if (before !== undefined) return before
    const parts = partsOf(type).map(measure)
    const size = parts.reduce((sum, part) => sum + part.size, 1)
    const depth = parts.reduce((deepest, part) => Math.max(deepest, part.depth), 0) + 1
    known.set(type, { size, depth })
    return { size, depth }
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
