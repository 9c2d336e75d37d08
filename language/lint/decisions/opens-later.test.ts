import { expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

test.each([
  ['everything', 'permit p on * except orders.refund to staff', ['*']],
  ['a label', 'permit p on orders.list, label pii to staff', ['label pii']],
])('a permit on %s opens what is written later', (_, added, places) => {
  expect(warningsIn('IAP5029', added)).toEqual(places)
})

test.each([
  ['on routes', 'permit p on orders.list to staff'],
  ['on a service, whose routes stand together', 'permit p on orders.* to staff'],
  ['that leaves a label out', 'permit p on orders.* except label money to staff'],
  ['that is tried out', 'shadow permit p on * to staff'],
])('a permit %s does not', (_, added) => {
  expect(warningsIn('IAP5029', added)).toEqual([])
})

test('a forbid on everything closes it', () => {
  expect(warningsIn('IAP5029', 'forbid f on * when late(3) because "x"')).toEqual([])
})
