/**
 * What is asked of collections of numbers. V8 makes an object of a number that is no small integer where it is handed to a function, `Set.has` among
 * them. So such a number is written down, and what is called finds it there; the functions that write it are so short that V8 puts them
 * in place of their calls, everywhere.
 */

/** The number that is looked for. */
const sought = new Float64Array(1)

/** A set with numbers that are no small integers, which it has in a table besides. */
class FarNumbers<T> extends Set<T> {
  readonly #far: Float64Array

  constructor(elements: Iterable<T>, far: readonly number[]) {
    super(elements)
    // Sorted as numbers.
    this.#far = Float64Array.from(far).sort()
  }

  hasSought(): boolean {
    const far = this.#far
    const value = sought[0] as number
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

/** A set of whatever elements; of numbers one that `setHas` can ask. */
export function makeSet<T>(elements: Iterable<T>): ReadonlySet<T> {
  const set = new Set(elements)
  const far: number[] = []
  for (const element of set) if (typeof element === 'number' && !isSmall(element)) far.push(element)
  return far.length === 0 ? set : new FarNumbers(set, far)
}

function isSmall(value: number): boolean {
  return (value | 0) === value
}

/** Whether a number is in a set that `makeSet` made. NaN is in none. */
export function setHas(set: ReadonlySet<unknown>, value: number): boolean {
  sought[0] = value
  return findInSet(set)
}

function findInSet(set: ReadonlySet<unknown>): boolean {
  const value = sought[0] as number
  const small = value | 0
  if (small === value) return set.has(small)
  return set instanceof FarNumbers && set.hasSought()
}

/** Whether a number is in a list. NaN is in none. */
export function listHas(list: readonly number[], value: number): boolean {
  sought[0] = value
  return findInList(list)
}

function findInList(list: readonly number[]): boolean {
  const value = sought[0] as number
  for (let at = 0; at < list.length; at += 1) if (list[at] === value) return true
  return false
}
