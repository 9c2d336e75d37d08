import { describe, expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

describe('a rule that says what another says', () => {
  test.each([
    ['word by word', 'permit p on orders.list to staff when late(3)\npermit q on orders.list to staff when late(3)', ['q']],
    [
      'with its clauses in another order, and apart',
      'permit p on orders.list to staff when late(3) && "x" in closed\npermit q on orders.list to staff when "x" in closed when late(3)',
      ['q'],
    ],
    [
      'with its routes by another name',
      'permit p on orders.* to staff\npermit q on orders.list, orders.read, orders.refund to staff',
      ['q'],
    ],
    [
      'with `when !` for `unless`',
      'forbid p on orders.list when !late(3) because "x"\nforbid q on orders.list unless late(3) because "x"',
      ['q'],
    ],
    [
      'to the same in another order',
      'permit p on orders.list to support, manager\npermit q on orders.list to manager, support',
      ['q'],
    ],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5021', added)).toEqual(places))
})

describe('one that says something else', () => {
  test.each([
    ['as its effect is another', 'forbid p on orders.list to staff\npermit q on orders.list to staff'],
    ['as it is tried out', 'permit p on orders.list to staff\nshadow permit q on orders.list to staff'],
    ['as its reason is another', 'forbid p on orders.list because "a"\nforbid q on orders.list because "b"'],
    [
      'as its limit is another',
      'permit p on orders.list to staff limit 3 per 1m\npermit q on orders.list to staff limit 4 per 1m',
    ],
    ['as it sets a header', 'permit p on orders.list to staff\npermit q on orders.list to staff header "x-a" = "b"'],
    ['as it requires something', 'permit p on orders.list to staff\npermit q on orders.list to staff require mfa'],
  ])('%s', (_, added) => expect(warningsIn('IAP5021', added)).toEqual([]))
})
