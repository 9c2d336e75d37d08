import { expect, it } from 'vitest'
import { positionAt } from './source.ts'

it.each([
  ['', 0, 1, 1],
  ['ab\ncd', 0, 1, 1],
  ['ab\ncd', 2, 1, 3],
  ['ab\ncd', 3, 2, 1],
  ['ab\r\ncd', 5, 2, 2],
  ['ab', 99, 1, 3],
  ['\ufeffab', 0, 1, 1],
  ['\ufeffab', 1, 1, 1],
  ['\ufeffab', 2, 1, 2],
  ['\ufeffab\ncd', 5, 2, 2],
])('in %j the offset %i is line %i, column %i', (text, offset, line, column) => {
  expect(positionAt({ name: 'a.iap', text }, offset)).toEqual({ line, column })
})
