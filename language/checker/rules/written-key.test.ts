import { expect, test } from 'vitest'
import { parseExpression } from '../../parse.ts'
import { mayRead, writtenKey } from './written-key.ts'

function keyOf(text: string): string {
  const { result, diagnostics } = parseExpression({ name: 'key.iap', text })
  if (result === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return writtenKey(result)
}

test.each([
  ['a.b', ' ( a ) . b'],
  ['a && b && c', '(a && b) && c'],
  ['a + b * c', 'a + (b * c)'],
  ['"x"', "'x'"],
  ['"\\u0078"', '"x"'],
  ['0x10', '16'],
  ['!a.b', '!(a.b)'],
  ['l.exists(x, x == 1)', 'l.exists( x, (x) == 1 )'],
  ['mfa within 60s', 'mfa within 1m'],
])('%s is written as %s is', (one, other) => {
  expect(keyOf(one)).toBe(keyOf(other))
})

test('what is written otherwise has another key', () => {
  const texts = [
    ...['a', '"a"', 'a.b', 'a.?b', 'a["b"]', 'a[?"b"]', 'a.b()', 'b(a)', 'a.b(a)', 'a.b.c', 'has(a.b)', '"$a"', '"a b"'],
    ...['1', '1.0', '-1', '-a', '1 - a', 'a - 1', '!a', '!(!a)', 'true', '"true"', '[a]', '[a, a]', '[[a], a]', '[]', '{}'],
    ...['{"a": a}', '{"a": a, "b": a}', 'a is b', 'b is a', 'a == b', 'b == a', 'a && b', 'a || b', 'b && a', '(a || b) && c'],
    ...['a || b && c', 'a + b + c', 'a + (b + c)', 'a ? b : c', 'a ? c : b', 'mfa', 'mfa within 1m', 'mfa within 2m'],
    ...[
      'acr "a"',
      'acr "a" | "b"',
      'acr "a" | "b" within 1m',
      'auth within 1m',
      'a.map(b, c)',
      'a.map(b, b, c)',
      'a.filter(b, c)',
    ],
    ...['a.all(b, c)', 'a.exists(b, c)', 'a.exists_one(b, c)', 'a.exists(c, c)', 'a.optMap(b, c)', 'map(a, b, c)'],
  ]
  const byKey = new Map<string, string>()
  for (const text of texts) {
    expect(byKey.get(keyOf(text)), text).toBeUndefined()
    byKey.set(keyOf(text), text)
  }
})

test.each([
  ['x', true],
  ['x.a', true],
  ['a[x]', true],
  ['f(a, x)', true],
  ['l.all(y, y in x)', true],
  ['xy', false],
  ['y.x', false],
  ['x()', false],
  ['"x"', false],
])('%s reads x: %s', (text, reads) => {
  expect(mayRead(keyOf(text), 'x')).toBe(reads)
})
