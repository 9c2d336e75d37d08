import { hierarchyPlace } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import { type Type, UNKNOWN } from '../types/type.ts'

/** Memoized, as types share parts. */
const known = new WeakMap<Type, boolean>()

function holdsHierarchy(type: Type): boolean {
  const before = known.get(type)
  if (before !== undefined) return before
  const found = type.kind === 'hierarchy' || partsOf(type).some(holdsHierarchy)
  known.set(type, found)
  return found
}

function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'list':
    case 'set':
      return [type.element]
    case 'map':
      return [type.value]
    case 'record':
      return [...type.fields.values()].map((field) => field.type)
    default:
      return []
  }
}

/**
 * Returns the type. If it is or contains a hierarchy, reports that and returns `unknown`: only pushed data may be a hierarchy.
 */
export function refuseHierarchy(type: Type, place: Span, diagnostics: Diagnostic[]): Type {
  if (!holdsHierarchy(type)) return type
  diagnostics.push(report(hierarchyPlace, place, {}))
  return UNKNOWN
}
