import { describe, expect, test } from 'vitest'
import { placesOf } from '../test-lint.ts'

describe('a forbid in which something may fail', () => {
  test.each([
    ['arithmetic', 'forbid f on orders.refund when body.amount * 2 > 100 because "x"', ['body.amount * 2']],
    ['division', 'forbid f on orders.refund when 100 / body.amount > 3 because "x"', ['100 / body.amount']],
    ['conversion', 'forbid f on orders.read when int(params.id) > 3 because "x"', ['int(params.id)']],
    [
      'in a def that it calls',
      'def doubled(n: int): int = n * 2\nforbid f on orders.refund when doubled(body.amount) > 3 because "x"',
      ['doubled(body.amount)'],
    ],
    [
      'the first of several, once',
      'forbid f on orders.read unless int(params.id) + 1 > 3 when int(params.id) < 9 because "x"',
      ['int(params.id) + 1'],
    ],
  ])('%s', (_, added, places) => expect(placesOf('IAP5024', added)).toEqual(places))
})

describe('what cannot fail, or opens nothing if it does', () => {
  test.each([
    ['comparisons', 'forbid f on orders.refund when body.amount > 100 because "x"'],
    ['sums of doubles', 'forbid f on orders.list to partner when caller.score + 1.0 > 3.0 because "x"'],
    ['division by a constant', 'forbid f on orders.refund when body.amount % 2 == 0 because "x"'],
    [
      'a time some while from now',
      'forbid f on orders.read when request.time + duration("24h") < timestamp("2030-01-01T00:00:00Z") because "x"',
    ],
    ['a permit', 'permit p on orders.refund to staff when body.amount * 2 > 100'],
    ['what is tried out', 'shadow forbid f on orders.refund when body.amount * 2 > 100'],
  ])('%s', (_, added) => expect(placesOf('IAP5024', added)).toEqual([]))
})
