import { type Expression, isDuration, isTimestamp, type Type } from '../language/index.ts'

/**
 * The values of expressions. Times are nanoseconds (timestamps since 1970), addresses and ranges canonical texts. A record is a
 * map without its absent optional fields, and so are `caller`, `params` and the other roots; a hierarchy maps names to parents.
 * An optional is a list of at most one.
 */
export type Value = boolean | number | bigint | string | readonly Value[] | Fields | SetValue
export type Fields = ReadonlyMap<string, Value>
/** A set of values, as a list in which no two elements are equal. */
export type SetValue = { readonly set: readonly Value[] }

/**
 * An error of evaluation; `at` is the innermost expression that errs. `decode-error`: input does not match its type. Not a
 * subclass of `Error`: matching routes throws it, and a stack trace would take longer than a decision.
 */
export class EvalFailure {
  readonly message: 'overflow' | 'division-by-zero' | 'conversion' | 'range' | 'header-value' | 'decode-error'
  at: Expression | null = null
  constructor(message: EvalFailure['message']) {
    this.message = message
  }
}

export function fail(kind: EvalFailure['message']): never {
  throw new EvalFailure(kind)
}

/** Runs `work` and returns its result. A thrown `EvalFailure` is returned as a value. */
export function attempt<T>(work: () => T): T | EvalFailure {
  try {
    return work()
  } catch (error) {
    if (error instanceof EvalFailure) return error
    throw error
  }
}

export function thrown<T>(result: T | EvalFailure): T {
  if (result instanceof EvalFailure) throw result
  return result
}

/** Returns an `int` of the language: −0 becomes 0, and a number outside of ±(2⁵³−1) is an evaluation error. */
export const int = (value: number) => (Number.isSafeInteger(value) ? value + 0 : fail('overflow'))

/**
 * Returns a value if the range of its type (`int`, `timestamp` or `duration`) includes it; otherwise throws an evaluation error.
 */
export function ranged(value: Value, { kind }: Pick<Type, 'kind'>): Value {
  if (kind === 'int') return int(value as number)
  const isLost = (kind === 'timestamp' && !isTimestamp(value as bigint)) || (kind === 'duration' && !isDuration(value as bigint))
  return isLost ? fail('overflow') : value
}

/** Creates a set of the elements without duplicates. NaN equals nothing, so all NaNs stay. */
export function setOf(elements: readonly Value[]): SetValue {
  return { set: elements.filter((element, at) => !isAmong(elements.slice(0, at), element)) }
}

/** Returns the elements of a list or set, or the keys of a map. */
export function elementsOf(value: Value): readonly Value[] {
  if (value instanceof Map) return [...value.keys()]
  return Array.isArray(value) ? value : (value as SetValue).set
}

export const isAmong = (whole: Value, value: Value) => elementsOf(whole).some((element) => equal(element, value))

/** Returns whether two values of one type are equal, as `==` of the language compares them. */
export function equal(left: Value, right: Value): boolean {
  if (typeof left !== 'object') return left === right
  const [a, b] = [elementsOf(left), elementsOf(right)]
  if (a.length !== b.length) return false
  if (Array.isArray(left)) return a.every((element, at) => equal(element, b[at] as Value))
  if (!a.every((element) => isAmong(right, element))) return false
  return !(left instanceof Map) || [...left].every(([key, value]) => equal(value, (right as Fields).get(key) as Value))
}

/** Returns whether `left < right`: texts by code point, other values as in JavaScript. */
export function less(left: Value, right: Value): boolean {
  if (typeof left !== 'string') return left < right
  const [a, b] = [[...left], [...(right as string)]]
  const at = a.findIndex((character, index) => character !== b[index])
  return at === -1 ? a.length < b.length : at < b.length && Number(a[at]?.codePointAt(0)) < Number(b[at]?.codePointAt(0))
}

/** Returns all ancestors of a name in a hierarchy. */
export function ancestorsOf(parents: ReadonlyMap<string, readonly string[]>, name: string): ReadonlySet<string> {
  const above = new Set(parents.get(name))
  for (const one of above) for (const parent of parents.get(one) ?? []) above.add(parent)
  return above
}
