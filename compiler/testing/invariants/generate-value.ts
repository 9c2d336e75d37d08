import type { FieldShape, Type } from '../../../language/checker/types/type.ts'
import type { Constants } from './constants.ts'
import type { Random } from './random.ts'

/** The maximum number of elements of a collection. */
const MOST = 3

/** Returns a JSON value of a type, made of the policy's constants. `depth` limits the nesting of collections. */
export function generateValue(type: Type, constants: Constants, random: Random, depth = 4): unknown {
  const many = (element: Type) =>
    depth === 0 ? [] : Array.from({ length: random.below(MOST + 1) }, () => generateValue(element, constants, random, depth - 1))
  switch (type.kind) {
    case 'bool':
      return random.chance(0.5)
    case 'int':
      return random.pick(constants.ints)
    case 'double':
      return random.pick(constants.doubles)
    case 'string':
      return random.pick(constants.strings)
    case 'literals':
      return random.pick(type.values)
    case 'timestamp':
      return random.pick(constants.timestamps)
    case 'duration':
      return random.pick(constants.durations)
    case 'ip':
      return random.pick(constants.addresses)
    case 'cidr':
      return random.pick(constants.networks)
    case 'list':
      return many(type.element)
    case 'set':
      return distinct(many(type.element))
    case 'map':
      return Object.fromEntries(many(type.value).map((value) => [random.pick(constants.strings), value]))
    case 'record':
      return generateRecord(type.fields, constants, random, depth - 1)
    case 'hierarchy':
      return generateHierarchy(constants, random)
    default:
      throw new Error(`no value comes in as ${type.kind}`)
  }
}

/** Uses the fields' names in the input. */
export function generateRecord(
  fields: ReadonlyMap<string, FieldShape>,
  constants: Constants,
  random: Random,
  depth = 4,
): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const { type, optional, path } of fields.values()) {
    if (optional && (depth <= 0 || random.chance(0.4))) continue
    put(record, path, generateValue(type, constants, random, Math.max(depth, 0)))
  }
  return record
}

function put(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path
  if (rest.length === 0) {
    define(into, first, value)
    return
  }
  const inner = Object.hasOwn(into, first) ? into[first] : {}
  define(into, first, inner)
  put(inner as Record<string, unknown>, rest, value)
}

/** Also handles the name `__proto__`. */
function define(into: object, name: string, value: unknown): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true })
}

/** Parents come later in the list, which prevents cycles. */
function generateHierarchy({ strings }: Constants, random: Random): Record<string, readonly string[]> {
  const names = random.some(strings, 6)
  return Object.fromEntries(names.map((name, at) => [name, random.some(names.slice(at + 1), 2)]))
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}
