import { expect, test } from 'vitest'
import { shapeOf } from './shape.ts'

test('what is equal in every part has the same text', () => {
  const part = { kind: 'a', values: [1, -0, 2n, null, undefined, true] }
  expect(shapeOf({ a: part, b: part })).toBe(shapeOf(structuredClone({ a: part, b: part })))
})

test.each<readonly [unknown, unknown]>([
  [[0], [-0]],
  [[1], ['1']],
  [[1], [1n]],
  [[null], [undefined]],
  [['a,b'], ['a', 'b']],
  [[[], []], [[[]]]],
  [{ a: 1 }, ['a', 1]],
  [{ a: undefined }, {}],
  [new Set(['a']), ['a']],
  [new Map([['a', 'b']]), new Map([['a', 'c']])],
])('what differs has another: case %#', (one, other) => {
  expect(shapeOf(one)).not.toBe(shapeOf(other))
})

test('one object in two places is not two that are equal', () => {
  const part = { kind: 'a' }
  expect(shapeOf([part, part])).not.toBe(shapeOf([part, { ...part }]))
})
