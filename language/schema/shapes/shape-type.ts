import { BOOL, DOUBLE, type FieldShape, INT, type Type } from '../../checker/types/type.ts'
import { isNothing, type ObjectShape, type Shape } from './shape.ts'

type Found = { readonly type: Type; readonly nullable: boolean } | null

/** Shapes share parts. */
const known = new WeakMap<Shape, { readonly found: Found }>()

/**
 * The type that holds what a shape holds, and whether it may also be `null`, which makes a field optional. Null where there is
 * no such type: where values of two kinds are let through, or any.
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

/** Only names that can be written after a dot. */
const NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/

/**
 * A map where all members are alike and none is named; else a record of the fields that have a type. It is closed where the shape
 * is, but for a field without a type: a closed record that left it out would refuse it.
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
