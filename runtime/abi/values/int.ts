/** Integers within ±(2⁵³−1), without −0. Results outside are errors, NaN. Why functions are short: `scratch-registers.ts`. */
const { trunc } = Math

/** Returns the result of an int operation, or NaN, an evaluation error, outside of ±(2⁵³−1). −0 becomes 0. */
export function intOf(result: number): number {
  // A module constant would be boxed, and so would the result; `Number.NaN` is longer.
  return result >= -9007199254740991 && result <= 9007199254740991 ? result + 0 : NaN
}

/**
 * Returns the quotient of two ints, truncated, or NaN for division by zero. It is exact, because a rounded quotient of two ints
 * never reaches the next integer.
 */
export function quotient(left: number, right: number): number {
  return intOf(trunc(left / right))
}

/** Returns the remainder of a division of two ints, with the sign of the dividend, or NaN for division by zero. */
export function remainder(left: number, right: number): number {
  return intOf(left % right)
}
