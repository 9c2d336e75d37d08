import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest } from './suggest.ts'

const known = ['orders', 'order', 'staff', 'support', 'on', 'pii']

test.each([
  ['ordres', 'orders'],
  ['orderss', 'orders'],
  ['suport', 'support'],
  ['Staff', 'staff'],
  ['sttaf', 'staff'],
  ['onn', 'on'],
])('the name nearest to %s is %s', (name, expected) => {
  expect(nearest(name, known)).toBe(expected)
})

test.each([['billing'], ['xy'], ['supervisor'], ['']])('nothing is near to %j', (name) => {
  expect(nearest(name, ['orders', 'staff', 'support'])).toBeNull()
})

test('of names equally near, the order in which they are known does not matter', () => {
  expect(nearest('lost', ['list', 'last', 'lest'])).toBe('last')
  expect(nearest('lost', ['lest', 'last', 'list'])).toBe('last')
})

test('a long name is compared without working out what cannot be near', () => {
  expect(nearest('a'.repeat(5000), ['b'.repeat(5000)])).toBeNull()
})

/** Optimal string alignment distance, in the plainest way. */
function distance(a: string, b: string): number {
  const rows: number[][] = []
  for (let i = 0; i <= a.length; i += 1) {
    rows.push([])
    for (let j = 0; j <= b.length; j += 1) {
      const at = (back: number, across: number) => rows[i - back]?.[j - across] ?? Number.POSITIVE_INFINITY
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const costs = [at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (same ? 0 : 1), swapped ? at(2, 2) + 1 : Number.POSITIVE_INFINITY]
      ;(rows[i] as number[]).push(i + j === 0 ? 0 : Math.min(...costs))
    }
  }
  return rows[a.length]?.[b.length] as number
}

test('it is the least distance, and of equal ones the first', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 9 })
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 6 }), (name, names) => {
      const near = names
        .map((one) => ({ one, far: distance(name, one) }))
        .filter(({ far }) => far <= Math.max(1, Math.floor(name.length * 0.4)))
      const [best] = near.sort((a, b) => a.far - b.far || (a.one < b.one ? -1 : 1))
      expect(nearest(name, names)).toBe(best?.one ?? null)
    }),
    { seed: 7, numRuns: 1000 },
  )
})
