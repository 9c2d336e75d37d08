/**
 * Membership in number collections. V8 does not inline `Set.has`: see `scratch-registers.ts`. An int may come in two halves, the
 * upper signed, which as small integers pass to functions unboxed.
 */
import { scratch } from './scratch-registers.ts'

/** A set that also keeps its large numbers in a sorted table. */
class FarNumbers<T> extends Set<T> {
  readonly #far: Float64Array

  constructor(elements: Iterable<T>, far: readonly number[]) {
    super(elements)
    // Sorted as numbers.
    this.#far = Float64Array.from(far).sort()
  }

  hasSought(): boolean {
    const far = this.#far
    const value = scratch.left
    let low = 0
    let high = far.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((far[middle] as number) < value) low = middle + 1
      else high = middle
    }
    return low < far.length && far[low] === value
  }
}

/** Returns a set of elements of any type, in which `setHas` can find large numbers without allocating memory. */
export function makeSet<T>(elements: Iterable<T>): ReadonlySet<T> {
  const set = new Set(elements)
  const far: number[] = []
  for (const element of set) if (typeof element === 'number' && !isSmall(element)) far.push(element)
  return far.length === 0 ? set : new FarNumbers(set, far)
}

function isSmall(value: number): boolean {
  return (value | 0) === value
}

/** Returns whether a set made by `makeSet` has a number. NaN is never found. */
export function setHas(set: ReadonlySet<unknown>, value: number): boolean {
  scratch.left = value
  return findInSet(set)
}

export function setHasInt(set: ReadonlySet<unknown>, high: number, low: number): boolean {
  if (high === low >> 31) return set.has(low)
  scratch.left = high * HALF + (low >>> 0)
  return set instanceof FarNumbers && set.hasSought()
}

const HALF = 2 ** 32

function findInSet(set: ReadonlySet<unknown>): boolean {
  const value = scratch.left
  const small = value | 0
  if (small === value) return set.has(small)
  return set instanceof FarNumbers && set.hasSought()
}

/** Returns whether a list has a number. NaN is never found. */
export function listHas(list: readonly number[], value: number): boolean {
  scratch.left = value
  return findInList(list)
}

export function listHasInt(list: readonly number[], high: number, low: number): boolean {
  scratch.left = high * HALF + (low >>> 0)
  return findInList(list)
}

function findInList(list: readonly number[]): boolean {
  const value = scratch.left
  for (let at = 0; at < list.length; at += 1) if (list[at] === value) return true
  return false
}
