import { expect, test } from 'vitest'
import * as collections from './collections.ts'

const {
  equivalentLists,
  includesList,
  includesSet,
  intersectLists,
  intersectSets,
  isIn,
  mapOf,
  numberOf,
  same,
  sameList,
  sameSet,
  setOf,
} = collections
const { NaN: NAN } = Number

test.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  [0, -0, true],
  [NAN, NAN, false],
  ['a', 'a', true],
  [1n, 1n, true],
  [null, null, true],
  [null, 1, false],
  [null, [], false],
  [[], [], true],
  [[1, [2]], [1, [2]], true],
  [[1, [2]], [1, [3]], false],
  [[1], [1, 2], false],
  [[NAN], [NAN], false],
  [new Set([1, 2]), new Set([2, 1]), true],
  [new Set([1]), new Set([2]), false],
  [new Map([['a', [1]]]), new Map([['a', [1]]]), true],
  [new Map([['a', 1]]), new Map([['b', 1]]), false],
  [new Map([['a', 1]]), new Map(), false],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: undefined }, { a: 1, b: 2 }, false],
  [{ a: { b: [1] } }, { a: { b: [1] } }, true],
])('same %o %o: %s', (left, right, expected) => {
  expect(same(left, right)).toBe(expected)
  expect(same(right, left)).toBe(expected)
})

test('what holds a NaN is not the same as itself', () => {
  for (const value of [[NAN], setOf([NAN]), new Map([['a', NAN]]), { a: NAN }]) expect(same(value, value)).toBe(false)
})

test('lists of scalars', () => {
  expect([sameList([], []), sameList([1, 'a'], [1, 'a']), sameList([0], [-0])]).toEqual([true, true, true])
  expect([sameList([1], [1, 1]), sameList([1, 2], [2, 1]), sameList([NAN], [NAN])]).toEqual([false, false, false])
})

test('isIn', () => {
  expect(isIn([[1], [2]], [2])).toBe(true)
  expect(isIn([[1], [2]], [3])).toBe(false)
})

test('a NaN is in nothing', () => {
  const set = setOf([NAN, 1])
  expect([...set].map((element) => numberOf(element as number))).toEqual([NAN, 1])
  expect(includesList([NAN, 1], [NAN])).toBe(false)
  expect(intersectLists([NAN], [NAN])).toBe(false)
  expect(equivalentLists([NAN], [NAN])).toBe(false)
  expect(includesSet(set, set)).toBe(false)
  expect(intersectSets(set, set)).toBe(true)
  expect(intersectSets(setOf([NAN]), setOf([NAN]))).toBe(false)
  expect(sameSet(set, set)).toBe(false)
})

test('sets of lists', () => {
  expect(includesList([1, 2, 3], [2, 2, 3])).toBe(true)
  expect(includesList([1], [2])).toBe(false)
  expect(includesList([], [])).toBe(true)
  expect(equivalentLists([1, 1, 2], [2, 1])).toBe(true)
  expect(equivalentLists([1, 2], [1])).toBe(false)
  expect(intersectLists([1, 2], [2, 3])).toBe(true)
  expect(intersectLists([1, 2], [])).toBe(false)
})

test('long ones, of which a set is made', () => {
  const many = Array.from({ length: 300 }, (_, at) => at)
  expect(includesList(many, many.slice(100))).toBe(true)
  expect(includesList(many, [...many, 300])).toBe(false)
  expect(includesList([...many, NAN], [NAN, ...many])).toBe(false)
  expect(intersectLists(many, [...many.map((one) => one + 300), 7])).toBe(true)
  expect(intersectLists([...many, NAN], [...many.map((one) => one + 300), NAN])).toBe(false)
})

test('a key twice is an error', () => {
  expect(mapOf([['a', 1]])).toEqual(new Map([['a', 1]]))
  expect(
    mapOf([
      ['a', 1],
      ['a', 1],
    ]),
  ).toBeUndefined()
})
