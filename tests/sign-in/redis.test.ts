/** Two proxies that share a real Redis, one with two workers. */
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newSecret } from '../../runtime/identity/sessions/index.ts'
import { RedisStore } from '../../runtime/identity/sessions/redis-store.ts'
import { ADMIN_TOKEN, adminYaml, callAdmin, revoke } from '../support/admin.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { collectLog } from '../support/identity.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { eventually } from '../support/until.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

let redis: TestRedis
let stage: SignInStage
const key = newSecret()

beforeAll(async () => {
  if (!installed) return
  redis = await startRedis()
  process.env.IAP_TEST_SESSION_KEY = key
  stage = await openSignIn()
})

afterAll(async () => {
  await stage?.close()
  await redis?.close()
})

const start = (workers: number) =>
  stage.start({
    ...{ workers, lives: 'stage', admin: adminYaml },
    sessions: `{ store: "${redis.url}", keys: [{ env: IAP_TEST_SESSION_KEY }] }`,
  })

async function signIn(client: CookieClient, { origin }: StartedProxy): Promise<void> {
  const page = await client.submit(await client.open(`${origin}/users/x`), { account: 'ann' })
  expect(page.status).toBe(200)
}

describe.skipIf(!installed)('two proxies on one Redis', () => {
  let one: StartedProxy
  let two: StartedProxy
  beforeAll(async () => {
    writeFileSync(join(stage.stage.folder, 'admin-token'), ADMIN_TOKEN, { mode: 0o600 })
    one = await start(2)
    two = await start(1)
  })

  test('have sessions in common; signed out at one, it is over at the other, and so is what was open there', async () => {
    const client = new CookieClient()
    // The port is no part of what a cookie is for.
    await signIn(client, two)
    for (let i = 0; i < 4; i++) expect((await client.send(`${one.origin}/users/x`)).status).toBe(200)
    const cookie = client.cookiesFor(one.origin)
    stage.serve = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: begun\n\n')
      if (!request.url?.includes('stream')) response.end()
    }
    const streams = await Promise.all(Array.from({ length: 4 }, () => openStream(one.port, cookie)))
    const page = await client.open(`${two.origin}/.iap/logout`)
    const told = client.submit(page)
    await Promise.all(streams.map(({ closed }) => closed))
    await told
    for (let i = 0; i < 4; i++)
      expect((await new CookieClient().send(`${one.origin}/users/x`, { headers: { cookie } })).status).toBe(401)
  })

  test('revoked at one by its id, it is over at the other, and so is what was open there; who signs in again is let in', async () => {
    const client = new CookieClient()
    await signIn(client, two)
    const page = await client.send(`${two.origin}/.iap/`)
    const session = /<dt>Session<\/dt><dd>([\w-]+)<\/dd>/.exec(page.body)?.[1]
    const cookie = client.cookiesFor(two.origin)
    const streams = await Promise.all(Array.from({ length: 4 }, () => openStream(two.port, cookie)))
    const [, admin = ''] = await one.proxy.line(/health and metrics on (http\S+?)(?:"|$|\s)/m)
    expect((await callAdmin(admin, 'GET', '/v1/sessions')).body).toMatchObject({
      store: { kind: 'redis', available: true, sessions: expect.any(Number) },
    })
    await revoke(admin, { session })
    await Promise.all(streams.map(({ closed }) => closed))
    for (let i = 0; i < 4; i++)
      expect((await new CookieClient().send(`${two.origin}/users/x`, { headers: { cookie } })).status).toBe(401)
    await signIn(client, two)
  })

  test('a restart ends no session', async () => {
    const client = new CookieClient()
    await signIn(client, one)
    one.proxy.child.kill('SIGTERM')
    await one.proxy.ended
    one = await start(2)
    expect((await client.send(`${one.origin}/users/x`)).status).toBe(200)
  })

  test('a Redis that is gone: 503, and it recovers', async () => {
    const { origin } = one
    const client = new CookieClient()
    await signIn(client, { origin } as StartedProxy)
    await redis.stop()
    const page = await eventually(async () => {
      const answer = await client.send(`${origin}/users/x`)
      return answer.status === 503 ? answer : undefined
    })
    expect(page.headers['x-iap-error']).toBe('session-store-unavailable')
    // Who has none is served.
    expect((await new CookieClient().send(`${origin}/open/x`)).status).toBe(200)
    await redis.start()
    // It is empty now; and each worker is to have noticed that it is there.
    const cookie = client.cookiesFor(origin)
    await eventually(async () => {
      const asked = Array.from({ length: 8 }, () => new CookieClient().send(`${origin}/users/x`, { headers: { cookie } }))
      return (await Promise.all(asked)).every(({ status }) => status === 401) ? true : undefined
    })
    client.forget()
    await signIn(client, { origin } as StartedProxy)
  })

  test('a Redis that says nothing any more: copies do not count for longer than a second or so', async () => {
    const { origin } = two
    const client = new CookieClient()
    await signIn(client, { origin } as StartedProxy)
    redis.freeze()
    try {
      await eventually(async () => ((await client.send(`${origin}/users/x`)).status === 503 ? true : undefined))
    } finally {
      redis.thaw()
    }
    await eventually(async () => ((await client.send(`${origin}/users/x`)).status === 200 ? true : undefined))
  })
})

describe.skipIf(!installed)('a store in Redis', () => {
  async function open(): Promise<RedisStore> {
    const store = new RedisStore({ url: redis.url, log: collectLog(), prefix: `test ${Math.random()}:` })
    await eventually(() => (store.hearing() === null ? undefined : true))
    return store
  }
  const soon = () => Date.now() + 60_000

  test('does what memory does', async () => {
    const store = await open()
    await store.put('session:a', '1', { until: soon(), idle: 1000, tags: ['t', 'u'] })
    expect(await store.get('session:a')).toBe('1')
    expect(await store.replace('session:a', '0', '2')).toBe(false)
    expect(await store.replace('session:a', '1', '2')).toBe(true)
    expect(await store.get('session:a')).toBe('2')
    const heard: string[] = []
    store.onEnd((keys) => heard.push(...keys))
    expect(await store.endTagged('t')).toEqual(['session:a'])
    expect(heard).toContain('session:a')
    expect(await store.get('session:a')).toBeNull()
    expect(await store.replace('session:a', '2', '3')).toBe(false)
    await store.put('session:b', '1', { until: soon() })
    expect((await Promise.all([store.take('session:b'), store.take('session:b')])).sort()).toEqual(['1', null])
    expect(await store.add('l', 'one', 60_000)).toBe(true)
    expect(await store.add('l', 'two', 60_000)).toBe(false)
    expect(await store.renew('l', 'two', 60_000)).toBe(false)
    expect(await store.renew('l', 'one', 60_000)).toBe(true)
    await store.release('l', 'two')
    expect(await store.add('l', 'two', 60_000)).toBe(false)
    await store.release('l', 'one')
    expect(await store.add('l', 'two', 20)).toBe(true)
    await eventually(async () => ((await store.add('l', 'one', 60_000)) ? true : undefined))
    const end = Math.floor(soon() / 1000)
    expect((await Promise.all([store.once('o', end), store.once('o', end)])).sort()).toEqual(['known', 'new'])
    for (const name of ['c', 'd', 'e'])
      await store.put(`session:${name}`, name, { until: soon() + name.charCodeAt(0), groups: [{ name: 'g', most: 2 }] })
    expect(await Promise.all(['c', 'd', 'e'].map((name) => store.get(`session:${name}`)))).toEqual([null, 'd', 'e'])
    await store.put('session:i', '1', { until: soon(), idle: 50 })
    await eventually(async () => {
      // For longer than it may go unused.
      await new Promise((resolve) => setTimeout(resolve, 100))
      return (await store.get('session:i')) === null ? true : undefined
    })
    await store.close()
  })

  test('says how it is: how fast it responds, how many sessions it has, and that it is gone', async () => {
    const store = await open()
    for (let at = 0; at < 5; at++) await store.put(`session:${at}`, 's', { until: soon(), tags: ['t'] })
    await store.put('other', 'o', { until: soon() })
    expect(await store.status('session:')).toEqual({
      kind: 'redis',
      available: true,
      latency: expect.any(Number),
      sessions: 5,
      isMinimum: false,
      memory: { used: expect.any(Number), most: null },
    })
    redis.freeze()
    try {
      const gone = { kind: 'redis', available: false, latency: null, sessions: null, isMinimum: false, memory: null }
      expect(await store.status('session:')).toEqual(gone)
    } finally {
      redis.thaw()
    }
    await store.close()
  })
})

/** A request whose answer goes on. Settled when it has begun. */
function openStream(port: number, cookie: string): Promise<{ readonly closed: Promise<void> }> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`GET /users/stream HTTP/1.1\r\nHost: app.localhost:${port}\r\nCookie: ${cookie}\r\n\r\n`)
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      if (String(chunk).includes('begun')) resolve({ closed })
    })
  })
}
