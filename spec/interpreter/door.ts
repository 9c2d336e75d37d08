import type { FieldShape, Type } from '../../language/index.ts'
import { parseAddress } from '../../request/index.ts'
import { parseRange } from './addresses.ts'
import { isTimestamp, parseDuration, parseTimestamp } from './times.ts'
import { ancestorsOf, type Fields, setOf, type Value } from './value.ts'

/** Thrown where a value does not fit; `admitted` turns it into null. */
class Misfit extends Error {}

export function admitted<T>(admit: () => T): T | null {
  try {
    return admit()
  } catch (error) {
    if (error instanceof Misfit) return null
    throw error
  }
}

export function misfit(): never {
  throw new Misfit()
}

/** A text without half of a surrogate pair. */
export const text = (json: unknown) => (typeof json === 'string' && json.isWellFormed() ? json : misfit())
export const array = (json: unknown, { most = Infinity }: { readonly most?: number } = {}): readonly unknown[] =>
  Array.isArray(json) && json.length <= most ? json : misfit()
const object = (json: unknown): Readonly<Record<string, unknown>> =>
  json !== null && typeof json === 'object' && !Array.isArray(json) ? (json as Record<string, unknown>) : misfit()

type Door<T> = (json: unknown, type: T, isClaim: boolean) => Value
type Kind = Exclude<Type['kind'], 'optional' | 'caller' | 'unknown'>

/** From JSON to what conditions read. Records of claims may have more members than are declared, and their times may be seconds. */
export function typed(json: unknown, type: Type, isClaim = false): Value {
  return (doors[type.kind as Kind] as Door<Type>)(json, type, isClaim)
}

const doors: { readonly [K in Kind]: Door<Extract<Type, { kind: K }>> } = {
  bool: (json) => (typeof json === 'boolean' ? json : misfit()),
  int: (json) => (Number.isSafeInteger(json) ? (json as number) + 0 : misfit()),
  double: (json) => (Number.isFinite(json) ? (json as number) + 0 : misfit()),
  string: text,
  literals: (json, { values }) => values.find((value) => value === json) ?? misfit(),
  timestamp: (json, _, isClaim) =>
    isClaim && typeof json === 'number' ? ofSeconds(json) : (parseTimestamp(text(json)) ?? misfit()),
  duration: (json) => parseDuration(text(json)) ?? misfit(),
  ip: (json) => parseAddress(text(json)) ?? misfit(),
  cidr: (json) => parseRange(text(json)) ?? misfit(),
  list: (json, type, isClaim) => array(json, type).map((one) => typed(one, type.element, isClaim)),
  set: (json, type, isClaim) => setOf(array(json, type).map((one) => typed(one, type.element, isClaim))),
  map: (json, { value, most = Infinity }, isClaim) => {
    const entries = Object.entries(object(json))
    return entries.length > most ? misfit() : new Map(entries.map(([key, one]) => [text(key), typed(one, value, isClaim)]))
  },
  record: (json, { fields, open }, isClaim) => {
    const paths = [...fields.values()].map(({ path }) => path)
    if (!isClaim && !open && !isClosed(json, paths)) misfit()
    return fieldsOf(fields, json, (found, { type }) => typed(found, type, isClaim))
  },
  hierarchy: (json) => {
    const parents = new Map(Object.entries(object(json)).map(([name, above]) => [text(name), array(above).map(text)]))
    return [...parents.keys()].some((name) => ancestorsOf(parents, name).has(name)) ? misfit() : parents
  },
}

/** The fields of a record, of claims or of a query, by their own names. */
export function fieldsOf(
  shapes: ReadonlyMap<string, FieldShape>,
  json: unknown,
  admit: (found: unknown, shape: FieldShape) => Value,
): Fields {
  const whole = object(json)
  const fields = [...shapes].flatMap(([name, shape]) => {
    const found = shape.path.reduce<unknown>(memberOf, whole) ?? null
    if (found === null) return shape.optional ? [] : misfit()
    return [[name, admit(found, shape)] as const]
  })
  return new Map(fields)
}

/** What is under a key; absent where the whole is absent or null. What is on the way to a field is an object. */
export function memberOf(whole: unknown, key: string): unknown {
  return whole === undefined || whole === null || !Object.hasOwn(object(whole), key) ? undefined : object(whole)[key]
}

/** Whether there is no member but those that a path leads to or through. */
function isClosed(json: unknown, paths: readonly (readonly string[])[]): boolean {
  return Object.entries(object(json)).every(([key, member]) => {
    const behind = paths.filter(([first]) => first === key).map(([, ...rest]) => rest)
    const isValue = member === null || behind.some((path) => path.length === 0)
    return behind.length > 0 && (isValue || isClosed(member, behind))
  })
}

/** RFC 7519, 2: to the millisecond. */
function ofSeconds(seconds: number): bigint {
  const ns = Number.isFinite(seconds) ? BigInt(Math.round(seconds * 1000)) * 1_000_000n : misfit()
  return isTimestamp(ns) ? ns : misfit()
}
