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

export function bitOr(left: number, right: number): number | undefined {
  return ofBits(BigInt(left) | BigInt(right))
}

export function bitAnd(left: number, right: number): number | undefined {
  return ofBits(BigInt(left) & BigInt(right))
}

export function bitXor(left: number, right: number): number | undefined {
  return ofBits(BigInt(left) ^ BigInt(right))
}

export function bitNot(value: number): number | undefined {
  return ofBits(~BigInt(value))
}

export function bitShiftLeft(value: number, places: number): number | undefined {
  if (places < 0) return undefined
  return places >= 64 ? 0 : ofBits(BigInt(value) << BigInt(places))
}

/** The sign moves like every other bit. */
export function bitShiftRight(value: number, places: number): number | undefined {
  if (places < 0) return undefined
  return places >= 64 ? 0 : ofBits(BigInt.asUintN(64, BigInt(value)) >> BigInt(places))
}

/** 64 bits of two's complement as an int. */
function ofBits(bits: bigint): number | undefined {
  return int(Number(BigInt.asIntN(64, bits)))
}
