import { describe, expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

describe('a limit beside a permit without one', () => {
  test.each([
    [
      'that says the same',
      'permit p on orders.list to staff limit 3 per 1m\npermit q on orders.list to staff',
      ['limit 3 per 1m'],
    ],
    [
      'on more, to more, with less',
      'permit p on orders.list to support when late(3) limit 3 per 1m\npermit q on orders.list, orders.read to staff, partner',
      ['limit 3 per 1m'],
    ],
    [
      'that asks for no more factors',
      'permit p on orders.list to staff require mfa limit 3 per 1m\npermit q on orders.list to staff require mfa',
      ['limit 3 per 1m'],
    ],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5030', added)).toEqual(places))
})

describe('a limit that limits', () => {
  test.each([
    ['as the other has one', 'permit p on orders.list to staff limit 3 per 1m\npermit q on orders.list to staff limit 4 per 1m'],
    ['as the other is on other routes', 'permit p on orders.list to staff limit 3 per 1m\npermit q on orders.read to staff'],
    ['as the other is to others', 'permit p on orders.list to staff limit 3 per 1m\npermit q on orders.list to support'],
    [
      'as the other asks for more',
      'permit p on orders.list to staff limit 3 per 1m\npermit q on orders.list to staff when late(3)',
    ],
    [
      'as the other asks for a factor',
      'permit p on orders.list to staff limit 3 per 1m\npermit q on orders.list to staff require mfa',
    ],
    [
      'as the header of the other may fail',
      'permit p on orders.refund to staff limit 3 per 1m\npermit q on orders.refund to staff header "x-a" = string(body.amount * 2)',
    ],
    ['as the other is but tried out', 'permit p on orders.list to staff limit 3 per 1m\nshadow permit q on orders.list to staff'],
  ])('%s', (_, added) => expect(warningsIn('IAP5030', added)).toEqual([]))
})
