import type { Type } from '../../language/index.ts'

/**
 * What an expression can be. A set is an array whose elements are unequal; a record is a map that lacks the optional
 * fields that are absent; `caller`, `params` and `request` are records.
 */
export type Value = boolean | number | string | readonly Value[] | ReadonlyMap<string, Value>

/** The only evaluation error of this version: an `int` outside ±(2⁵³−1). */
export const OVERFLOW = Symbol('overflow')
export type Result = Value | typeof OVERFLOW

/** Repetitions collapse. NaN is equal to nothing, so it never does. */
export function setOf(elements: readonly Value[]): readonly Value[] {
  return elements.filter((element, at) => !elements.slice(0, at).some((earlier) => earlier === element))
}

/** `==` on two values of one type: scalars, lists of scalars, sets of scalars. */
export function equal(left: Value, right: Value, type: Type): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right
  if (left.length !== right.length) return false
  return type.kind === 'set'
    ? left.every((element) => right.some((other) => other === element))
    : left.every((element, at) => element === right[at])
}

/** Whether `left < right`: numbers by size, strings by code point. Comparisons with NaN are false. */
export function less(left: Value, right: Value): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return left < right
  const [a, b] = [codePoints(left), codePoints(right)]
  const at = a.findIndex((point, index) => point !== b[index])
  if (at === -1) return a.length < b.length
  const other = b[at]
  return other !== undefined && (a[at] as number) < other
}

export function codePoints(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) as number)
}
