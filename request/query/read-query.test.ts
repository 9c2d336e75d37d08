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
    ['?customers=1&xcustomer=2&customer.x=3&x[customer]=4&x%00customer=5&customer_=6&_customer=7', {}],
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
    ['?customer=1&customer=1', 'the key `customer` of the query is given twice: give it once'],
    ['?customer=1&%63ustomer=2', 'the key `customer` of the query is given twice: give it once'],
    ['?Customer=1', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?cu%C5%BFtomer=1', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?customer[]=1', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?customer%5Ba%5D=1', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?customer[=1', 'the query has the key `customer` in another spelling: write it exactly so'],
    // qs and Rack: `{ customer: '2' }`.
    ['?customer=1&[customer]=2', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?[customer', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?]]customer]=2', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?%5Bcustomer%5D[]=2', 'the query has the key `customer` in another spelling: write it exactly so'],
    // PHP: `['customer' => '2']`.
    ['?customer=1&+customer=2', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?%20%09customer=2', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?customer%00=2', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?customer%00x[y]=2', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?customer+=2', 'the query has the key `customer` in another spelling: write it exactly so'],
    ['?x=1;[customer]=2', 'services that split the query at `;` find the key `customer` in it: write `;` as `%3B`'],
    ['?tag=1&TAG[0][1]=2', 'the query has the key `tag` in another spelling: write it exactly so'],
    ['?customer=%ff', 'the query is not valid percent-encoded UTF-8: encode it as UTF-8, and write a literal `%` as `%25`'],
    ['?x=%c0%af', 'the query is not valid percent-encoded UTF-8: encode it as UTF-8, and write a literal `%` as `%25`'],
    ['?%ed%a0%80=1', 'the query is not valid percent-encoded UTF-8: encode it as UTF-8, and write a literal `%` as `%25`'],
    ['?x=1;customer=2', 'services that split the query at `;` find the key `customer` in it: write `;` as `%3B`'],
    ['?customer=1;Customer[]', 'services that split the query at `;` find the key `customer` in it: write `;` as `%3B`'],
  ])('%j', (query, message) => expect(read(query)).toBe(message))
})

test('`.` and space are `_` to PHP, on either side', () => {
  const keys = [
    { name: 'page_no', many: false },
    { name: 'a.b', many: false },
  ]
  const other = (query: string) => readQuery(query, keys).ok
  expect(['?page_no=1', '?a.b=1', '?page-no=1', '?pageno=1', '?ab=1'].map(other)).toEqual(Array(5).fill(true))
  // A bracket that is not closed, too.
  expect(['?page.no=1', '?page+no=1', '?page[no=1'].map(other)).toEqual(Array(3).fill(false))
  expect(other('?page[no]=1')).toBe(true)
  expect(['?a_b=1', '?a%20b=1', '?A.B=1'].map(other)).toEqual(Array(3).fill(false))
})

test('two that are declared, and one to some services, are two', () => {
  const keys = [
    { name: 'a.b', many: false },
    { name: 'a_b', many: false },
  ]
  expect(readQuery('?a.b=1&a_b=2', keys)).toMatchObject({ ok: true, values: { 'a.b': ['1'], a_b: ['2'] } })
  expect(readQuery('?a.b=1&a+b=2', keys).ok).toBe(false)
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
