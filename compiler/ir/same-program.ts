import type { Program } from './policy.ts'

/** Returns whether two programs are structurally equal. Shared expressions are compared once. */
export function sameProgram(left: Program, right: Program): boolean {
  return same(left, right, new Map())
}

function same(left: unknown, right: unknown, known: Map<object, Set<object>>): boolean {
  if (left === right || Object.is(left, right)) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  const others = known.get(left) ?? new Set()
  // If this pair was seen and differed, the comparison would have ended.
  if (others.has(right)) return true
  known.set(left, others.add(right))
  if (left instanceof Map) return right instanceof Map && same([...left], [...right], known)
  const [keys, otherKeys] = [Object.keys(left), Object.keys(right)]
  if (keys.length !== otherKeys.length) return false
  const [a, b] = [left as Readonly<Record<string, unknown>>, right as Readonly<Record<string, unknown>>]
  return keys.every((key) => same(a[key], b[key], known))
}
