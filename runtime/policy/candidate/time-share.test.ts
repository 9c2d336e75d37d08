import { expect, test } from 'vitest'
import { TimeShare } from './time-share.ts'

test('a second at once, and a fifth of the time after that', () => {
  const time = new TimeShare(0)
  expect(time.hasSome(0)).toBe(true)
  time.spend(1000)
  expect(time.hasSome(0)).toBe(false)
  expect(time.hasSome(1)).toBe(true)
  // What took long puts off what comes after it.
  time.spend(200.2)
  expect([time.hasSome(500), time.hasSome(1000), time.hasSome(1003)]).toEqual([false, false, true])
})

test('what is not used is not saved up', () => {
  const time = new TimeShare(0)
  expect(time.hasSome(1e9)).toBe(true)
  time.spend(1000)
  expect(time.hasSome(1e9)).toBe(false)
})

test('whatever one look at a policy takes, over a minute it is a fifth of it and a second', () => {
  for (const takes of [0.01, 5, 300]) {
    const time = new TimeShare(0)
    let now = 0
    let used = 0
    while (now < 60_000) {
      if (time.hasSome(now)) {
        time.spend(takes)
        used += takes
        now += takes
      } else now += 1
    }
    expect(used).toBeLessThan(60_000 * 0.2 + 1000 + 2 * takes)
  }
})
