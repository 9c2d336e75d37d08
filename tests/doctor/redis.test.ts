import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { redisCases, send } from './redis-cases.ts'
import { anIssuer, setUp } from './set-up.ts'

const KEYS = { key: 'a key of the tests, of more than 32 characters' }

describe.skipIf(!hasRedis())('a Redis', () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.close())

  async function diagnosed(credentials?: string) {
    const url = credentials === undefined ? redis.url : redis.url.replace('//', `//${credentials}@`)
    const more = `sessions: { store: "${url}", keys: [{ file: ./key }] }`
    const { doctor } = await setUp(await anIssuer(), { more, files: KEYS })
    const { checks } = await doctor()
    expect(JSON.stringify(checks)).not.toContain('secret@')
    return checks.filter((one) => one.check === 'redis')
  }

  test('that works', async () => {
    const found = await diagnosed()
    expect(found.map(({ result, place }) => [result, place])).toEqual([
      ['ok', 'sessions.store'],
      ['ok', 'sessions.store'],
    ])
  })

  test.each(redisCases)('$name', async ({ result, message, advice, commands, credentials }) => {
    await send(redis, commands)
    const found = (await diagnosed(credentials)).filter((one) => one.result !== 'ok')
    expect(found).toEqual([
      {
        check: 'redis',
        place: 'sessions.store',
        result,
        message: expect.stringMatching(message),
        advice: expect.stringMatching(advice),
      },
    ])
  })

  test('that hangs', async () => {
    redis.freeze()
    const more = `limits: { store: "${redis.url}" }`
    const { doctor } = await setUp(await anIssuer(), { more })
    const { code, checks } = await doctor('--timeout', '500ms')
    redis.thaw()
    const [found] = checks.filter((one) => one.check === 'redis')
    expect([code, found?.result, found?.place]).toEqual([1, 'problem', 'limits.store'])
  })
})
