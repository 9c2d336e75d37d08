import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Wanted, wantedOf } from './buckets.ts'
import { MemoryBuckets } from './memory-buckets.ts'
import { type Level, takeToken } from './take-token.ts'

const FULL = process.env.IAP_FULL !== undefined

interface Asked {
  readonly rule: string
  readonly was?: readonly string[]
  readonly count?: number
  readonly per?: number
  readonly key?: string | null
}

const wanted = ({ rule, was = [], count = 2, per = 1000, key = null }: Asked): Wanted =>
  wantedOf({ rule, count, per, key }, [rule, ...was])

/** Which of the limits had a token. */
function asking() {
  let now = 0
  const buckets = new MemoryBuckets({ clock: () => now })
  const ask = (...all: readonly Asked[]) => buckets.take(all.map(wanted)).map(({ taken }) => taken)
  return {
    buckets,
    ask,
    /** So often in a row. */
    times: (count: number, asked: Asked) => Array.from({ length: count }, () => ask(asked)[0]),
    wait(ms: number) {
      now += ms
    },
  }
}

describe('a bucket is', () => {
  test('of a rule and a key', () => {
    const { times } = asking()
    expect(times(3, { rule: 'a' })).toEqual([true, true, false])
    for (const one of [{ rule: 'b' }, { rule: 'a', key: '' }, { rule: 'a', key: 'null' }, { rule: 'a', key: 'x' }])
      expect(times(3, one)).toEqual([true, true, false])
  })

  test('of its numbers: with others it is another, and with the same again the same', () => {
    const { times, wait } = asking()
    expect(times(3, { rule: 'a', per: 4000 })).toEqual([true, true, false])
    expect(times(4, { rule: 'a', count: 3, per: 4000 })).toEqual([true, true, true, false])
    expect(times(3, { rule: 'a', per: 3000 })).toEqual([true, true, false])
    wait(1999)
    expect(times(1, { rule: 'a', per: 4000 })).toEqual([false])
    wait(1)
    expect(times(2, { rule: 'a', per: 4000 })).toEqual([true, false])
  })

  test('the same under a former name, whichever of them asks', () => {
    const { ask, buckets } = asking()
    const [before, after, later] = [{ rule: 'a' }, { rule: 'b', was: ['a'] }, { rule: 'c', was: ['a', 'b'] }]
    expect([ask(before), ask(after), ask(before), ask(later)].flat()).toEqual([true, true, false, false])
    expect(buckets.size).toBe(2)
  })

  test('the same where the last name alone is said, and its own again where another rule takes a name that is free', () => {
    const { ask } = asking()
    ask({ rule: 'a' })
    ask({ rule: 'b', was: ['a'] })
    expect(ask({ rule: 'c', was: ['b'] })).toEqual([false])
    const other = asking()
    other.ask({ rule: 'b', was: ['a'], per: 4000 })
    other.wait(2000)
    // Of what it had then nothing is missing any more.
    expect(other.times(3, { rule: 'a', per: 4000 })).toEqual([true, true, false])
    expect(other.times(3, { rule: 'b', per: 4000 })).toEqual([true, true, false])
  })

  test('where there are two under two names, the one from which most is missing', () => {
    for (const was of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const { ask, times } = asking()
      ask({ rule: 'a', count: 4 })
      times(3, { rule: 'b', count: 4 })
      expect(times(2, { rule: 'c', was, count: 4 })).toEqual([true, false])
      expect([ask({ rule: 'a', count: 4 }), ask({ rule: 'b', count: 4 })].flat()).toEqual([false, false])
    }
  })
})

test('of several limits each that has a token gives one', () => {
  const { ask } = asking()
  const [few, many] = [
    { rule: 'few', count: 1 },
    { rule: 'many', count: 3 },
  ]
  expect(ask(few, many)).toEqual([true, true])
  expect(ask(few, many)).toEqual([false, true])
  expect(ask(many)).toEqual([true])
  expect(ask(few, many)).toEqual([false, false])
})

test('a bucket that is full again is gone some time', () => {
  const { ask, wait, buckets } = asking()
  for (let i = 0; i < 1000; i++) ask({ rule: 'a', key: String(i) })
  expect(buckets.size).toBe(1000)
  wait(1000)
  for (let i = 0; i < 1000; i++) ask({ rule: 'a', key: `other ${i}` })
  expect(buckets.size).toBe(1000)
  wait(1000)
  // Two for one that comes, and none for one that is there.
  for (let i = 0; i < 500; i++) ask({ rule: 'a', key: `later ${i}` })
  expect(buckets.size).toBe(500)
})

test('many rules with many keys are what each is by itself', () => {
  const request = fc.record({
    pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
    limits: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
    key: fc.constantFrom(null, '', 'x', 'y'),
  })
  const numbers: Readonly<Record<string, { readonly count: number; readonly per: number }>> = {
    a: { count: 1, per: 100 },
    b: { count: 3, per: 1000 },
    c: { count: 10, per: 700 },
  }
  fc.assert(
    fc.property(fc.array(request, { maxLength: 100 }), (requests) => {
      let now = 0
      const buckets = new MemoryBuckets({ clock: () => now })
      const levels = new Map<string, Level>()
      for (const { pause, limits, key } of requests) {
        now += pause
        const rooms = buckets.take(limits.map((rule) => wanted({ rule, key, ...numbers[rule] })))
        const expected = limits.map((rule) => {
          const name = JSON.stringify([rule, key])
          const level = levels.get(name) ?? { owed: 0, at: now }
          levels.set(name, level)
          return takeToken(level, numbers[rule] as { count: number; per: number }, now)
        })
        expect(rooms).toEqual(expected)
      }
    }),
    { numRuns: FULL ? 5000 : 200, seed: 7 },
  )
})
