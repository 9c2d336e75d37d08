import { expect, it } from 'vitest'
import { offsetAt, positionAt } from './source.ts'

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

it.each(['', 'ab\ncd', 'ab\r\ncd\n', '\ufeffab\ncd'])('of %j each offset is found again by line and column', (text) => {
  const source = { name: 'a.iap', text }
  // In front of a byte order mark and behind it is one place.
  const first = text.startsWith('\ufeff') ? 1 : 0
  for (let offset = first; offset <= text.length; offset += 1) expect(offsetAt(source, positionAt(source, offset))).toBe(offset)
  expect(offsetAt(source, { line: 99, column: 1 })).toBe(text.length)
})
