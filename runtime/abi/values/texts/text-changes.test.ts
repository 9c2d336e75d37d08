import { expect, test } from 'vitest'
import { join, replace, reverse, split, trim } from './text-changes.ts'

test.each<[string, string, string, number | undefined, string]>([
  ['{0} days {0} hours', '{0}', '2', undefined, '2 days 2 hours'],
  ['{0} days {0} hours', '{0}', '2', 1, '2 days {0} hours'],
  ['aaa', 'a', 'b', 0, 'aaa'],
  ['aaa', 'a', 'b', -1, 'bbb'],
  ['aaa', 'aa', 'b', undefined, 'ba'],
  // Not a pattern, and `$&` means nothing.
  ['a.b', '.', '$&$1', undefined, 'a$&$1b'],
  ['ab', '', '-', undefined, '-a-b-'],
  ['ab', '', '-', 2, '-a-b'],
  ['ab', '', '-', 3, '-a-b-'],
  ['\u{1f600}', '', '-', undefined, '-\u{1f600}-'],
  ['', '', '-', undefined, '-'],
  ['', '', '-', 0, ''],
])('replace %j %j %j %s', (text, part, by, times, expected) => expect(replace(text, part, by, times)).toBe(expected))

test.each<[string, string, number | undefined, string[]]>([
  ['hello world', ' ', undefined, ['hello', 'world']],
  ['a b c', ' ', 0, []],
  ['a b c', ' ', 1, ['a b c']],
  ['a b c', ' ', 2, ['a', 'b c']],
  ['a b c', ' ', 9, ['a', 'b', 'c']],
  ['o©o©o', '©', -1, ['o', 'o', 'o']],
  ['', ',', undefined, ['']],
  ['', '', undefined, []],
  ['a\u{1f600}b', '', undefined, ['a', '\u{1f600}', 'b']],
  ['abc', '', 2, ['a', 'bc']],
])('split %j %j %s', (text, separator, limit, expected) => expect(split(text, separator, limit)).toEqual(expected))

const million = 'x'.repeat(1_048_576)

test.each<[string, string, string, number | undefined, number | null]>([
  [million, 'y', 'z', undefined, 1_048_576],
  [million, 'x', 'z', undefined, 1_048_576],
  [million, 'x', 'zz', 0, 1_048_576],
  [million, 'x', 'zz', 1, null],
  [million, 'x', '', undefined, 0],
  [`${million}x`, 'x', '', 1, 1_048_576],
  [`${million}x`, 'y', 'z', undefined, null],
  ['x'.repeat(1023), '', 'y'.repeat(1023), undefined, 1023 + 1024 * 1023],
  ['x'.repeat(1024), '', 'y'.repeat(1024), undefined, null],
  ['x'.repeat(1024), '', 'y'.repeat(1024), 1023, 1024 + 1023 * 1024],
  [million, million.slice(1), million, undefined, null],
  [million, '', million, undefined, null],
])('what replace makes is no longer than 2^20 units', (text, part, by, times, length) =>
  expect(replace(text, part, by, times)?.length ?? null).toBe(length),
)

test.each<[string, string, number | undefined, number | null]>([
  ['x'.repeat(1000), '', undefined, 1000],
  ['x'.repeat(1001), '', undefined, null],
  ['\u{1f600}'.repeat(1000), '', undefined, 1000],
  ['\u{1f600}'.repeat(1001), '', undefined, null],
  ['x'.repeat(1001), '', 1000, 1000],
  ['x'.repeat(1001), '', 1001, null],
  [','.repeat(999), ',', undefined, 1000],
  [','.repeat(1000), ',', undefined, null],
  [','.repeat(1000), ',', -1, null],
  [','.repeat(1000), ',', 1000, 1000],
  [','.repeat(1000), ',', 9_000_000, null],
  [million, ',', undefined, 1],
])('split makes 1,000 parts at most', (text, separator, limit, parts) =>
  expect(split(text, separator, limit)?.length ?? null).toBe(parts),
)

test('what join makes is no longer than 2^20 units', () => {
  expect(join([million, ''])).toBe(million)
  expect(join([million, ''], ' ')).toBeUndefined()
  expect(join(Array(1024).fill('x'.repeat(1023)), 'y')?.length).toBe(1024 * 1023 + 1023)
  expect(join(Array(1025).fill('x'.repeat(1023)), 'y')).toBeUndefined()
  expect(join([], million)).toBe('')
})

test('join', () => {
  expect([join(['x', 'y']), join(['x', 'y'], '-'), join([], '-')]).toEqual(['xy', 'x-y', ''])
})

test('reverse keeps code points whole', () => expect(reverse('a\u{1f600}bä')).toBe('äb\u{1f600}a'))

test('reverse keeps code points whole in a long text', () => {
  for (const start of ['', 'a']) {
    const text = start + 'b\u{1f600}'.repeat(5000)
    expect(reverse(text)).toBe(Array.from(text).reverse().join(''))
  }
})

test.each([
  [' \f\n\r\t\vtext ', 'text'],
  ['\u0085\u00a0\u1680text', 'text'],
  ['text\u2000\u200a\u2028\u2029\u202f\u205f\u3000', 'text'],
  ['\u180etext\u200b\ufeff', '\u180etext\u200b\ufeff'],
  ['\u3000', ''],
  ['\u001ca', '\u001ca'],
])('trim %j', (text, expected) => expect(trim(text)).toBe(expected))

test('trim takes what Unicode calls white space', () => {
  for (let unit = 0; unit < 0x10000; unit += 1) {
    const character = String.fromCharCode(unit)
    if ((trim(character) === '') !== /\p{White_Space}/u.test(character)) throw new Error(unit.toString(16))
  }
})
