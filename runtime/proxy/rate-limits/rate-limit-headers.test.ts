import { expect, test } from 'vitest'
import { limitForClient, rateLimitLines, withRateLimit } from './rate-limit-headers.ts'

const limit = { count: 20, per: 3_600_000, left: 7, wait: 180_000 }

test.each([
  ['whole seconds', limit, '"20-per-3600s";q=20;w=3600', '"20-per-3600s";r=7;t=180'],
  ['parts of a second', { ...limit, per: 1, wait: 1 }, '"20-per-1ms";q=20;w=1', '"20-per-1ms";r=7;t=1'],
  [
    'more than an Integer holds',
    { ...limit, count: 2 ** 53 - 1, left: 2 ** 53 - 2 },
    '"9007199254740991-per-3600s";q=999999999999999;w=3600',
    '"9007199254740991-per-3600s";r=999999999999999;t=180',
  ],
])('%s', (_, of, policy, left) => {
  expect(rateLimitLines(of)).toEqual(['ratelimit-policy', policy, 'ratelimit', left])
})

test('of several limits the one with most room, then the one that has some first, then the first', () => {
  const limits = ['a', 'b', 'c'].map((rule, at) => ({ rule, count: at + 1, per: 1000, key: null }))
  const told = (...rooms: readonly (readonly [left: number, wait: number])[]) =>
    limitForClient(
      limits,
      rooms.map(([left, wait]) => ({ taken: left > 0, left, wait })),
    ).count
  expect(told([1, 5], [3, 9], [2, 1])).toBe(2)
  expect(told([0, 5], [0, 9], [0, 1])).toBe(3)
  expect(told([1, 5], [1, 5], [0, 1])).toBe(1)
})

test('of a service nothing is left that says the same, in any case of letters, and everything else as it was', () => {
  const headers = ['RateLimit', 'x', 'X-RateLimit-Limit', '5', 'ratelimit-POLICY', 'y', 'ratelimit-reset', '1', 'date', 'now']
  expect(withRateLimit(headers, limit)).toEqual([
    ...['X-RateLimit-Limit', '5', 'ratelimit-reset', '1', 'date', 'now'],
    ...rateLimitLines(limit),
  ])
})
