/** CEL's `math` extension, as far as it can err or JavaScript differs; see `int.ts` for bits. */

/** NaN where one is. An error of an empty list: `undefined` of doubles, NaN of ints. */
export function greatestOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : greatestOfInts(values)
}

export function leastOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : leastOfInts(values)
}

export function greatestOfInts(values: readonly number[]): number {
  let greatest = values.length === 0 ? Number.NaN : Number.NEGATIVE_INFINITY
  for (let at = 0; at < values.length; at += 1) greatest = Math.max(greatest, values[at] as number)
  return greatest
}

export function leastOfInts(values: readonly number[]): number {
  let least = values.length === 0 ? Number.NaN : Number.POSITIVE_INFINITY
  for (let at = 0; at < values.length; at += 1) least = Math.min(least, values[at] as number)
  return least
}

/** Halves go away from zero. */
export function round(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value)
}

/** −1, 0 or 1; NaN of NaN. */
export function sign(value: number): number {
  return value > 0 ? 1 : value < 0 ? -1 : value === 0 ? 0 : value
}

export function isInf(value: number): boolean {
  return Math.abs(value) === Number.POSITIVE_INFINITY
}
