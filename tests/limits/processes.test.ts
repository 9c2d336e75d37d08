/** One count for all workers of a proxy, and for two proxies on one real Redis: whatever ends, begins again or takes over meanwhile. */
import { renameSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { outcomeOf } from '../support/ask.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient } from '../support/raw-client.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

/** Within 30 days no token runs in while a test runs. */
const policyWith = (rule: string) => `
identity user via jwt { sub: string, groups: set<string> }

service app at "app.test" {
  route limited ANY "/limited/{key}"
  route free    ANY "/free"
}

${rule} on app.limited to anyone limit 20 per 30d by params.key
permit free on app.free to anyone
`
const policy = policyWith('permit limited')

let upstream: TestUpstream
/** Requests that came to the service, by path. */
let served: Record<string, number>
let stage: Stage & { remove(): void }
let redis: TestRedis
let sequence = 1
let keys = 0

beforeAll(async () => {
  upstream = await startUpstream(({ url = '' }, response) => {
    served[url] = (served[url] ?? 0) + 1
    response.end('fine')
  })
  stage = await openStage(policy)
  if (installed) redis = await startRedis()
})
beforeEach(() => {
  served = {}
})
afterAll(async () => {
  await upstream?.close()
  await redis?.close()
  stage?.remove()
})

interface Started {
  readonly proxy: Running
  readonly port: number
}

let starts = 0

/** Requests at once. */
const MANY = process.env.IAP_FULL === undefined ? 200 : 500

function configure(more: string, workers = 2): void {
  stage.configure({ upstream: upstream.origin, workers, audit: `[{ file: ./audit-${++starts}.jsonl }]`, more })
}

async function start(more = '', { workers = 2, lives }: { workers?: number; lives?: 'stage' } = {}): Promise<Started> {
  configure(more, workers)
  const proxy = stage.start(lives && { lives })
  const [port = 0] = await proxy.ready()
  return { proxy, port }
}

/** On a connection of its own, so that workers take turns. */
function ask({ port }: Started, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host: 'app.test' }, agent: false }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(`${answer.statusCode} ${answer.headers['x-iap-error'] ?? ''}`.trim()))
    })
      .on('error', reject)
      .end()
  })
}

/** Asks so often, a hundred at once: of more, a machine that does other work answers some later than workers wait for a count. */
async function atOnce(count: number, proxies: readonly Started[], path: string): Promise<Readonly<Record<string, number>>> {
  const outcomes: Record<string, number> = {}
  for (let first = 0; first < count; first += AT_ONCE) {
    const all = Array.from({ length: Math.min(AT_ONCE, count - first) }, async (_, at) => {
      const outcome = await ask(proxies[at % proxies.length] as Started, path)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    })
    await Promise.all(all)
  }
  return outcomes
}

const AT_ONCE = 100

/** Of a bucket that nobody has taken from. */
const newPath = () => `/limited/${++keys}`

const beyond = '429 rate-limited'

describe('one proxy of two workers', () => {
  let one: Started
  beforeAll(async () => {
    one = await start('', { lives: 'stage' })
  })

  test('of hundreds at once exactly 20 pass', async () => {
    const path = newPath()
    expect(await atOnce(MANY, [one], path)).toEqual({ 200: 20, [beyond]: MANY - 20 })
    expect(served).toEqual({ [path]: 20 })
    // Both have let some pass, or it would say nothing of two.
    for (const { requests } of await one.proxy.workers()) expect(requests).toBeGreaterThan(MANY / 5)
    expect(await one.proxy.metric('iap_limits_total{rule="limited",result="taken"}')).toBe(20)
    expect(await one.proxy.metric('iap_limits_total{rule="limited",result="empty"}')).toBe(MANY - 20)
    // Of another key nothing is missing.
    expect(await atOnce(50, [one], newPath())).toEqual({ 200: 20, [beyond]: 30 })
  })

  test('what was counted outlives workers, and another configuration', async () => {
    const path = newPath()
    expect(await atOnce(15, [one], path)).toEqual({ 200: 15 })
    const before = await one.proxy.workers()
    for (const { pid } of before) process.kill(pid, 'SIGKILL')
    await eventually(async () => {
      const now = await one.proxy.workers()
      const isNew = now.every(({ pid, state }) => state === 'ready' && !before.some((old) => old.pid === pid))
      return (now.length === 2 && isNew) || undefined
    })
    expect(await atOnce(4, [one], path)).toEqual({ 200: 4 })
    configure('limits: { stalled: 30s }')
    one.proxy.child.kill('SIGHUP')
    await one.proxy.line(/the new configuration is active/)
    expect(await atOnce(10, [one], path)).toEqual({ 200: 1, [beyond]: 9 })
  })

  test('another policy goes on counting where the rule is the same, or says what it was called', async () => {
    const path = newPath()
    expect(await atOnce(25, [one], path)).toEqual({ 200: 20, [beyond]: 5 })
    const seen: string[] = []
    for (const text of [
      `${policy}\n// The same rules.`,
      policyWith('@was("limited") permit renamed'),
      policyWith('@was("limited") @was("renamed") permit again'),
    ]) {
      await replacePolicy(one, text)
      seen.push(await ask(one, path))
    }
    expect(seen).toEqual([beyond, beyond, beyond])
    await replacePolicy(one, policyWith('permit somebody_else'))
    expect(await atOnce(25, [one], path)).toEqual({ 200: 20, [beyond]: 5 })
    await replacePolicy(one, policyWith('permit somebody_else').replace('20 per 30d', '7 per 30d'))
    expect(await atOnce(25, [one], path)).toEqual({ 200: 7, [beyond]: 18 })
    await replacePolicy(one, policy)
    expect(await ask(one, path)).toBe(beyond)
  })

  test('a supervisor that does not answer is waited for, and not longer', async () => {
    const client = new RawClient(one.port)
    const send = async (path: string) => {
      client.send(`GET ${path} HTTP/1.1\nHost: app.test\n\n`)
      return outcomeOf(await client.response())
    }
    const path = newPath()
    expect(await send(path)).toEqual([200, null])
    one.proxy.child.kill('SIGSTOP')
    try {
      expect(await send(path)).toEqual([503, 'limits-unavailable'])
      expect(await send('/free')).toEqual([200, null])
    } finally {
      one.proxy.child.kill('SIGCONT')
    }
    await eventually(async () => ((await send(path))[0] === 200 ? true : undefined))
    client.close()
  })
})

describe.runIf(installed)('two proxies of two workers on one Redis', () => {
  let strict: Started
  beforeAll(async () => {
    strict = await start(`limits: { store: "${redis.url}" }`, { lives: 'stage' })
  })

  test('of hundreds at once exactly 20 pass, and a restart keeps that', async () => {
    const more = `limits: { store: "${redis.url}" }`
    const [one, other] = [strict, await start(more)]
    // A worker that could not reach it at once serves all the same.
    await eventually(async () => ((await atOnce(16, [one, other], newPath()))['200'] === 16 ? true : undefined))
    const earlier = [...(await one.proxy.workers()), ...(await other.proxy.workers())]
    served = {}
    const path = newPath()
    expect(await atOnce(MANY, [one, other], path)).toEqual({ 200: 20, [beyond]: MANY - 20 })
    expect(served).toEqual({ [path]: 20 })
    const later = [...(await one.proxy.workers()), ...(await other.proxy.workers())]
    for (const [at, { requests }] of later.entries()) expect(requests - (earlier[at]?.requests ?? 0)).toBeGreaterThan(MANY / 10)
    other.proxy.child.kill('SIGTERM')
    expect(await other.proxy.ended).toBe(0)
    const next = await start(more, { workers: 1 })
    expect(await ask(next, path)).toBe(beyond)
    // Of another prefix is another count.
    expect(await ask(await start(`limits: { store: "${redis.url}", prefix: "others:" }`, { workers: 1 }), path)).toBe('200')
  })

  test('while it is gone requests with a limit are refused, and others pass; then it counts again', async () => {
    const lax = await start(`limits: { store: "${redis.url}", whenUnavailable: pass }`, { workers: 1 })
    const path = newPath()
    await eventually(async () => ((await atOnce(16, [strict], newPath()))['200'] === 16 ? true : undefined))
    expect(await atOnce(30, [strict], path)).toEqual({ 200: 20, [beyond]: 10 })
    await redis.stop()
    await eventually(async () => ((await ask(strict, path)) === '503 limits-unavailable' ? true : undefined))
    expect(await atOnce(30, [strict], path)).toEqual({ '503 limits-unavailable': 30 })
    expect(await atOnce(30, [lax], path)).toEqual({ 200: 30 })
    expect(await ask(strict, '/free')).toBe('200')
    await strict.proxy.line(/the Redis of limits is unavailable/)
    await redis.start()
    await strict.proxy.line(/the Redis of limits is available again/)
    await lax.proxy.line(/the Redis of limits is available again/)
    // Each worker finds it again by itself, and a request that passes uncounted looks as one that was counted.
    const counted = async () => {
      const there = await lax.proxy.metric('iap_limits_total{rule="limited",result="unavailable"}')
      const outcomes = await atOnce(16, [strict, lax], newPath())
      return outcomes['200'] === 16 && (await lax.proxy.metric('iap_limits_total{rule="limited",result="unavailable"}')) === there
    }
    await eventually(async () => (await counted()) || undefined)
    // It has forgotten what it knew.
    expect(await atOnce(30, [strict, lax], path)).toEqual({ 200: 20, [beyond]: 10 })
  })

  test('one that is there and says nothing is waited for, and not longer', async () => {
    redis.freeze()
    try {
      expect(await ask(strict, newPath())).toBe('503 limits-unavailable')
      expect(await ask(strict, '/free')).toBe('200')
    } finally {
      redis.thaw()
    }
    await eventually(async () => ((await ask(strict, newPath())) === '200' ? true : undefined))
  })

  test('a proxy that starts without it refuses, until it is there', async () => {
    await redis.stop()
    const one = await start(`limits: { store: "${redis.url}" }`, { workers: 1 })
    expect(await ask(one, newPath())).toBe('503 limits-unavailable')
    expect(await ask(one, '/free')).toBe('200')
    await redis.start()
    await eventually(async () => ((await ask(one, newPath())) === '200' ? true : undefined))
  })
})

/** Settled when both workers have it. */
async function replacePolicy({ proxy }: Started, text: string): Promise<void> {
  const file = join(stage.folder, 'policy.iapb')
  writeFileSync(`${file}.new`, await compilePolicy(text, { signers: [testSigner], sequence: ++sequence }))
  renameSync(`${file}.new`, file)
  await eventually(async () => {
    const { body } = await proxy.admin('/readyz?verbose')
    const { workers } = JSON.parse(body) as { workers: readonly { policy: { sequence: number } | null }[] }
    return workers.every(({ policy: one }) => one?.sequence === sequence) || undefined
  })
}
