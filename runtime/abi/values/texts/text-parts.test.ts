import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charAt, indexOf, lastIndexOf, substring } from './text-parts.ts'

const OUTSIDE = undefined
/** Where an int is wanted. */
const NOWHERE = Number.NaN

test.each([
  ['tacocat', 3, 'o'],
  ['tacocat', 7, ''],
  ['tacocat', 8, OUTSIDE],
  ['tacocat', -1, OUTSIDE],
  ['', 0, ''],
  ['a\u{1f600}b', 1, '\u{1f600}'],
  ['a\u{1f600}b', 2, 'b'],
  ['a\u{1f600}b', 4, OUTSIDE],
])('charAt %j %i', (text, position, expected) => expect(charAt(text, position)).toBe(expected))

test.each<[string, string, number | undefined, number]>([
  ['tacocat', '', undefined, 0],
  ['tacocat', 'ac', undefined, 1],
  ['tacocat', 'none', undefined, -1],
  ['tacocat', '', 3, 3],
  ['tacocat', 'a', 3, 5],
  ['tacocat', '', 7, 7],
  ['tacocat', 'a', 7, -1],
  ['tacocat', 'a', 8, NOWHERE],
  ['tacocat', 'a', -1, NOWHERE],
  ['ta©o©αT', '©αT', 3, 4],
  ['\u{1f600}\u{1f600}x', 'x', 1, 2],
])('indexOf %j %j %s', (text, part, from, expected) => expect(indexOf(text, part, from)).toBe(expected))

test.each<[string, string, number | undefined, number]>([
  ['', '@@', undefined, -1],
  ['tacocat', '', undefined, 7],
  ['tacocat', 'at', undefined, 5],
  ['tacocat', '', 3, 3],
  ['tacocat', 'a', 3, 1],
  ['tacocat', 'a', 7, 5],
  ['hello wello', 'ello', 6, 1],
  ['bananananana', 'nana', 7, 6],
  ['tacocat', 'a', 8, NOWHERE],
  ['tacocat', 'a', -1, NOWHERE],
  ['x\u{1f600}x', 'x', undefined, 2],
])('lastIndexOf %j %j %s', (text, part, from, expected) => expect(lastIndexOf(text, part, from)).toBe(expected))

test.each<[string, number, number | undefined, string | undefined]>([
  ['tacocat', 4, undefined, 'cat'],
  ['tacocat', 7, undefined, ''],
  ['tacocat', 8, undefined, OUTSIDE],
  ['tacocat', -1, undefined, OUTSIDE],
  ['tacocat', 0, 4, 'taco'],
  ['tacocat', 4, 4, ''],
  ['tacocat', 4, 3, OUTSIDE],
  ['tacocat', 1, 50, OUTSIDE],
  ['ta©o©αT', 2, 6, '©o©α'],
  ['\u{1f600}b\u{1f600}', 1, 2, 'b'],
])('substring %j %i %s', (text, from, to, expected) => expect(substring(text, from, to)).toBe(expected))

test('as arrays of code points have it', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', '\u{1f600}', '\u{1f601}', 'ä'), { maxLength: 8 })
  fc.assert(
    fc.property(texts, texts, fc.integer({ min: -1, max: 9 }), (points, part, from) => {
      const [text, needle] = [points.join(''), part.join('')]
      const isAt = (at: number) => part.every((point, offset) => points[at + offset] === point)
      const places = Array.from({ length: points.length + 1 }, (_, at) => at).filter(isAt)
      const outside = from < 0 || from > points.length
      expect(indexOf(text, needle, from)).toBe(outside ? NOWHERE : (places.find((at) => at >= from) ?? -1))
      expect(lastIndexOf(text, needle, from)).toBe(outside ? NOWHERE : (places.findLast((at) => at <= from) ?? -1))
      expect(substring(text, from)).toBe(outside ? undefined : points.slice(from).join(''))
    }),
    { seed: 5, numRuns: 2000 },
  )
})
