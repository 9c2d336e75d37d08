import type { Expression } from '../../language/index.ts'

/**
 * What an expression can be. Times are nanoseconds (of a timestamp since 1970), addresses and ranges their canonical texts. A record is a map
 * that lacks the optional fields that are absent, and so are `caller`, `params` and the other roots; a hierarchy maps names to parents.
 * An optional is a list of at most one.
 */
export type Value = boolean | number | bigint | string | readonly Value[] | Fields | SetValue
export type Fields = ReadonlyMap<string, Value>
/** No two elements are equal. */
export type SetValue = { readonly set: readonly Value[] }

/** An evaluation error: thrown from where it arises to what looks past it. `at` is the innermost expression that erred. */
export class Failure extends Error {
  declare readonly message: 'overflow' | 'division-by-zero' | 'conversion' | 'range' | 'header-value'
  at: Expression | null = null
}

/** Throws an evaluation error. */
export function fail(kind: Failure['message']): never {
  throw new Failure(kind)
}

/** There is one zero. */
export function int(value: number): number {
  return Number.isSafeInteger(value) ? value + 0 : fail('overflow')
}

/** Repetitions collapse. NaN is equal to nothing, so it never does. */
export function setOf(elements: readonly Value[]): SetValue {
  return { set: elements.filter((element, at) => !elements.slice(0, at).some((earlier) => equal(earlier, element))) }
}

/** Of a list or set its elements, of a map its keys. */
export function elementsOf(value: Value): readonly Value[] {
  if (value instanceof Map) return [...value.keys()]
  return Array.isArray(value) ? value : (value as SetValue).set
}

/** `==` on two values of one type. */
export function equal(left: Value, right: Value): boolean {
  if (typeof left !== 'object') return left === right
  const [a, b] = [elementsOf(left), elementsOf(right)]
  if (a.length !== b.length) return false
  if (Array.isArray(left)) return a.every((element, at) => equal(element, b[at] as Value))
  if (!a.every((element) => b.some((other) => equal(element, other)))) return false
  return !(left instanceof Map) || [...left].every(([key, value]) => equal(value, (right as Fields).get(key) as Value))
}

/** Whether `left < right`: texts by code point, everything else as JavaScript has it. */
export function less(left: Value, right: Value): boolean {
  if (typeof left !== 'string') return left < right
  const [a, b] = [[...left], [...(right as string)]]
  const at = a.findIndex((character, index) => character !== b[index])
  return at === -1 ? a.length < b.length : at < b.length && Number(a[at]?.codePointAt(0)) < Number(b[at]?.codePointAt(0))
}

/** All that is above a name in a hierarchy. */
export function ancestorsOf(parents: ReadonlyMap<string, readonly string[]>, name: string): ReadonlySet<string> {
  const above = new Set(parents.get(name))
  for (const one of above) for (const parent of parents.get(one) ?? []) above.add(parent)
  return above
}
