import { describe, expect, it } from 'vitest'
import { compileRegex } from './compile-regex.ts'

function matches(pattern: string, text: string): boolean {
  const compiled = compileRegex(pattern)
  if (!compiled.ok) throw new Error(compiled.why)
  return compiled.regex.test(text)
}

describe('what RE2 says of a text', () => {
  it.each([
    // Anywhere, unless it is tied to an end.
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^abc$', 'abc', true],
    ['', 'abc', true],
    // `$` is the very end, not the end before a last line break.
    ['c$', 'abc\n', false],
    ['(?m)c$', 'abc\n', true],
    // A code point is one character, and is not found in its half.
    ['^.$', '\u{1f44d}', true],
    ['^..$', '\u{1f44d}', false],
    ['[\u{1f44d}]', '\u{1f44e}', false],
    ['^[^a]$', '\u{1f44d}', true],
    // Classes are those of ASCII, scripts those of Unicode.
    ['^\\w$', 'é', false],
    ['^\\d$', '٣', false],
    ['^\\pN$', '٣', true],
    ['^\\p{Greek}+$', 'αβγ', true],
    ['.', '\n', false],
    ['(?s).', '\n', true],
    ['(?i)straße', 'STRAßE', true],
    ['(?i)k', '\u212a', true],
    ['\\Qa.b\\E', 'axb', false],
    ['(?P<year>\\d{4})-(?P<month>\\d\\d)', '2026-03', true],
  ])('%j of %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })
})

describe('what is not RE2', () => {
  it.each([
    ['(a', 'missing closing )'],
    ['a)', 'unexpected )'],
    ['[a', 'missing closing ]'],
    ['*a', 'missing argument to repetition operator'],
    ['a**', 'invalid nested repetition operator'],
    ['(?=a)', 'invalid or unsupported Perl syntax'],
    ['(a)\\1', 'invalid escape sequence'],
    ['a{1001}', 'invalid repeat count'],
    ['((a{0,100}){0,100}){0,100}', 'invalid repeat count'],
    ['\\p{Nope}', 'invalid character class range'],
    ['a'.repeat(4_097), 'it has more than 4,096 characters'],
    ['(a|b)*\\pL'.repeat(100_000), 'it has more than 4,096 characters'],
    [`${'('.repeat(1500)}${')'.repeat(1500)}`, 'expression nests too deeply'],
  ])('%j', (pattern, why) => {
    expect(compileRegex(pattern)).toMatchObject({ ok: false, why })
  })
})

it('takes a pattern of as many characters as it may have', () => {
  expect(matches('a'.repeat(4_096), 'a'.repeat(5_000))).toBe(true)
})

describe('time', () => {
  it.each([
    ['(a*)*[bc]', 'a'],
    ['(x+x+)+[yz]$', 'x'],
    ['^(\\w+\\s?)*$', 'a'],
    ['(.*)(.*)(.*)(.*)(.*)[xy]', 'a'],
    ['(?:a{0,30}){0,30}[bc]', 'a'],
    ['[ab]*a[ab]{18}[cd]', 'abba'],
  ])('of %j grows no faster than the text', (pattern, unit) => {
    // A backtracking engine would need longer than the universe has for any of these.
    expect(matches(pattern, unit.repeat(100_000))).toBe(pattern === '^(\\w+\\s?)*$')
  })
})
