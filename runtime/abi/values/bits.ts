/** Bits of 64-bit two's complement as two halves: bigint operations allocate. A result that is no int is NaN, an error. */
import { intOf } from './int.ts'

const HALF = 2 ** 32

/** Returns the upper 32 bits of an integer, signed. JavaScript's operators use the lower ones. */
function upper(value: number): number {
  return Math.floor(value / HALF) | 0
}

/**
 * Returns functions of bits. As variables of a closure take fewer bytes of code than those of a module, they stay short enough
 * (see `scratch-registers.ts`).
 */
function makeBits(handed: { left: number; right: number; result: number }) {
  function give(high: number, low: number): void {
    handed.result = intOf(high * HALF + (low >>> 0))
  }

  function bitOr(left: number, right: number): number {
    const numbers = handed
    numbers.left = left
    numbers.right = right
    or()
    return numbers.result
  }

  function or(): void {
    const { left, right } = handed
    give(upper(left) | upper(right), left | right)
  }

  function bitAnd(left: number, right: number): number {
    const numbers = handed
    numbers.left = left
    numbers.right = right
    and()
    return numbers.result
  }

  function and(): void {
    const { left, right } = handed
    give(upper(left) & upper(right), left & right)
  }

  function bitXor(left: number, right: number): number {
    const numbers = handed
    numbers.left = left
    numbers.right = right
    xor()
    return numbers.result
  }

  function xor(): void {
    const { left, right } = handed
    give(upper(left) ^ upper(right), left ^ right)
  }

  function bitNot(value: number): number {
    handed.left = value
    not()
    return handed.result
  }

  function not(): void {
    give(~upper(handed.left), ~handed.left)
  }

  function bitShiftLeft(value: number, places: number): number {
    const numbers = handed
    numbers.left = value
    numbers.right = places
    shiftLeft()
    return numbers.result
  }

  function shiftLeft(): void {
    const { left: value, right: places } = handed
    if (places < 0) handed.result = Number.NaN
    else if (places >= 64) handed.result = 0
    else if (places >= 32) give(value << (places - 32), 0)
    else if (places === 0) handed.result = value
    else give((upper(value) << places) | (value >>> (32 - places)), value << places)
  }

  /** A logical shift: the sign bit moves too. */
  function bitShiftRight(value: number, places: number): number {
    const numbers = handed
    numbers.left = value
    numbers.right = places
    shiftRight()
    return numbers.result
  }

  function shiftRight(): void {
    const { left: value, right: places } = handed
    const high = upper(value)
    if (places < 0) handed.result = Number.NaN
    else if (places >= 64) handed.result = 0
    else if (places >= 32) give(0, high >>> (places - 32))
    else if (places === 0) handed.result = value
    else give(high >>> places, (value >>> places) | (high << (32 - places)))
  }

  return { bitOr, bitAnd, bitXor, bitNot, bitShiftLeft, bitShiftRight }
}

export const bits = makeBits({ left: 0.5, right: 0.5, result: 0.5 })
