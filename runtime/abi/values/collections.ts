/** Lists and sets of scalars, as conditions build and compare them. NaN is equal to nothing, itself included. */

export type Scalar = boolean | number | string

/** Repetitions collapse. A NaN, equal to nothing, stays an element of its own that nothing finds. */
export function setOf(elements: readonly Scalar[]): ReadonlySet<unknown> {
  const set = new Set<unknown>()
  for (const element of elements) set.add(Number.isNaN(element) ? Symbol('NaN') : element)
  return set
}

export function sameList(left: readonly Scalar[], right: readonly Scalar[]): boolean {
  if (left.length !== right.length) return false
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false
  return true
}

export function sameSet(left: ReadonlySet<unknown>, right: ReadonlySet<unknown>): boolean {
  if (left.size !== right.size) return false
  for (const element of left) if (!right.has(element) || typeof element === 'symbol') return false
  return true
}
