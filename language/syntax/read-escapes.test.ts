import { expect, test } from 'vitest'
import { readEscapes } from './read-escapes.ts'

function read(image: string): { value: string; bad: string[] } {
  const bad: string[] = []
  const value = readEscapes(image, ({ offset, length }) => bad.push(image.slice(offset, offset + length)))
  return { value, bad }
}

test.each([
  ['"plain"', 'plain'],
  ["'\"'", '"'],
  ['"\\\\ \\" \\\' \\` \\?"', '\\ " \' ` ?'],
  [String.raw`"\a\b\f\n\r\t\v"`, '\x07\b\f\n\r\t\v'],
  [String.raw`"\x41\u00e9\U0001F600"`, 'Aé😀'],
  [String.raw`"\101\000\377"`, 'A\0ÿ'],
  [String.raw`"\\n"`, '\\n'],
  [String.raw`"\X41\ud83d\uDE00"`, 'A😀'],
  ['""', ''],
  ["'''a\\'\n'''", "a'\n"],
  ['r"\\n\\q"', '\\n\\q'],
  ['R"""\\""""', '\\"'],
  ['""""""', ''],
  // Not closed.
  ['"a', 'a'],
  ['"', ''],
  ['"""a"', 'a"'],
])('%s', (image, value) => {
  expect(read(image)).toEqual({ value, bad: [] })
})

test.each([
  [String.raw`"a\qb"`, ['\\q']],
  [String.raw`"\x4"`, ['\\x']],
  [String.raw`"\ude00\ud83d\ud83dx"`, ['\\ude00', '\\ud83d', '\\ud83d']],
  ['"""\\q"""', ['\\q']],
  [String.raw`"\U00110000"`, ['\\U00110000']],
  [String.raw`"\0"`, ['\\0']],
  [String.raw`"\400"`, ['\\4']],
  [String.raw`"\😀"`, ['\\😀']],
  [String.raw`"\N\$"`, ['\\N', '\\$']],
])('%s has escapes that are none', (image, bad) => {
  expect(read(image).bad).toEqual(bad)
})
