/** The buckets in a real Redis against those in memory. */
import { createClient } from '@redis/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Wanted } from '../../runtime/proxy/rate-limits/index.ts'
import { RedisBuckets } from '../../runtime/proxy/rate-limits/redis-buckets.ts'
import { takeToken } from '../../runtime/proxy/rate-limits/take-token.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { WAIT } from '../support/until.ts'

const FULL = process.env.IAP_FULL !== undefined
const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

const log = { info: () => {}, warn: () => {}, error: () => {} }
const PREFIX = 'test:'

let redis: TestRedis
let client: ReturnType<typeof createClient>
let buckets: RedisBuckets

beforeAll(async () => {
  if (!installed) return
  redis = await startRedis()
  client = createClient({ url: redis.url })
  await client.connect()
  buckets = new RedisBuckets({ url: redis.url, prefix: PREFIX, log })
  await buckets.ready()
})
beforeEach(() => client?.flushAll())
afterAll(async () => {
  buckets?.close()
  client?.destroy()
  await redis?.close()
})

const name = (id: string) => `${PREFIX}limit ${id}`
const wanted = (ids: readonly string[], count: number, per: number): Wanted => ({ ids, rule: 'r', count, per })
const take = async (...all: readonly Wanted[]) => (await buckets.take(all)).map(({ taken }) => taken)

/** Milliseconds, as Redis has them. */
async function timeThere(): Promise<number> {
  const [seconds = '', micros = ''] = (await client.sendCommand(['TIME'])) as unknown as readonly string[]
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

describe.runIf(installed)('a bucket in Redis', () => {
  test('gives what one in memory gives at the same time', async () => {
    const state = fc.record({
      count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100_000 })),
      per: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(60_000, 3_600_000, 2_592_000_000)),
      missing: fc.double({ min: 0, max: 1, noNaN: true }),
      ago: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100_000 })),
    })
    await fc.assert(
      fc.asyncProperty(state, async ({ count, per, missing, ago }) => {
        const before = await timeThere()
        const owed = Math.floor(missing * count * per)
        await client.set(name('x'), `${owed} ${before - ago}`)
        const [room] = await buckets.take([wanted(['x'], count, per)])
        const after = await timeThere()
        // At one of the milliseconds that it may have been.
        const rooms = Array.from({ length: after - before + 1 }, (_, ms) =>
          takeToken({ owed, at: before - ago }, { count, per }, before + ms),
        )
        expect(rooms).toContainEqual(room)
      }),
      { numRuns: FULL ? 5000 : 200, seed: 7 },
    )
  })

  test('is full at first, holds N, and is forgotten when it is full again', async () => {
    const limit = wanted(['x'], 3, 3_600_000)
    expect(await buckets.take([limit])).toEqual([{ taken: true, left: 2, wait: 1_200_000 }])
    const left = await client.pTTL(name('x'))
    expect(left).toBeGreaterThan(1_000_000)
    expect(left).toBeLessThanOrEqual(1_200_000)
    expect([await take(limit), await take(limit), await take(limit)].flat()).toEqual([true, true, false])
    expect(await client.pTTL(name('x'))).toBeLessThanOrEqual(3_600_000)
  })

  test('runs in within less than a second, too', async () => {
    const limit = wanted(['x'], 1, 50)
    expect(await take(limit)).toEqual([true])
    await expect.poll(() => take(limit), WAIT).toEqual([true])
  })

  test('is the same under all its names', async () => {
    const per = 2_592_000_000
    await take(wanted(['a'], 4, per))
    await take(wanted(['b'], 4, per))
    await take(wanted(['b'], 4, per))
    // Two are missing in one and one in the other: two, then.
    expect(await take(wanted(['c', 'a', 'b'], 4, per), wanted(['c', 'a', 'b'], 4, per))).toEqual([true, true])
    expect(
      [await take(wanted(['a'], 4, per)), await take(wanted(['b'], 4, per)), await take(wanted(['c'], 4, per))].flat(),
    ).toEqual([...[false, false, false]])
  })

  test('of several, each that has a token gives one', async () => {
    const [few, many] = [wanted(['few'], 1, 2_592_000_000), wanted(['many'], 3, 2_592_000_000)]
    expect([await take(few, many), await take(few, many), await take(many), await take(few, many)]).toEqual([
      [true, true],
      [false, true],
      [true],
      [false, false],
    ])
  })

  test('is none where there is no room for it: nobody passes uncounted', async () => {
    await client.configSet('maxmemory', '1')
    try {
      await expect(take(wanted(['x'], 3, 1000))).rejects.toThrow(/OOM/)
    } finally {
      await client.configSet('maxmemory', '0')
    }
    expect(await take(wanted(['x'], 3, 1000))).toEqual([true])
  })

  test.each([
    ['no numbers', () => client.set(name('x'), 'what')],
    ['no text', () => client.lPush(name('x'), 'what')],
  ])('that holds %s gives nothing', async (_, spoil) => {
    await spoil()
    await expect(take(wanted(['x'], 3, 1000))).rejects.toThrow()
  })
})
