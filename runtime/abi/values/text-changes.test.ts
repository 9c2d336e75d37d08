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

test('join', () => {
  expect([join(['x', 'y']), join(['x', 'y'], '-'), join([], '-')]).toEqual(['xy', 'x-y', ''])
})

test('reverse keeps code points whole', () => expect(reverse('a\u{1f600}bä')).toBe('äb\u{1f600}a'))

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
