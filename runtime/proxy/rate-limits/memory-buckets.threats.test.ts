/** Whoever makes up keys makes up buckets: what that costs memory, other rules, and other callers. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { wantedOf } from './buckets.ts'
import { MemoryBuckets, MOST_BUCKETS } from './memory-buckets.ts'

const FULL = process.env.IAP_FULL !== undefined
const KEYS = FULL ? 2_000_000 : 300_000

function asking(most?: number) {
  let now = 0
  const buckets = new MemoryBuckets({ clock: () => now, ...(most !== undefined && { most }) })
  return {
    buckets,
    take: (rule: string, key: string, count = 5, per = 3_600_000) =>
      buckets.take([wantedOf({ rule, count, per, key }, [rule])])[0]?.taken,
    wait(ms: number) {
      now += ms
    },
  }
}

/** Bytes, once all is collected that can be. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  // Later contexts of this process would have it, too.
  setFlagsFromString('--no-expose-gc')
  collect()
  return process.memoryUsage().heapUsed
}

test('a flood of keys has the memory of as many as there may be, however long they are', () => {
  const { buckets, take } = asking()
  const before = heapUsed()
  for (let i = 0; i < KEYS; i++) take('open', `${i} ${'x'.repeat(i % 50 === 0 ? 16_000 : 10)}`)
  expect(buckets.size).toBe(MOST_BUCKETS)
  const megabytes = (heapUsed() - before) / 2 ** 20
  console.log(`${KEYS} keys: ${buckets.size} buckets, ${megabytes.toFixed(1)} MB`)
  expect(megabytes).toBeLessThan(64)
  // Still there, or the figure would be of nothing.
  expect(take('open', `${KEYS - 1} xxxxxxxxxx`)).toBe(true)
})

test('a flood costs no other rule anything', () => {
  const { take } = asking(1000)
  for (let who = 0; who < 100; who++) for (let i = 0; i < 5; i++) expect(take('login', String(who))).toBe(true)
  for (let i = 0; i < 5000; i++) expect(take('open', String(i))).toBe(true)
  for (let who = 0; who < 100; who++) expect(take('login', String(who))).toBe(false)
})

test('within its rule, the one from which most is missing is forgotten last', () => {
  const { take, wait } = asking(1000)
  for (let i = 0; i < 5; i++) take('login', 'victim')
  wait(60_000)
  for (let i = 0; i < 5000; i++) expect(take('login', `made up ${i}`)).toBe(true)
  expect(take('login', 'victim')).toBe(false)
})

test('who would have a bucket forgotten has to empty as many others as there may be', () => {
  const { take, wait } = asking(100)
  for (let i = 0; i < 5; i++) take('login', 'victim')
  let asked = 0
  for (let other = 0; take('login', 'victim') === false; other++) {
    wait(1)
    for (let i = 0; i < 5; i++) {
      take('login', `made up ${other}`)
      asked++
    }
  }
  expect(asked).toBeGreaterThanOrEqual(99 * 5)
})

test('one that is full again goes before any from which something is missing', () => {
  const { take, wait, buckets } = asking(100)
  for (let i = 0; i < 50; i++) take('short', String(i), 1, 1000)
  for (let i = 0; i < 50; i++) take('long', String(i), 1, 3_600_000)
  wait(1000)
  for (let i = 50; i < 100; i++) take('long', String(i), 1, 3_600_000)
  expect(buckets.size).toBe(100)
  for (let i = 0; i < 100; i++) expect(take('long', String(i), 1, 3_600_000)).toBe(false)
})
