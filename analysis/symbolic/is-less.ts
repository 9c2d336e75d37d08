import type { ConstValue } from '../../compiler/ir/index.ts'

/** Of texts by code points, as everywhere. */
export function isLess(a: ConstValue, b: ConstValue): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return (a as number) < (b as number)
  const [left, right] = [Array.from(a), Array.from(b)]
  for (let at = 0; at < right.length; at++) {
    const [one, other] = [left[at]?.codePointAt(0) ?? -1, right[at]?.codePointAt(0) as number]
    if (one !== other) return one < other
  }
  return false
}
