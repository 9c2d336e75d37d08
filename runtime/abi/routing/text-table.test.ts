import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textTable } from './text-table.ts'

function check(texts: readonly string[], others: readonly string[]): void {
  const table = textTable(texts)
  for (const [index, text] of texts.entries()) expect(table.indexOf(text)).toBe(index)
  for (const other of others) expect(table.indexOf(other)).toBe(texts.indexOf(other))
}

test.each([
  ['nothing', []],
  ['the empty text', ['']],
  ['the empty text among others', ['', 'a', '__proto__', 'constructor']],
  ['one', ['orders']],
  ['what one place tells', ['a1', 'b1', 'c1']],
  ['what lengths tell', ['a', 'aa', 'aaa', 'aaaa']],
  ['what five places would tell', ['aaaaa', 'baaaa', 'abaaa', 'aabaa', 'aaaba', 'aaaab', 'bbbbb']],
  ['what is alike where one may look', Array.from({ length: 500 }, (_, at) => `${'x'.repeat(50)}${at + 1000}${'y'.repeat(50)}`)],
  ['surrogates and controls', ['\ud800', '\udc00\ud800', '\u0000', '\u0000\u0000', '😀']],
])('%s', (_, texts) => {
  check(texts, [
    '',
    'a',
    'b',
    'ordert',
    'Orders',
    'orders/',
    '__proto__',
    'toString',
    '\u0000',
    ...texts.map((text) => `${text}x`),
  ])
})

describe('any texts', () => {
  const word = fc.oneof(fc.string({ maxLength: 6 }), fc.stringMatching(/^[ab]{0,8}$/), fc.stringMatching(/^r-[0-9]{1,4}$/))
  test('are found at their index, and nothing else is', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 60 }), fc.array(word), (texts, others) => check(texts, others)),
      { seed: 4, numRuns: 500 },
    )
  })
})

test('ten thousand are a table within a second, and no lookup goes through many', () => {
  const started = performance.now()
  const texts = Array.from({ length: 10_000 }, (_, at) => `resource-${at}`)
  check(texts, ['resource-', 'resource-10000'])
  expect(performance.now() - started).toBeLessThan(1000)
})
