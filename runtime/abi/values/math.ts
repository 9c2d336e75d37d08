/** CEL's `math` extension, as far as it can err or JavaScript differs; see `int.ts` for bits. */

/** NaN where one is. */
export function greatest(...values: readonly number[]): number {
  return values.length === 1 ? (values[0] as number) : Math.max(...values)
}

export function least(...values: readonly number[]): number {
  return values.length === 1 ? (values[0] as number) : Math.min(...values)
}

/** Undefined, an error, of an empty list. */
export function greatestOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b))
}

export function leastOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b))
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
