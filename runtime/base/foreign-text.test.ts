import { expect, test } from 'vitest'
import { displayName, foreignText } from './foreign-text.ts'

test.each([
  ['Ann Example', 'Ann Example'],
  ['Zoë 🙂 李', 'Zoë 🙂 李'],
  ['\u202egnp.exe', '\\u{202e}gnp.exe'],
  ['a\u2066b\u2069\u200bc', 'a\\u{2066}b\\u{2069}\\u{200b}c'],
  ['line\nbreak\u2028\u0000', 'line\\u{a}break\\u{2028}\\u{0}'],
  ['\u3164\u2800', '\\u{3164}\\u{2800}'],
  ['half \ud83d', 'half \\u{d83d}'],
  ['', ''],
])('%j is shown as %j', (text, shown) => {
  expect(foreignText(text, 100)).toBe(shown)
})

test('a long text is cut between characters', () => {
  expect(foreignText('🙂'.repeat(100_000), 3)).toBe('🙂🙂🙂…')
  expect(foreignText('x'.repeat(100), 100)).toHaveLength(100)
  expect(foreignText('x'.repeat(101), 100)).toBe(`${'x'.repeat(100)}…`)
})

test.each<[unknown, string | null]>([
  ['Ann Example', 'Ann Example'],
  ['  Ann ', 'Ann'],
  ['\u202enna', '\\u{202e}nna'],
  ['x'.repeat(100_000), `${'x'.repeat(100)}…`],
  [`${' '.repeat(100_000)}x`, null],
  ['', null],
  [7, null],
  [['Ann'], null],
  [undefined, null],
])('the name of the claim %j', (value, name) => {
  expect(displayName('name', { name: value })).toBe(name)
})

test('a claim that only the prototype has is none', () => {
  expect([displayName('constructor', {}), displayName('toString', {}), displayName(null, { name: 'Ann' })]).toEqual([
    null,
    null,
    null,
  ])
})
