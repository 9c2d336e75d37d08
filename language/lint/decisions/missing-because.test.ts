import { expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

test('a forbid without a reason is told of', () => {
  expect(warningsIn('IAP5026', 'forbid f on orders.list when late(3)')).toEqual(['f'])
})

test.each([
  ['with one', 'forbid f on orders.list when late(3) because "Closed."'],
  ['that is tried out', 'shadow forbid f on orders.list when late(3)'],
  ['that a challenge answers for', 'forbid f on orders.list unless mfa within 10m'],
])('one %s is not', (_, added) => {
  expect(warningsIn('IAP5026', added)).toEqual([])
})

test('a permit needs none', () => {
  expect(warningsIn('IAP5026', 'permit p on orders.list to staff')).toEqual([])
})
