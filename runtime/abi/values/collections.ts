/** Lists, sets, maps, records and optionals of conditions. NaN equals nothing, itself included. Sets hold scalars only. */

import { makeSet } from './numbers.ts'

export type Scalar = boolean | number | string | bigint

/**
 * Returns the set of a list's elements. Each NaN becomes a separate symbol, because NaN equals nothing, so a search never finds
 * it.
 */
export function setOf(elements: readonly Scalar[]): ReadonlySet<unknown> {
  return makeSet(elements.map((element): unknown => (Number.isNaN(element) ? Symbol('NaN') : element)))
}

/** Converts an element of a set that `setOf` has made to a number. A symbol, which stands for NaN, becomes NaN. */
export function numberOf(element: number | symbol): number {
  return typeof element === 'symbol' ? Number.NaN : element
}

/** Returns the map with the given entries. Returns `undefined`, an evaluation error, if two entries have the same key. */
export function mapOf(entries: readonly (readonly [string, unknown])[]): ReadonlyMap<string, unknown> | undefined {
  const map = new Map(entries)
  return map.size === entries.length ? map : undefined
}

export function sameList(left: readonly Scalar[], right: readonly Scalar[]): boolean {
  if (left.length !== right.length) return false
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false
  return true
}

export function sameSet(left: ReadonlySet<unknown>, right: ReadonlySet<unknown>): boolean {
  return left.size === right.size && includesSet(left, right)
}

/** Returns whether two values of the same type are equal: scalars, lists, sets, maps or records. NaN equals nothing. */
export function same(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((element, at) => same(element, right[at]))
  if (left instanceof Set && right instanceof Set) return sameSet(left, right)
  if (left instanceof Map && right instanceof Map) {
    if (left.size !== right.size) return false
    for (const [key, value] of left) if (!right.has(key) || !same(value, right.get(key))) return false
    return true
  }
  return sameRecord(left as Readonly<Record<string, unknown>>, right as Readonly<Record<string, unknown>>)
}

/** Returns whether two records of one declaration are equal. An absent optional field is undefined or missing. */
function sameRecord(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): boolean {
  for (const key of Object.keys(left)) if (!same(left[key], right[key]) && !isLink(key)) return false
  for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined && !isLink(key)) return false
  return true
}

/** Returns whether a key is that of a link to other data (`compiler/codegen/decode/emit-links.ts`). */
function isLink(key: string): boolean {
  return key.lastIndexOf('$') > 0
}

export function isIn(list: readonly unknown[], value: unknown): boolean {
  return list.some((element) => same(element, value))
}

/** Maximum number of comparisons for which no set is made. `indexOf` never finds NaN. */
const FEW = 256

/** Returns whether all elements of the second list are in the first. */
export function includesList(list: readonly Scalar[], others: readonly Scalar[]): boolean {
  if (list.length * others.length <= FEW) {
    for (let at = 0; at < others.length; at += 1) if (list.indexOf(others[at] as Scalar) < 0) return false
    return true
  }
  const found = new Set(list)
  return others.every((other) => !Number.isNaN(other) && found.has(other))
}

export function includesSet(set: ReadonlySet<unknown>, others: ReadonlySet<unknown>): boolean {
  for (const other of others) if (typeof other === 'symbol' || !set.has(other)) return false
  return true
}

export function equivalentLists(left: readonly Scalar[], right: readonly Scalar[]): boolean {
  return includesList(left, right) && includesList(right, left)
}

export function intersectLists(left: readonly Scalar[], right: readonly Scalar[]): boolean {
  if (left.length * right.length <= FEW) {
    for (let at = 0; at < right.length; at += 1) if (left.indexOf(right[at] as Scalar) >= 0) return true
    return false
  }
  const found = new Set(left)
  return right.some((other) => !Number.isNaN(other) && found.has(other))
}

export function intersectSets(left: ReadonlySet<unknown>, right: ReadonlySet<unknown>): boolean {
  for (const other of right) if (typeof other !== 'symbol' && left.has(other)) return true
  return false
}
