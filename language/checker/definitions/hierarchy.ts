import { hierarchyPlace } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import { type Type, UNKNOWN } from '../types/type.ts'

/** Types share parts. */
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
 * The type, or `unknown` where it is or holds a hierarchy, which is reported: one is prepared when it is pushed as data, and
 * nothing that a request brings is.
 */
export function refuseHierarchy(type: Type, place: Span, diagnostics: Diagnostic[]): Type {
  if (!holdsHierarchy(type)) return type
  diagnostics.push(report(hierarchyPlace, place, {}))
  return UNKNOWN
}
