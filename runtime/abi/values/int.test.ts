import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bits } from './bits.ts'
import { intOf, quotient, remainder } from './int.ts'

const FULL = process.env.IAP_FULL === '1'

const { bitAnd, bitNot, bitOr, bitShiftLeft, bitShiftRight, bitXor } = bits
const MAX = Number.MAX_SAFE_INTEGER
const ERROR = Number.NaN

test('no int is minus zero', () => {
  for (const zero of [intOf(-0), quotient(-1, 2), quotient(0, -3), remainder(-4, 2), intOf(-1 * 0)])
    expect(Object.is(zero, 0)).toBe(true)
})

test.each([
  [42, 2, 21, 0],
  [-7, 2, -3, -1],
  [7, -2, -3, 1],
  [-42, -5, 8, -2],
  [43, -5, -8, 3],
  [1, 0, ERROR, ERROR],
  [0, 0, ERROR, ERROR],
  [-MAX, -1, MAX, 0],
  [MAX, MAX - 1, 1, 1],
  [MAX - 1, MAX, 0, MAX - 1],
])('%i by %i', (left, right, divided, rest) => {
  expect(quotient(left, right)).toBe(divided)
  expect(remainder(left, right)).toBe(rest)
})

test('as exact arithmetic has it', () => {
  const ints = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(0, 1, -1, MAX, -MAX, MAX - 1, 3, 94906267))
  const exact = (value: bigint) => (value > BigInt(MAX) || value < -BigInt(MAX) ? ERROR : Number(value))
  const wrapped = (value: bigint) => exact(BigInt.asIntN(64, value))
  fc.assert(
    fc.property(ints, ints, fc.integer({ min: 0, max: 70 }), (a, b, places) => {
      const [x, y] = [BigInt(a), BigInt(b)]
      expect(intOf(a * b)).toBe(exact(x * y))
      expect(quotient(a, b)).toBe(b === 0 ? ERROR : exact(x / y))
      expect(remainder(a, b)).toBe(b === 0 ? ERROR : exact(x % y))
      expect([bitAnd(a, b), bitOr(a, b), bitXor(a, b), bitNot(a)]).toEqual([x & y, x | y, x ^ y, ~x].map(wrapped))
      expect(bitShiftLeft(a, places)).toBe(wrapped(x << BigInt(places)))
      expect(bitShiftRight(a, places)).toBe(wrapped(BigInt.asUintN(64, x) >> BigInt(places)))
    }),
    { seed: 6, numRuns: FULL ? 5000 : 1000 },
  )
})

test('an operand that erred makes an error', () => {
  const erred = undefined as unknown as number
  expect([intOf(erred + 1), quotient(erred, 1), quotient(1, erred), remainder(erred, 1)]).toEqual([ERROR, ERROR, ERROR, ERROR])
})

test.each([
  ['bitShiftLeft', bitShiftLeft(1, 200), 0],
  ['bitShiftLeft of a negative number', bitShiftLeft(-1, 200), 0],
  ['bitShiftLeft by a negative number', bitShiftLeft(1, -1), ERROR],
  ['bitShiftRight', bitShiftRight(1024, 2), 256],
  ['bitShiftRight by all', bitShiftRight(-1024, 64), 0],
  // 2305843009213693824 in CEL, which no int of ours can hold.
  ['bitShiftRight of a negative number', bitShiftRight(-1024, 3), ERROR],
  ['bitShiftRight of a negative number by many', bitShiftRight(-1024, 60), 15],
  ['bitNot', bitNot(-1), 0],
  ['bitNot of the least', bitNot(-MAX), MAX - 1],
  ['bitNot of the greatest', bitNot(MAX), ERROR],
])('%s', (_, actual, expected) => expect(actual).toBe(expected))
