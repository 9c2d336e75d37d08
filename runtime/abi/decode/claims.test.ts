import { expect, test } from 'vitest'
import { anonymousFacts } from '../helpers.ts'
import { decoder, scopes, spiffe } from './claims.ts'
import { DecodeError, integer } from './convert.ts'

const facts = (read: (claims: object) => unknown) =>
  decoder((claims, data, auth) => ({ identity: 0, roles: [], caller: [read(claims), data], auth }))

test('a value that does not fit makes no facts', () => {
  const { auth } = anonymousFacts
  const read = facts((claims) => integer((claims as { x: unknown }).x))
  expect(read({ x: 1 }, { d: 2 }, auth)).toEqual({ identity: 0, roles: [], caller: [1, { d: 2 }], auth })
  expect(read({ x: '1' }, {}, auth)).toBeNull()
})

test('claims are an object, whatever is read of them', () => {
  const read = facts(() => 1)
  for (const claims of [null, undefined, [], 'claims', 5])
    expect([claims, read(claims as unknown as object, {}, anonymousFacts.auth)]).toEqual([claims, null])
})

test('other errors than a misfit are ours and pass', () => {
  const read = facts(() => {
    throw new RangeError()
  })
  expect(() => read({}, {}, anonymousFacts.auth)).toThrow(RangeError)
})

test('a scope may be one text of words between spaces', () => {
  expect(scopes(' a  b ')).toEqual(['a', 'b'])
  expect(scopes('')).toEqual([])
  // No other white space parts words (RFC 6749, 3.3).
  expect(scopes('a\tb')).toEqual(['a\tb'])
  for (const other of [['a b'], 1, null, {}]) expect(scopes(other)).toBe(other)
})

test.each([
  ['spiffe://prod.test/ns/x', { id: 'spiffe://prod.test/ns/x', trustDomain: 'prod.test', path: '/ns/x' }],
  ['spiffe://prod.test', null],
  ['spiffe://prod.test/', null],
  ['spiffe://prod.test/ns/', null],
  ['spiffe://prod.test/ns//x', null],
  ['spiffe://prod.test/ns/../x', null],
  ['spiffe://prod.test/./x', null],
  ['spiffe://Prod.test/x', null],
  ['spiffe://prod.test:1/x', null],
  ['SPIFFE://prod.test/x', null],
  ['spiffe://prod.test/x?y', null],
  ['spiffe://prod.test/x\n', null],
  [`spiffe://prod.test/${'x'.repeat(2030)}`, null],
  [1, null],
])('spiffe %s', (id, expected) => {
  if (expected === null) expect(() => spiffe(id)).toThrow(DecodeError)
  else expect(spiffe(id)).toEqual(expected)
})
