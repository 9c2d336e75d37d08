/**
 * Integers within ±(2⁵³−1). An operation whose result is outside of that is an evaluation error: NaN, as everything that makes an int has it. Minus
 * zero is no int.
 *
 * V8 makes an object of a number that is no small integer where it is handed to a function, or comes back from one, unless that is put in
 * place of its call. Of functions as short as these it does that everywhere.
 */

const LEAST = -9007199254740991
const MOST = 9007199254740991

/** The result of an int operation if it is one. */
export function intOf(result: number): number {
  return result >= LEAST && result <= MOST ? result + 0 : Number.NaN
}

/** Towards zero. A quotient of two ints, rounded to a double, never reaches the next integer, so that cutting it is exact. */
export function quotient(left: number, right: number): number {
  return intOf(Math.trunc(left / right))
}

/** With the sign of the dividend. */
export function remainder(left: number, right: number): number {
  return intOf(left % right)
}

// Bits are those of 64-bit two's complement, in two halves: bigints have them whole, and every operation makes a new one.

const HALF = 2 ** 32

/** The upper 32, with the sign. The lower are what JavaScript's own operators take of a number. */
function upper(value: number): number {
  return Math.floor(value / HALF) | 0
}

function ofHalves(high: number, low: number): number {
  return intOf(high * HALF + (low >>> 0))
}

export function bitOr(left: number, right: number): number {
  return ofHalves(upper(left) | upper(right), left | right)
}

export function bitAnd(left: number, right: number): number {
  return ofHalves(upper(left) & upper(right), left & right)
}

export function bitXor(left: number, right: number): number {
  return ofHalves(upper(left) ^ upper(right), left ^ right)
}

export function bitNot(value: number): number {
  return ofHalves(~upper(value), ~value)
}

export function bitShiftLeft(value: number, places: number): number {
  if (places < 0) return Number.NaN
  if (places >= 64) return 0
  if (places >= 32) return ofHalves(value << (places - 32), 0)
  if (places === 0) return value
  return ofHalves((upper(value) << places) | (value >>> (32 - places)), value << places)
}

/** The sign moves like every other bit. */
export function bitShiftRight(value: number, places: number): number {
  if (places < 0) return Number.NaN
  if (places >= 64) return 0
  const high = upper(value)
  if (places >= 32) return ofHalves(0, high >>> (places - 32))
  if (places === 0) return value
  return ofHalves(high >>> places, (value >>> places) | (high << (32 - places)))
}
