import { expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

test('a label that nothing names is told of', () => {
  expect(warningsIn('IAP5015', 'label nobody')).toEqual(['nobody'])
})

test.each([
  ['a route carries', 'label internal\nservice s at "s.example" { route r GET "/" is internal }\npermit p on s.r to staff'],
  ['a service carries', 'label internal\nservice s at "s.example" is internal { route r GET "/" }\npermit p on s.r to staff'],
  ['a rule is on', 'label internal\nforbid f on orders.list, label internal when late(3) because "x"'],
  ['a rule leaves out', 'label internal\nforbid f on * except label internal when late(3) because "x"'],
])('a label that %s is not', (_, added) => {
  expect(warningsIn('IAP5015', added)).toEqual([])
})
