/**
 * Integers within ±(2⁵³−1). An operation whose result is outside of that is an evaluation error: NaN, as everything that makes an
 * int has it. Minus zero is no int. Why the functions are so short, `handed.ts` says.
 */
const { trunc } = Math

/** The result of an int operation if it is one. */
export function intOf(result: number): number {
  // A constant of this module would be an object to V8, and so would be the result; `Number.NaN` is longer.
  return result >= -9007199254740991 && result <= 9007199254740991 ? result + 0 : NaN
}

/** Towards zero. A quotient of two ints, rounded to a double, never reaches the next integer, so that cutting it is exact. */
export function quotient(left: number, right: number): number {
  return intOf(trunc(left / right))
}

/** With the sign of the dividend. */
export function remainder(left: number, right: number): number {
  return intOf(left % right)
}
