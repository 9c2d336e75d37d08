import { describe, expect, test } from 'vitest'
import { warningsIn, warningsOf, world } from '../test-lint.ts'

const forbid = (condition: string) => `forbid f on orders.list when ${condition} because "x"`

describe('what a value never is', () => {
  test.each([
    ['request.time.getMonth("Europe/Berlin") == 12', ['request.time.getMonth("Europe/Berlin") == 12']],
    ['7 == request.time.getDayOfWeek()', ['7 == request.time.getDayOfWeek()']],
    ['request.time.getDayOfWeek() in [6, 7]', ['7']],
    ['request.time.getHours() > 23', ['request.time.getHours() > 23']],
    ['request.time.getHours() >= 0', ['request.time.getHours() >= 0']],
    ['request.time.getHours() < 24', ['request.time.getHours() < 24']],
    ['request.time.getHours() <= -1', ['request.time.getHours() <= -1']],
    ['request.time.getDate() != 0', ['request.time.getDate() != 0']],
    ['size(request.path) < 0', ['size(request.path) < 0']],
    ['request.path.lowerAscii() == "/Admin"', ['request.path.lowerAscii() == "/Admin"']],
    ['request.path.lowerAscii().startsWith("/Admin")', ['request.path.lowerAscii().startsWith("/Admin")']],
    ['request.path.upperAscii() in ["/ADMIN", "/Root"]', ['"/Root"']],
    ['request.host == "Orders.example"', ['request.host == "Orders.example"']],
    ['request.host == "orders.example:8443"', ['request.host == "orders.example:8443"']],
    ['request.method == "POST"', ['request.method == "POST"']],
    ['request.method == "get"', ['request.method == "get"']],
    ['late(3) && !("POST" == request.method)', ['"POST" == request.method']],
    ['["a"].exists(x, x == "a" && request.time.getMinutes() == 60)', ['request.time.getMinutes() == 60']],
  ])('%s', (condition, places) => expect(warningsIn('IAP5031', forbid(condition))).toEqual(places))

  test.each([
    ['def sunday(): bool = request.time.getDayOfWeek() == 7\npermit p on orders.list to staff when sunday()'],
    ['def reads(): bool = request.method == "get"\npermit p on orders.list to staff when reads()'],
    ['invariant i on orders.list denied when request.method == "PUT"'],
  ])('%s', (added) => expect(warningsIn('IAP5031', added)).toHaveLength(1))

  test('is told with what it is', () => {
    const messages = (condition: string) => warningsOf('IAP5031', `${world}\n${forbid(condition)}`).map(({ message }) => message)
    expect(messages('request.time.getMonth() == 12')).toEqual([
      '`request.time.getMonth()` lies between 0 and 11, so this is always `false`',
    ])
    expect(messages('request.method == "POST"')).toEqual([
      '`request.method` is `GET` or `HEAD` on this route, so this is always `false`',
    ])
  })
})

describe('what it can be', () => {
  test.each([
    'request.time.getMonth() == 11 || request.time.getDayOfWeek() in [0, 6] || request.time.getHours() < 23',
    'request.time.getHours() >= 1 && request.time.getHours() <= 22',
    'request.time - timestamp("2026-01-01T00:00:00Z") > duration("1h") && duration("99h").getHours() > 24',
    'size(request.path) > 0 && size(request.path) <= 0',
    'request.path.lowerAscii() == "/admin" || request.path == "/Admin"',
    'request.host == "orders.example" || request.host.endsWith(".example") || request.host == "[::1]"',
    'request.method == "GET" && request.method != "HEAD"',
    'request.method in ["GET", "HEAD"]',
  ])('%s', (condition) => expect(warningsIn('IAP5031', forbid(condition))).toEqual([]))

  test('of several routes each has its methods, and one of any method has all', () => {
    expect(warningsIn('IAP5031', 'forbid f on orders.list, orders.refund when request.method == "POST" because "x"')).toEqual([])
    const any = 'service any at "any.example" { route all ANY "/{path...}" is pii }'
    expect(warningsIn('IAP5031', `${any}\nforbid f on any.all when request.method == "PURGE" because "x"`)).toEqual([])
  })
})
