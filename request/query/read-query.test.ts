import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readQuery } from './read-query.ts'

const KEYS = [
  { name: 'customer', many: false },
  { name: 'tag', many: true },
  { name: '__proto__', many: false },
]
const read = (query: string) => {
  const result = readQuery(query, KEYS)
  return result.ok ? Object.fromEntries(Object.entries(result.values).filter(([, values]) => values.length > 0)) : result.message
}

describe('reads', () => {
  test.each<[string, object]>([
    ['', {}],
    ['?', {}],
    ['?customer=7', { customer: ['7'] }],
    ['?customer', { customer: [''] }],
    ['?customer=', { customer: [''] }],
    ['?customer=a=b', { customer: ['a=b'] }],
    ['?customer=a+b%20c%2B', { customer: ['a b c+'] }],
    ['?customer=%C3%A9', { customer: ['é'] }],
    ['?%63ustomer=7', { customer: ['7'] }],
    ['?tag=b&x=1&tag=a&tag=b', { tag: ['b', 'a', 'b'] }],
    ['?&&customer=7&', { customer: ['7'] }],
    ['?customers=1&xcustomer=2&customer.x=3&x[customer]=4&[customer]=5', {}],
    ['?x=1&X=2&x[]=3', {}],
    ['?customer=a;b=c', { customer: ['a;b=c'] }],
  ])('%j', (query, values) => expect(read(query)).toEqual(values))

  test('a key `__proto__`', () => {
    const result = readQuery('?__proto__=1', KEYS)
    expect(result.ok && Object.entries(result.values)).toContainEqual(['__proto__', ['1']])
  })

  test('no key that is not declared', () => {
    const result = readQuery('?constructor=1', KEYS)
    expect(result.ok && result.values.constructor).toBeUndefined()
  })
})

describe('refuses', () => {
  test.each([
    ['?customer=1&customer=1', 'the key `customer` of the query is given twice'],
    ['?customer=1&%63ustomer=2', 'the key `customer` of the query is given twice'],
    ['?Customer=1', 'a key of the query is `customer` but for its case or brackets'],
    ['?cu%C5%BFtomer=1', 'a key of the query is `customer` but for its case or brackets'],
    ['?customer[]=1', 'a key of the query is `customer` but for its case or brackets'],
    ['?customer%5Ba%5D=1', 'a key of the query is `customer` but for its case or brackets'],
    ['?customer[=1', 'a key of the query is `customer` but for its case or brackets'],
    ['?tag=1&TAG[0][1]=2', 'a key of the query is `tag` but for its case or brackets'],
    ['?customer=%ff', 'a part of the query is not UTF-8'],
    ['?x=%c0%af', 'a part of the query is not UTF-8'],
    ['?%ed%a0%80=1', 'a part of the query is not UTF-8'],
    ['?x=1;customer=2', 'a part of the query is the key `customer` to those who part it at `;`'],
    ['?customer=1;Customer[]', 'a part of the query is the key `customer` to those who part it at `;`'],
  ])('%j', (query, message) => expect(read(query)).toBe(message))
})

test('what URLSearchParams writes is read as it was meant', () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(text, fc.array(text), (customer, tags) => {
      const written = new URLSearchParams([['customer', customer], ...tags.map((tag): [string, string] => ['tag', tag])])
      const result = readQuery(`?${written}`, KEYS)
      expect(result).toMatchObject({ ok: true, values: { customer: [customer], tag: tags } })
    }),
    { seed: 6, numRuns: 500 },
  )
})
