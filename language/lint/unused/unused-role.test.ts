import { describe, expect, test } from 'vitest'
import { warningsIn, warningsOf } from '../test-lint.ts'

describe('a role that nothing names', () => {
  test.each([
    ['', 'role lonely of staff', ['lonely']],
    ['each of them', 'role a of staff\nrole b of staff', ['a', 'b']],
  ])('is told of %s', (_, added, places) => expect(warningsIn('IAP5014', added)).toEqual(places))
})

describe('a role that is used', () => {
  test.each([
    ['in a `to`', 'role lead of staff\npermit p on orders.list to lead when late(3)'],
    ['after `is`', 'role lead of staff\npermit p on orders.list to staff when caller is lead'],
    ['by another role', 'role lead of staff\nrole head of staff when caller is lead\npermit p on orders.list to head'],
    ['by an invariant', 'role lead of staff\ninvariant i on * permitted only when !(caller is lead) || late(3)'],
  ])('is not: %s', (_, added) => expect(warningsIn('IAP5014', added)).toEqual([]))
})

test('of files without a rule nothing is said: who uses them is not known', () => {
  expect(warningsOf('IAP5014', 'identity staff via oidc { sub: string }\nrole lonely of staff')).toEqual([])
})
