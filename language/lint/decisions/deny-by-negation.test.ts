import { describe, expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

describe('what a path or a method is not', () => {
  test.each([
    ['`!=`', 'permit p on orders.* to staff when request.method != "GET"', ['request.method != "GET"']],
    ['the other way round', 'permit p on orders.* to staff when "GET" != request.method', ['"GET" != request.method']],
    [
      '`unless`',
      'permit p on orders.* to staff unless request.path.startsWith("/orders/public")',
      ['request.path.startsWith("/orders/public")'],
    ],
    ['`!`', 'permit p on orders.* to staff when !request.path.endsWith("/refund")', ['request.path.endsWith("/refund")']],
    [
      'not in a list',
      'permit p on orders.* to staff unless request.method in ["POST", "PUT"]',
      ['request.method in ["POST", "PUT"]'],
    ],
    [
      'several in one clause, once',
      'permit p on orders.* to staff when request.path != "/orders" && request.path != "/x" && request.method != "PUT"',
      ['request.path != "/orders"'],
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
    ['`==`', 'permit p on orders.* to staff when request.method == "POST"'],
    ['a negation of a negation', 'permit p on orders.* to staff unless request.method != "POST"'],
    [
      'a header',
      'forbid f on orders.* unless request.headers.?x_a.orValue("") == "b" because "x"'.replace(
        'request.headers.?x_a',
        'request.headers[?"x-a"]',
      ),
    ],
    ['an allowlist', 'forbid f on orders.* unless request.method in ["GET", "HEAD"] because "x"'],
    ['another one', 'forbid f on orders.* when request.path != "/orders" && request.path != "/x" because "x"'],
    ['a host', 'permit p on orders.* to staff when request.host != "old.example"'],
  ])('%s', (_, added) => expect(warningsIn('IAP5025', added)).toEqual([]))
})
