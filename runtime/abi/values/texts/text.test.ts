import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyCharacter } from '../../../../tests/support/any-character.ts'
import { codePoints, compare, isWellFormed, lowerAscii, upperAscii } from './text.ts'

test('compare and codePoints go by code point', () => {
  const points = (text: string) => [...text].map((c) => (c.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join(' ')
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), fc.string({ unit: anyCharacter }), (a, b) => {
      const expected = points(a) < points(b) ? -1 : a === b ? 0 : 1
      expect(Math.sign(compare(a, b))).toBe(expected)
      expect(codePoints(a)).toBe([...a].length)
    }),
    { seed: 1, numRuns: 2000 },
  )
  expect(compare('\uff5e', '\u{1f600}')).toBeLessThan(0)
  expect(compare('a', 'ab')).toBeLessThan(0)
})

test('case of ASCII leaves other letters', () => {
  expect(lowerAscii('AZÄİ')).toBe('azÄİ')
  expect(upperAscii('azäß')).toBe('AZäß')
})

test('a text with half of a pair has no UTF-8', () => {
  expect(['', 'a😀', '\ud83d\ude00'].map(isWellFormed)).toEqual([true, true, true])
  expect(['\ud83d', 'a\ude00', '\ude00\ud83d'].map(isWellFormed)).toEqual([false, false, false])
})
