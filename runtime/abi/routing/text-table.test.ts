import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findText, writeTextTable } from './text-table.ts'

/** Several in the same numbers. The value of a text is its index in its list. */
class Tables {
  readonly #numbers: Int32Array
  readonly #places: number[] = []
  readonly #texts: string[] = []

  constructor(lists: readonly (readonly string[])[]) {
    const numbers: number[] = []
    const known = new Map<string, number>()
    const numberOf = (text: string) => {
      if (!known.has(text)) known.set(text, this.#texts.push(text) - 1)
      return known.get(text) as number
    }
    for (const texts of lists) {
      this.#places.push(numbers.length)
      for (const number of writeTextTable(new Map(texts.map((text, index) => [text, index])), numberOf)) numbers.push(number)
    }
    this.#numbers = Int32Array.from(numbers)
  }

  find(table: number, text: string): number {
    return findText(this.#numbers, this.#places[table] as number, this.#texts, text)
  }
}

/** Each text of each table has its place as its value. */
function check(lists: readonly (readonly string[])[], others: readonly string[]): void {
  const tables = new Tables(lists)
  for (const [table, texts] of lists.entries()) {
    for (const [index, text] of texts.entries()) expect(tables.find(table, text)).toBe(index)
    for (const other of [...others, ...lists.flat()]) expect(tables.find(table, other)).toBe(texts.indexOf(other))
  }
}

test.each([
  ['nothing', [[]]],
  ['the empty text', [[''], []]],
  ['the empty text among others', [['', 'a', '__proto__', 'constructor'], ['a']]],
  ['the same text in several', [['orders'], ['orders'], ['orders', 'items']]],
  ['what is alike where one looks', [Array.from({ length: 500 }, (_, at) => `xxxx${at + 1000}xxxxxxxxxxxxxxxx`)]],
  ['surrogates and controls', [['\ud800', '\udc00\ud800', '\u0000', '\u0000\u0000', '😀']]],
])('%s', (_, lists) => {
  check(lists, ['', 'a', 'b', 'ordert', 'Orders', 'orders/', '__proto__', 'toString', '\u0000'])
})

describe('any texts', () => {
  const word = fc.oneof(fc.string({ maxLength: 6 }), fc.stringMatching(/^[ab]{0,8}$/), fc.stringMatching(/^r-[0-9]{1,4}$/))
  const list = fc.uniqueArray(word, { maxLength: 30 })
  test('are found at their index, and nothing else is', () => {
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), fc.array(word), (lists, others) => check(lists, others)),
      { seed: 4, numRuns: 500 },
    )
  })
})

test('ten thousand are a table within a second', () => {
  const started = performance.now()
  const texts = Array.from({ length: 10_000 }, (_, at) => `resource-${at}`)
  const tables = new Tables([texts])
  expect(texts.every((text, index) => tables.find(0, text) === index)).toBe(true)
  expect(tables.find(0, 'resource-10000')).toBe(-1)
  expect(performance.now() - started).toBeLessThan(1000)
})
