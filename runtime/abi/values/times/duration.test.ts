import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as durations from './duration.ts'

const { durationOf, formatDuration, parseDuration } = durations
const S = 10n ** 9n

test.each([
  ['0', 0n],
  ['-0', 0n],
  ['1000000s', 1000000n * S],
  ['1h30m', 5400n * S],
  ['-1.5s', -1_500_000_000n],
  ['+1.5h', 5400n * S],
  ['.5s', 500_000_000n],
  ['1.s', S],
  ['100ms', 100_000_000n],
  ['1us', 1000n],
  ['1ns', 1n],
  ['1.9ns', 1n],
  ['-1.9ns', -1n],
  ['1m1ms', 60n * S + 1_000_000n],
  ['1s1h', 3601n * S],
  ['0.000000001h', 3600n],
  ['0.333333333333333333333h', 1199_999999999n],
  ['315576000000s', 315_576_000_000n * S],
  ['-87660000h', -315_576_000_000n * S],
  ['000000000000000000000000000001s', S],
])('%s', (text, expected) => expect(parseDuration(text)).toBe(expected))

test.each([
  '',
  '+',
  '-',
  '1',
  '1.5',
  '00',
  '.s',
  's',
  '1 s',
  ' 1s',
  '1s ',
  '1d',
  '1µs',
  '1S',
  '--1s',
  '1h-30m',
  '1e3s',
  '315576000000.000000001s',
  '320000000000s',
  '-320000000000s',
  `${'9'.repeat(5000)}s`,
  '1s\n',
])('not %j', (text) => expect(parseDuration(text)).toBeUndefined())

test.each([
  [90n * S, '90s'],
  [500_000_000n, '0.5s'],
  [-1_500_000_000n, '-1.5s'],
  [-1n, '-0.000000001s'],
  [0n, '0s'],
])('%s is written %s', (duration, expected) => expect(formatDuration(duration)).toBe(expected))

test('what is written is read again', () => {
  const all = fc.bigInt({ min: -315_576_000_000n * S, max: 315_576_000_000n * S })
  fc.assert(
    fc.property(all, (duration) => {
      expect(parseDuration(formatDuration(duration))).toBe(duration)
    }),
    { seed: 8 },
  )
})

test('the range', () => {
  expect(durationOf(315_576_000_000n * S)).toBe(315_576_000_000n * S)
  expect(durationOf(315_576_000_000n * S + 1n)).toBeUndefined()
  expect(durationOf(-315_576_000_000n * S - 1n)).toBeUndefined()
})

test('getters are whole, milliseconds within the second, all towards zero', () => {
  const parts = (text: string) => {
    const duration = parseDuration(text) ?? 0n
    return [
      durations.durationHours(duration),
      durations.durationMinutes(duration),
      durations.durationSeconds(duration),
      durations.durationMilliseconds(duration),
    ]
  }
  expect(parts('10000s')).toEqual([2, 166, 10000, 0])
  expect(parts('123.321456789s')).toEqual([0, 2, 123, 321])
  expect(parts('-1h1m1.9999s')).toEqual([-1, -61, -3661, -999])
})
