/** An upper bound of the JSON values that a schema accepts, as types can express it. The decoder's validator is exact. */
import { joinTypes, literals, STRING, type Type } from '../../checker/types/type.ts'

export interface Shape {
  readonly null: boolean
  readonly bool: boolean
  readonly number: 'none' | 'int' | 'double'
  /** The accepted texts: `string`, literals, `timestamp` or `ip`; null for none. */
  readonly string: Type | null
  readonly object: ObjectShape | null
  /** The shape of the elements of accepted arrays; null if no array is accepted. */
  readonly array: Shape | null
}

export interface ObjectShape {
  readonly fields: ReadonlyMap<string, { readonly shape: Shape; readonly required: boolean }>
  /** The shape of members whose names are not in `fields`. */
  readonly others: Shape
}

export const EMPTY_SHAPE: Shape = { null: false, bool: false, number: 'none', string: null, object: null, array: null }

/** Shape of any value. Recursive, as an array may contain any value. */
export const ANYTHING: Shape = anything()

function anything(): Shape {
  const shape: { -readonly [K in keyof Shape]: Shape[K] } = {
    null: true,
    bool: true,
    number: 'double',
    string: STRING,
    object: null,
    array: null,
  }
  shape.array = shape
  shape.object = { fields: new Map(), others: shape }
  return shape
}

export function isNothing(shape: Shape): boolean {
  const { number, string, object, array } = shape
  return !shape.null && !shape.bool && number === 'none' && string === null && object === null && array === null
}

type Operation = (a: Shape, b: Shape) => Shape

/** Memoizes an operation, as shapes share parts: visiting a part once per path would take exponential time. */
function remembering(operation: Operation): Operation {
  const known = new WeakMap<Shape, WeakMap<Shape, Shape>>()
  return (a, b) => {
    const before = known.get(a)?.get(b)
    if (before !== undefined) return before
    const result = operation(a, b)
    const row = known.get(a) ?? new WeakMap<Shape, Shape>()
    known.set(a, row.set(b, result))
    return result
  }
}

const meetParts = remembering((a, b) => {
  return {
    null: a.null && b.null,
    bool: a.bool && b.bool,
    number: a.number === 'none' || b.number === 'none' ? 'none' : a.number === 'int' ? 'int' : b.number,
    string: a.string === null || b.string === null ? null : meetTexts(a.string, b.string),
    object: a.object === null || b.object === null ? null : meetObjects(a.object, b.object),
    array: a.array === null || b.array === null ? null : meet(a.array, b.array),
  }
})

const joinParts = remembering((a, b) => {
  return {
    null: a.null || b.null,
    bool: a.bool || b.bool,
    number: a.number === 'none' ? b.number : b.number === 'none' || a.number === b.number ? a.number : 'double',
    string: a.string === null || b.string === null ? (a.string ?? b.string) : (joinTypes(a.string, b.string) ?? STRING),
    object: a.object === null || b.object === null ? (a.object ?? b.object) : joinObjects(a.object, b.object),
    array: a.array === null || b.array === null ? (a.array ?? b.array) : joinShapes(a.array, b.array),
  }
})

/** Returns a shape that contains the values that are in both shapes. */
export function meet(a: Shape, b: Shape): Shape {
  if (a === b || b === ANYTHING) return a
  return a === ANYTHING ? b : meetParts(a, b)
}

/** Returns a shape that contains the values that are in either shape. */
export function joinShapes(a: Shape, b: Shape): Shape {
  if (a === b) return a
  return a === ANYTHING || b === ANYTHING ? ANYTHING : joinParts(a, b)
}

function meetTexts(a: Type, b: Type): Type | null {
  if (a.kind === 'literals' && b.kind === 'literals') {
    const values = a.values.filter((value) => b.values.includes(value))
    return values.length === 0 ? null : literals(values)
  }
  if (a.kind === 'literals') return a
  if (b.kind === 'literals' || a.kind === 'string') return b
  return a
}

function meetObjects(a: ObjectShape, b: ObjectShape): ObjectShape {
  const fields = new Map<string, { shape: Shape; required: boolean }>()
  for (const name of namesOf(a, b)) {
    const [one, other] = [a.fields.get(name), b.fields.get(name)]
    const shape = meet(one?.shape ?? a.others, other?.shape ?? b.others)
    fields.set(name, { shape, required: one?.required === true || other?.required === true })
  }
  return { fields, others: meet(a.others, b.others) }
}

function joinObjects(a: ObjectShape, b: ObjectShape): ObjectShape {
  const fields = new Map<string, { shape: Shape; required: boolean }>()
  for (const name of namesOf(a, b)) {
    const [one, other] = [a.fields.get(name), b.fields.get(name)]
    const shape = joinShapes(one?.shape ?? a.others, other?.shape ?? b.others)
    fields.set(name, { shape, required: one?.required === true && other?.required === true })
  }
  return { fields, others: joinShapes(a.others, b.others) }
}

function namesOf(a: ObjectShape, b: ObjectShape): Set<string> {
  return new Set([...a.fields.keys(), ...b.fields.keys()])
}
