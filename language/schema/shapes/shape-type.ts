import { BOOL, DOUBLE, type FieldShape, INT, type Type } from '../../checker/types/type.ts'
import { isNothing, type ObjectShape, type Shape } from './shape.ts'

type Found = { readonly type: Type; readonly nullable: boolean } | null

/** Memoized, as shapes share parts. */
const known = new WeakMap<Shape, { readonly found: Found }>()

/**
 * Returns the type of a shape, and whether the value may be `null` (optional). The type is null if none fits, as for values of
 * several kinds.
 */
export function typeOfShape(shape: Shape): Found {
  const before = known.get(shape)
  if (before !== undefined) return before.found
  const found = findType(shape)
  known.set(shape, { found })
  return found
}

function findType(shape: Shape): Found {
  const kinds: Type[] = []
  if (shape.bool) kinds.push(BOOL)
  if (shape.number !== 'none') kinds.push(shape.number === 'int' ? INT : DOUBLE)
  if (shape.string !== null) kinds.push(shape.string)
  if (kinds.length + (shape.object === null ? 0 : 1) + (shape.array === null ? 0 : 1) !== 1) return null
  const type = kinds[0] ?? (shape.object === null ? listOf(shape.array as Shape) : recordOf(shape.object))
  return type === null ? null : { type, nullable: shape.null }
}

function listOf(elements: Shape): Type | null {
  const element = typeOfShape(elements)
  return element === null || element.nullable ? null : { kind: 'list', element: element.type }
}

/** Names that can follow a dot. */
const NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Returns a map if all members are alike and unnamed; else a record of the fields with a type. It is closed if the shape is,
 * unless a field has no type: a closed record without it would refuse it.
 */
function recordOf({ fields, others }: ObjectShape): Type {
  if (fields.size === 0 && !isNothing(others)) {
    const value = typeOfShape(others)
    if (value !== null && !value.nullable) return { kind: 'map', value: value.type }
  }
  const typed = new Map<string, FieldShape>()
  let open = !isNothing(others)
  for (const [name, { shape, required }] of fields) {
    const found = NAME.test(name) ? typeOfShape(shape) : null
    if (found !== null) typed.set(name, { type: found.type, optional: found.nullable || !required, path: [name] })
    else if (!isNothing(shape)) open = true
  }
  return { kind: 'record', fields: typed, open }
}
