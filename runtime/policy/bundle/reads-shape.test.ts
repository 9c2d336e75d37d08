import { expect, test } from 'vitest'
import { readsProblem } from './reads-shape.ts'

const VALUE = { at: ['caller', 'sub'], type: 'string', optional: true, opaque: false }
const IDENTITY = {
  name: 'staff',
  claims: [{ name: 'sub', from: ['sub'], type: 'string', optional: false }],
  spiffe: false,
  roles: [],
}
const GOOD = { identities: [IDENTITY], sets: [{ values: [VALUE], roles: ['chief'] }], routes: { 's.r': 0 } }

function nested(depth: number): unknown {
  return depth === 0 ? 'string' : { list: nested(depth - 1) }
}

test('what a compiler says is well', () => {
  expect(readsProblem(GOOD)).toBeNull()
  expect(readsProblem({ identities: [], sets: [], routes: {} })).toBeNull()
})

test.each([
  [null],
  [[]],
  [{}],
  [{ ...GOOD, routes: { 's.r': 1 } }],
  [{ ...GOOD, routes: { 's.r': -1 } }],
  [{ ...GOOD, routes: { 's.r': '0' } }],
  [{ ...GOOD, routes: [0] }],
  [{ ...GOOD, sets: [{ values: [VALUE] }] }],
  [{ ...GOOD, sets: [{ values: [{ ...VALUE, at: [] }], roles: [] }] }],
  [{ ...GOOD, sets: [{ values: [{ ...VALUE, at: 'caller.sub' }], roles: [] }] }],
  [{ ...GOOD, sets: [{ values: [{ ...VALUE, opaque: 1 }], roles: [] }] }],
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
  ].map((type) => [{ ...GOOD, sets: [{ values: [{ ...VALUE, type }], roles: [] }] }] as [unknown]),
])('%j is none', (value) => {
  expect(readsProblem(value)).toMatch(/^(must|has) /)
})
