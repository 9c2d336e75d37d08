import { expect, test } from 'vitest'
import { FailureLimit } from './failure-limit.ts'

function failures(limit: FailureLimit, address: string, count: number, now: number): number {
  let over = 0
  for (let i = 0; i < count; i++) over = limit.failed(address, now)
  return over
}

test('twenty at once, and one more in three seconds', () => {
  const limit = new FailureLimit()
  expect(failures(limit, 'a', 20, 0)).toBe(0)
  expect(limit.failed('a', 0)).toBe(3000)
  expect(limit.failed('b', 0)).toBe(0)
  expect(limit.failed('a', 2000)).toBe(1000)
  expect(limit.failed('a', 3000)).toBe(0)
  expect(limit.failed('a', 3000)).toBe(3000)
  // All of it, after a minute.
  expect(failures(limit, 'a', 20, 63_000)).toBe(0)
})

test('what is beyond it makes it no longer', () => {
  const limit = new FailureLimit()
  expect(failures(limit, 'a', 10_000, 0)).toBe(3000)
  expect(limit.failed('a', 3000)).toBe(0)
})

test('holds no more addresses than it may, and the newest half of them always', () => {
  const limit = new FailureLimit(100)
  failures(limit, 'a', 20, 0)
  for (let i = 0; i < 49; i++) limit.failed(`before ${i}`, 0)
  for (let i = 0; i < 49; i++) limit.failed(`after ${i}`, 0)
  expect(limit.failed('a', 0)).toBe(3000)
  for (let i = 0; i < 10_000; i++) {
    limit.failed(`address ${i}`, 0)
    expect(limit.size).toBeLessThanOrEqual(100)
  }
  expect(limit.failed('a', 0)).toBe(0)
})
