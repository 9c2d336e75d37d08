/** Integers within ±(2⁵³−1). An operation whose result is outside of that is an evaluation error: `undefined`. Minus zero is no int. */

/** The result of an int operation if it is one. NaN, which an undefined operand makes, is none. */
export function int(result: number): number | undefined {
  return result >= Number.MIN_SAFE_INTEGER && result <= Number.MAX_SAFE_INTEGER ? result + 0 : undefined
}

/** Towards zero. A quotient of two ints, rounded to a double, never reaches the next integer, so that cutting it is exact. */
export function quotient(left: number, right: number): number | undefined {
  return int(Math.trunc(left / right))
}

/** With the sign of the dividend. */
export function remainder(left: number, right: number): number | undefined {
  return int(left % right)
}

// Bits are those of 64-bit two's complement, in two halves: bigints have them whole, and every operation makes a new one.

const HALF = 2 ** 32

/** The upper 32, with the sign. The lower are what JavaScript's own operators take of a number. */
function upper(value: number): number {
  return Math.floor(value / HALF) | 0
}

function ofHalves(high: number, low: number): number | undefined {
  return int(high * HALF + (low >>> 0))
}

export function bitOr(left: number, right: number): number | undefined {
  return ofHalves(upper(left) | upper(right), left | right)
}

export function bitAnd(left: number, right: number): number | undefined {
  return ofHalves(upper(left) & upper(right), left & right)
}

export function bitXor(left: number, right: number): number | undefined {
  return ofHalves(upper(left) ^ upper(right), left ^ right)
}

export function bitNot(value: number): number | undefined {
  return ofHalves(~upper(value), ~value)
}

export function bitShiftLeft(value: number, places: number): number | undefined {
  if (places < 0) return undefined
  if (places >= 64) return 0
  if (places >= 32) return ofHalves(value << (places - 32), 0)
  if (places === 0) return value
  return ofHalves((upper(value) << places) | (value >>> (32 - places)), value << places)
}

/** The sign moves like every other bit. */
export function bitShiftRight(value: number, places: number): number | undefined {
  if (places < 0) return undefined
  if (places >= 64) return 0
  const high = upper(value)
  if (places >= 32) return ofHalves(0, high >>> (places - 32))
  if (places === 0) return value
  return ofHalves(high >>> places, (value >>> places) | (high << (32 - places)))
}
