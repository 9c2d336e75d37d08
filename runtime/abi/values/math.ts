/**
 * CEL's `math` extension, where it can err or JavaScript differs. For bits see `bits.ts`, for short functions
 * `scratch-registers.ts`.
 */
import { scratch } from './scratch-registers.ts'

/**
 * Returns the greatest number of a list, or NaN if the list holds one. An empty list is an evaluation error: `undefined` for
 * doubles, NaN for ints.
 */
export function greatestOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : greatestOfInts(values)
}

export function leastOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : leastOfInts(values)
}

export function greatestOfInts(values: readonly number[]): number {
  findGreatest(values)
  return scratch.result
}

function findGreatest(values: readonly number[]): void {
  let greatest = values.length === 0 ? Number.NaN : Number.NEGATIVE_INFINITY
  for (let at = 0; at < values.length; at += 1) greatest = Math.max(greatest, values[at] as number)
  scratch.result = greatest
}

export function leastOfInts(values: readonly number[]): number {
  findLeast(values)
  return scratch.result
}

function findLeast(values: readonly number[]): void {
  let least = values.length === 0 ? Number.NaN : Number.POSITIVE_INFINITY
  for (let at = 0; at < values.length; at += 1) least = Math.min(least, values[at] as number)
  scratch.result = least
}

/** Rounds a number to the nearest integer, halves away from zero. */
export function round(value: number): number {
  scratch.left = value
  roundHanded()
  return scratch.result
}

function roundHanded(): void {
  const value = scratch.left
  scratch.result = value < 0 ? -Math.round(-value) : Math.round(value)
}
