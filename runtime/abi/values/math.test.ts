import { expect, test } from 'vitest'
import { greatestOf, greatestOfInts, leastOf, leastOfInts, round } from './math.ts'

test('greatest and least', () => {
  expect([greatestOf([1, 3]), leastOf([1, 3]), greatestOf([]), leastOf([])]).toEqual([3, 1, undefined, undefined])
  expect([greatestOf([Number.NaN, 1]), leastOf([1, Number.NaN])]).toEqual([Number.NaN, Number.NaN])
  expect([greatestOfInts([1, 3]), leastOfInts([1, 3]), greatestOfInts([]), leastOfInts([])]).toEqual([
    3,
    1,
    Number.NaN,
    Number.NaN,
  ])
  const many = Array.from({ length: 300_000 }, (_, at) => at)
  expect([greatestOf(many), leastOf(many)]).toEqual([299_999, 0])
})

test.each([
  [-1.6, -2],
  [-1.5, -2],
  [-1.4, -1],
  [1.5, 2],
  [2.5, 3],
  [-2.5, -3],
  [0.49999999999999994, 0],
  [-0.2, -0],
  [2251799813685249.5, 2251799813685250],
  [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  [Number.NaN, Number.NaN],
])('round %d', (value, expected) => expect(round(value)).toBe(expected))
