import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { TooManyTextsError, textClasses } from './text-classes.ts'
import type { TextTest } from './text-test.ts'

/** By what the language says of each, not by automata. */
function holds(test: TextTest, text: string): boolean {
  switch (test.kind) {
    case 'equals':
      return text === test.text
    case 'starts':
      return text.startsWith(test.text)
    case 'ends':
      return text.endsWith(test.text)
    case 'contains':
      return text.includes(test.text)
    case 'before':
      return isBefore(text, test.text)
    case 'matches':
      return RE2JS.compile(test.pattern).test(text)
  }
}

function isBefore(a: string, b: string): boolean {
  const [left, right] = [Array.from(a, codePoint), Array.from(b, codePoint)]
  for (let at = 0; ; at++) {
    if (at >= right.length) return false
    if (at >= left.length) return true
    if (left[at] !== right[at]) return (left[at] as number) < (right[at] as number)
  }
}

const codePoint = (character: string) => character.codePointAt(0) as number

const RUNS = process.env.IAP_FULL === '1' ? 1000 : 150

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 })
const plain: fc.Arbitrary<TextTest> = fc.record({
  kind: fc.constantFrom('equals' as const, 'starts' as const, 'ends' as const, 'contains' as const, 'before' as const),
  text: letters,
})
const pattern = fc.constantFrom(
  ...[
    '^a',
    'b$',
    '^(ab|ba)+$',
    '(?i)^aB',
    '^[a-b]*c?$',
    'a.c',
    '^a{2,3}$',
    '\\bab\\b',
    '^\\w+$',
    '\\Bb',
    '(?s)a.b',
    '(?m)^b$',
    '^$',
    '',
  ],
  ...['(?i)k', '[^a]', '^\\PL', 'a*?b', '(?i)ß', '^(?:a|ab)(?:c|bcd)$', '\\.', '^[\\x{10000}-\\x{10ffff}]', '\\z', '\\Aa'],
)
const tests = fc.array(
  fc.oneof(
    plain,
    pattern.map((one): TextTest => ({ kind: 'matches', pattern: one })),
  ),
  { maxLength: 6 },
)
const texts = fc.oneof(
  letters,
  fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', 'k', 'K', '\u212a', '.', '\n', '_', ' ', 'ß', 'ẞ', '\u{10000}', '\uffff'),
    maxLength: 6,
  }),
)
const holding = (all: readonly TextTest[], text: string) => all.flatMap((one, place) => (holds(one, text) ? [place] : []))

describe('the classes of texts', () => {
  test('are told apart by what holds, and each example is of its class', () => {
    fc.assert(
      fc.property(tests, (all) => {
        const classes = textClasses(all)
        for (const one of classes) expect(holding(all, one.example)).toEqual(one.holds)
        expect(new Set(classes.map((one) => one.holds.join())).size).toBe(classes.length)
      }),
      { numRuns: RUNS, seed: 8 },
    )
  })

  test('are all that there are: each text is in one', () => {
    fc.assert(
      fc.property(tests, fc.array(texts, { minLength: 20, maxLength: 20 }), (all, some) => {
        const classes = new Set(textClasses(all).map((one) => one.holds.join()))
        for (const text of some) expect(classes, JSON.stringify(text)).toContain(holding(all, text).join())
      }),
      { numRuns: RUNS, seed: 8 },
    )
  })

  test('have the shortest examples', () => {
    const all: TextTest[] = [
      { kind: 'starts', text: '/orders/' },
      { kind: 'ends', text: '/refund' },
      { kind: 'matches', pattern: '^/orders/[0-9]{3}' },
      { kind: 'equals', text: 'x' },
    ]
    expect(textClasses(all)).toEqual([
      { holds: [], example: '' },
      { holds: [3], example: 'x' },
      { holds: [1], example: '/refund' },
      { holds: [0], example: '/orders/' },
      { holds: [0, 2], example: '/orders/000' },
      { holds: [0, 1], example: '/orders/refund' },
      { holds: [0, 1, 2], example: '/orders/000/refund' },
    ])
  })

  test('that are too many are said to be', () => {
    const all = ['(?:a|b)*a(?:a|b){18}$'].map((one): TextTest => ({ kind: 'matches', pattern: one }))
    expect(() => textClasses(all)).toThrow(TooManyTextsError)
  })
})
