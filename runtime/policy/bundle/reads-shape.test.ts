import { expect, test } from 'vitest'
import { readsProblem } from './reads-shape.ts'

const VALUE = { at: ['caller', 'sub'], type: 'string', optional: true, opaque: false }
const CLAIM = { name: 'sub', from: ['sub'], type: 'string', optional: false }
const IDENTITY = { name: 'staff', claims: [CLAIM], spiffe: false, roles: [{ name: 'chief', values: '0', data: [] }] }
const GOOD = { identities: [IDENTITY], values: [VALUE], sets: ['0 chief', ''], routes: { 's.r': 0 } }

function nested(depth: number): unknown {
  return depth === 0 ? 'string' : { list: nested(depth - 1) }
}

test('what a compiler says is well', () => {
  expect(readsProblem(GOOD)).toBeNull()
  expect(readsProblem({ identities: [], values: [], sets: [], routes: {} })).toBeNull()
})

test.each([
  [null],
  [[]],
  [{}],
  [{ ...GOOD, routes: { 's.r': 2 } }],
  [{ ...GOOD, routes: { 's.r': -1 } }],
  [{ ...GOOD, routes: { 's.r': '0' } }],
  [{ ...GOOD, routes: [0] }],
  [{ ...GOOD, sets: [0] }],
  [{ ...GOOD, sets: ['1'] }],
  [{ ...GOOD, sets: ['00'] }],
  [{ ...GOOD, sets: ['0  chief'] }],
  [{ ...GOOD, sets: ['-1'] }],
  [{ ...GOOD, routes: { 's.r': 0.5 } }],
  [{ ...GOOD, values: [{ ...VALUE, at: [] }] }],
  [{ ...GOOD, values: [{ ...VALUE, at: 'caller.sub' }] }],
  [{ ...GOOD, values: [{ ...VALUE, opaque: 1 }] }],
  [{ ...GOOD, values: [{ ...VALUE, presence: false }] }],
  [{ ...GOOD, identities: [{ ...IDENTITY, roles: [{ name: 'chief', values: '7', data: [] }] }] }],
  [{ ...GOOD, identities: [{ ...IDENTITY, spiffe: 'no' }] }],
  ...[
    null,
    'text',
    5,
    {},
    { list: 'x' },
    { list: 'int', set: 'int' },
    { literals: [1] },
    { record: { a: 'int' } },
    nested(300),
  ].map((type) => [{ ...GOOD, values: [{ ...VALUE, type }] }] as [unknown]),
])('%j is none', (value) => {
  expect(readsProblem(value)).toMatch(/^(must|has) /)
})
