/** What `docs/reference/limits.md` shows does what the page says. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MemoryBuckets } from '../../runtime/proxy/rate-limits/index.ts'
import { ask } from '../support/ask.ts'
import type { RawResponse } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

const page = readFileSync(new URL('../../docs/reference/limits.md', import.meta.url), 'utf8')
/** At the host, and of the identity, that tests have. */
const shown = (pattern: RegExp) =>
  (pattern.exec(page)?.[1] ?? '').replaceAll('orders.shop.example', 'app.test').replaceAll('staff', 'user')
const policy = shown(/^```iap\n([\s\S]*?)^```$/m)
const headers = shown(/^```text\n(RateLimit-Policy[\s\S]*?)^```$/m)
const renamed = shown(/^```text\n(@was[\s\S]*?)^```$/m)

let upstream: TestUpstream
let app: TestProxy
let buckets: MemoryBuckets
let now: number

beforeEach(async () => {
  now = 0
  buckets = new MemoryBuckets({ clock: () => now })
  upstream = await startUpstream((_, response) => response.end())
  await start(policy)
})
afterEach(async () => {
  await app?.close()
  await upstream.close()
})

async function start(text: string): Promise<void> {
  app = await startTestProxy([], {
    policy: text,
    buckets,
    services: JSON.stringify({ orders: { upstreams: [upstream.origin] } }),
  })
}

const send = (line: string, sub: string, lead = false): Promise<RawResponse> =>
  ask(app.port, line, [`Authorization: ${app.bearer({ sub, lead })}`])

async function exportsOf(sub: string, count: number, lead = false): Promise<readonly number[]> {
  const all: number[] = []
  for (let i = 0; i < count; i++) all.push((await send('POST /exports', sub, lead)).status)
  return all
}

test('its policy: three, one more each 20 minutes, and five for leads', async () => {
  expect(await exportsOf('ann', 4)).toEqual([200, 200, 200, 429])
  now += 1_199_999
  expect(await exportsOf('ann', 1)).toEqual([429])
  now += 1
  expect(await exportsOf('ann', 2)).toEqual([200, 429])
  expect(await exportsOf('lea', 6, true)).toEqual([200, 200, 200, 200, 200, 429])
  expect((await send('GET /orders', 'ann')).get('ratelimit-policy')).toBe('"600-per-60s";q=600;w=60')
})

test('its headers', async () => {
  const answer = await send('POST /exports', 'ann')
  const lines = headers.trim().split('\n')
  expect(lines).toHaveLength(2)
  for (const line of lines) {
    const [name = '', value] = line.split(': ')
    expect(answer.get(name.toLowerCase())).toBe(value)
  }
})

test('its rule that was called otherwise', async () => {
  expect(await exportsOf('ann', 4)).toEqual([200, 200, 200, 429])
  await app.close()
  const changed = policy.replace(/^permit exporting on[\s\S]*?caller\.sub\n/m, renamed)
  expect(changed).not.toBe(policy)
  await start(changed)
  expect(await exportsOf('ann', 1)).toEqual([429])
  expect(await exportsOf('ben', 4)).toEqual([200, 200, 200, 429])
})
