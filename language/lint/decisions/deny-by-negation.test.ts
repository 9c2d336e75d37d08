import { describe, expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

describe('what a path or a method is not', () => {
  test.each([
    ['`!=`', 'forbid f on orders.* when request.method != "GET" because "x"', ['request.method != "GET"']],
    ['the other way round', 'forbid f on orders.* when "GET" != request.method because "x"', ['"GET" != request.method']],
    [
      '`unless`',
      'forbid f on orders.* unless request.path.startsWith("/orders/public") because "x"',
      ['request.path.startsWith("/orders/public")'],
    ],
    ['`!`', 'permit p on orders.* to staff when !request.path.endsWith("/refund")', ['request.path.endsWith("/refund")']],
    [
      'not in a list',
      'permit p on orders.* to staff unless request.method in ["POST", "PUT"]',
      ['request.method in ["POST", "PUT"]'],
    ],
    ['among others', 'permit p on orders.* to staff when late(3) || !(request.path == "/orders")', ['request.path == "/orders"']],
    [
      'in other letters',
      'permit p on orders.* to staff unless request.path.lowerAscii().contains("admin")',
      ['request.path.lowerAscii().contains("admin")'],
    ],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5025', added)).toEqual(places))
})

describe('what they are, or what something else is not', () => {
  test.each([
    ['`==`', 'forbid f on orders.* when request.method == "POST" because "x"'],
    ['a negation of a negation', 'forbid f on orders.* unless request.method != "POST" because "x"'],
    [
      'a header',
      'forbid f on orders.* unless request.headers.?x_a.orValue("") == "b" because "x"'.replace(
        'request.headers.?x_a',
        'request.headers[?"x-a"]',
      ),
    ],
    ['a host', 'permit p on orders.* to staff when request.host != "old.example"'],
  ])('%s', (_, added) => expect(warningsIn('IAP5025', added)).toEqual([]))
})
