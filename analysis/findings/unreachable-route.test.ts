import { expect, test } from 'vitest'
import { said } from './test-exact.ts'

const others = 'permit q on orders.list, orders.refund to staff\n'

test('a route on which forbids stand wherever a permit does that lets in elsewhere', () => {
  const policy =
    'permit p on orders.read, orders.list to manager\nforbid f on orders.read when caller is staff && caller.level > 4 because "x"'
  expect(said('IAP5012', `${others}${policy}`)).toEqual([
    { place: 'read', message: 'no rule permits access to `orders.read`', related: ['f', 'p'] },
  ])
  expect(said('IAP5012', `${others}${policy.replace('> 4', '> 6')}`)).toEqual([])
})

test.each([
  ['that a forbid closes for good', 'permit p on orders.read, orders.list to manager\nforbid f on orders.read because "x"'],
  ['all of whose permits are told of', 'permit p on orders.read to manager when caller.level < 3'],
])('not one %s', (_, policy) => expect(said('IAP5012', `${others}${policy}`)).toEqual([]))
