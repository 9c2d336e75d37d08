import { expect, test } from 'vitest'
import { durationText, readDuration } from './duration.ts'

test.each([
  ['5m', 300_000],
  ['301s', 301_000],
  ['1h', 3_600_000],
  ['90m', 5_400_000],
  ['250ms', 250],
  ['0ms', 0],
  ['30d', 2_592_000_000],
])('%s', (text, milliseconds) => {
  expect(readDuration(text)).toBe(milliseconds)
  expect(durationText(milliseconds)).toBe(text)
})

test.each(['', '5', 'm', '-1m', '5 weeks', '1e9d'])('`%s` is refused', (text) => {
  expect(() => readDuration(text)).toThrow('is not a duration')
})
