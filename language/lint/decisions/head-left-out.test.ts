import { describe, expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

describe('a forbid of GET alone', () => {
  test.each([
    ['`==`', 'forbid f on orders.read when request.method == "GET" because "x"', ['request.method == "GET"']],
    ['the other way round', 'forbid f on orders.read when "GET" == request.method because "x"', ['"GET" == request.method']],
    ['`unless`', 'forbid f on orders.read unless request.method != "GET" because "x"', ['request.method != "GET"']],
    [
      'of several',
      'forbid f on orders.* when request.method in ["GET", "POST"] because "x"',
      ['request.method in ["GET", "POST"]'],
    ],
    ['among others', 'forbid f on orders.read when late(3) && request.method == "GET" because "x"', ['request.method == "GET"']],
    ['in a shadow', 'shadow forbid f on orders.read when request.method == "GET" because "x"', ['request.method == "GET"']],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5032', added)).toEqual(places))
})

describe('what leaves nothing', () => {
  test.each([
    ['both are named', 'forbid f on orders.read when request.method in ["GET", "HEAD"] because "x"'],
    ['one after the other', 'forbid f on orders.read when request.method == "GET" || request.method == "HEAD" because "x"'],
    ['a permit', 'permit p on orders.read to staff when request.method == "GET"'],
    ['another method', 'forbid f on orders.refund when request.method == "POST" because "x"'],
    ['a route that takes none', 'forbid f on orders.refund when request.method == "GET" because "x"'],
  ])('%s', (_, added) => expect(warningsIn('IAP5032', added)).toEqual([]))
})
