/** Notices of a Redis, at the wire. */
import { createClient } from '@redis/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createLog } from '../../runtime/base/log.ts'
import { hearNotices } from '../../runtime/policy/source/hear-notices.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { until, WAIT } from '../support/until.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

describe.skipIf(!installed)('a channel', () => {
  let redis: TestRedis
  let said: string[]
  let heard: number

  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis?.close())
  beforeEach(() => {
    said = []
    heard = 0
  })

  function hear(url = redis.url): ReturnType<typeof hearNotices> {
    const notices = hearNotices(
      { redis: url, channel: 'shop' },
      createLog((line) => said.push(line)),
      () => heard++,
    )
    onTestFinished(() => notices.close())
    return notices
  }

  async function command(...words: string[]): Promise<unknown> {
    const client = createClient({ url: redis.url })
    client.on('error', () => {})
    await client.connect()
    try {
      return await client.sendCommand(words)
    } finally {
      client.destroy()
    }
  }

  it('is heard, whatever is said there, and once when it begins to be', async () => {
    hear()
    await until(() => heard === 1)
    for (const word of ['', 'x'.repeat(100_000), '\u0000\n']) expect(await command('PUBLISH', 'shop', word)).toBe(1)
    await until(() => heard === 4)
    expect(await command('PUBLISH', 'shops', 'x')).toBe(0)
    expect(said).toEqual([])
  })

  it('of a Redis that is gone and comes back is heard again, without anybody asking', async () => {
    hear()
    await until(() => heard === 1)
    await redis.stop()
    await until(() => said.length > 0)
    expect(said[0]).toContain('the Redis of notices of bundles is unavailable')
    await redis.start()
    await until(() => heard === 2)
    expect(said.at(-1)).toContain('the Redis of notices of bundles is available again')
    expect(await command('PUBLISH', 'shop', 'x')).toBe(1)
    await until(() => heard === 3)
  })

  it('that it must not hear: that is said, and it hears as soon as it may and comes again', async () => {
    await command('ACL', 'SETUSER', 'proxy', 'on', '>secret', '+@all', 'resetchannels')
    const url = redis.url.replace('redis://', 'redis://proxy:secret@')
    hear(url)
    await until(() => said.length > 0)
    expect(said[0]).toMatch(/is unavailable: NOPERM/)
    expect(said[0]).not.toContain('secret')
    expect(heard).toBe(0)
    // It asks again by itself, with the connection that it has or another.
    await command('ACL', 'SETUSER', 'proxy', '&shop')
    await until(() => heard === 1)
    expect(await command('PUBLISH', 'shop', 'x')).toBe(1)
    await until(() => heard === 2)
  })

  it('is not heard after it is closed, whether or not it was ever there', async () => {
    const notices = hear()
    await until(() => heard === 1)
    notices.close()
    await expect.poll(() => command('PUBLISH', 'shop', 'x'), WAIT).toBe(0)
    expect(() => notices.close()).not.toThrow()
    expect(() => hear('redis://127.0.0.1:1').close()).not.toThrow()
    expect(heard).toBe(1)
  })
})
