/** What a proxy has learned, in this process and in several. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkConfig, createLog, startProxy } from '../../runtime/index.ts'
import type { Learned } from '../../runtime/proxy/discovery/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'
import { openStage, type Stage } from '../life/proxy-process.ts'
import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../support/api-keys.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let upstream: TestUpstream

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
})

afterAll(async () => {
  await upstream?.close()
})

const learnedIn = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Learned

async function ask(port: number, target: string, { method = 'GET', host = 'app.test', headers = '' } = {}): Promise<number> {
  const client = new RawClient(port)
  client.send(`${method} ${target} HTTP/1.1\nHost: ${host}\n${headers}\n`)
  const { status } = await client.response()
  client.close()
  return status
}

describe('what is learned', () => {
  test('by route and caller, and without a route by template; and it is refused all the same', async () => {
    const proxy = await startTestProxy([upstream.origin], { more: 'learn: ./learned.json' })
    const user = `authorization: ${proxy.bearer()}\n`
    expect(await ask(proxy.port, '/open/x')).toBe(200)
    expect(await ask(proxy.port, '/users/ann', { headers: user })).toBe(200)
    expect(await ask(proxy.port, '/users/ann')).toBe(401)
    expect(await ask(proxy.port, '/admin/x', { headers: user })).toBe(403)
    expect(await ask(proxy.port, '/users/x', { headers: `${user}x-tenant: evil\n` })).toBe(403)
    expect(await ask(proxy.port, '/sum/7', { headers: 'authorization: Bearer ey.ey.no\n' })).toBe(401)
    expect(await ask(proxy.port, '/orders/7?email=ann@shop.example', { headers: user })).toBe(403)
    expect(await ask(proxy.port, '/orders/8', { headers: `${user}cookie: a=hunter2\n` })).toBe(403)
    expect(await ask(proxy.port, '/orders/8', { headers: 'authorization: Bearer ey.ey.no\n' })).toBe(403)
    expect(await ask(proxy.port, '/reset/hunter', { method: 'POST' })).toBe(403)
    expect(await ask(proxy.port, '/orders', { host: 'other.test' })).toBe(403)
    await proxy.audit(11)
    await proxy.proxy.close()
    const file = join(proxy.folder, 'learned.json')
    const { routes, hosts, unrouted, beyond } = learnedIn(file)
    expect(routes.map(({ route, method, template, callers }) => [`${route} ${method} ${template}`, callers])).toEqual([
      ['app.admin GET /admin/{rest...}', { user: { default: 1 } }],
      ['app.open GET /open/{rest...}', { anonymous: { permit: 1 } }],
      ['app.sum GET /sum/{n}', { refused: { reject: 1 } }],
      ['app.users GET /users/{rest...}', { anonymous: { unauthenticated: 1 }, user: { deny: 1, permit: 1 } }],
    ])
    expect(unrouted).toEqual([
      { host: 'app.test', method: 'GET', template: '/orders/{order_id: int}', count: 3, callers: { credential: 3 } },
      { host: 'app.test', method: 'POST', template: '/reset/{reset_id}', count: 1, callers: { anonymous: 1 } },
      { host: 'other.test', method: 'GET', template: '/orders', count: 1, callers: { anonymous: 1 } },
    ])
    expect([hosts, beyond]).toEqual([{ 'app.test': 'app' }, 0])
    expect(readFileSync(file, 'utf8')).not.toMatch(/ann|hunter|email|evil|ey\.|Bearer/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await proxy.close()
  })

  test('costs whoever asks nothing: a wrong key is none where there is no route', async () => {
    const wrong = `x-api-key: ${testApiKey('robot').text}\n`
    const proxy = await startTestProxy([upstream.origin], {
      policy: testPolicy.replace(/^(?=identity user)/m, 'identity robot via api_key { sub: string }\n'),
      others: ['robot: { keys: { file: ./keys.json, hmacKey: { file: ./hmac.key } } }'],
      files: { 'keys.json': apiKeyFile([]), 'hmac.key': `${TEST_HMAC_SECRET}\n` },
      more: 'learn: ./learned.json',
    })
    for (let at = 0; at < 30; at++) expect(await ask(proxy.port, '/orders', { headers: wrong })).toBe(403)
    expect(await ask(proxy.port, '/open/x', { headers: wrong })).toBe(401)
    const records = await proxy.audit(31)
    expect(records[0]).toMatchObject({ caller: null, reason: 'no-route', status: 403, detail: null })
    await proxy.proxy.close()
    const { routes, unrouted } = learnedIn(join(proxy.folder, 'learned.json'))
    expect(unrouted).toMatchObject([{ template: '/orders', count: 30, callers: { credential: 30 } }])
    expect(routes).toMatchObject([{ route: 'app.open', callers: { refused: { reject: 1 } } }])
    await proxy.close()
  })

  test('at hosts that are patterns is of no tenant', async () => {
    const proxy = await startTestProxy([upstream.origin], {
      policy: testPolicy.replace('at "app.test"', 'at "{tenant}.tenants.test"'),
      more: 'learn: ./learned.json',
    })
    for (const tenant of ['acme', 'globex'])
      expect(await ask(proxy.port, '/orders', { host: `${tenant}.tenants.test` })).toBe(403)
    expect(await ask(proxy.port, '/open/x', { host: 'acme.tenants.test' })).toBe(200)
    await proxy.audit(3)
    await proxy.proxy.close()
    const { hosts, unrouted } = learnedIn(join(proxy.folder, 'learned.json'))
    expect(unrouted).toMatchObject([{ host: '*.tenants.test', template: '/orders', count: 2 }])
    expect(hosts).toEqual({ '*.tenants.test': 'app' })
    await proxy.close()
  })

  test('goes on where it was, and replaces nothing else', async () => {
    const proxy = await startTestProxy([upstream.origin], { more: 'learn: ./learned.json' })
    await ask(proxy.port, '/orders/7')
    await proxy.audit(1)
    await proxy.proxy.close()
    const start = (text: string) => {
      const loaded = loadConfig(text, join(proxy.folder, 'iap.yaml'), { learn: join(proxy.folder, 'learned.json') })
      if (!loaded.ok) throw new Error(loaded.errors[0]?.message)
      return startProxy(loaded.config, { log: createLog(() => {}) })
    }
    const text = `
listeners: [{ address: 127.0.0.1:0 }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state }
identities: { user: { issuer: "${proxy.issuer.issuer}", audience: a, algorithms: [ES256] } }
services: { app: { upstreams: ["${upstream.origin}"] } }
audit: [{ file: ./audit2.jsonl }]
`
    const again = await start(text)
    expect(await ask(Number(new URL(again.addresses[0] ?? '').port), '/orders/8')).toBe(403)
    await again.close()
    expect(learnedIn(join(proxy.folder, 'learned.json')).unrouted).toMatchObject([
      { template: '/orders/{order_id: int}', count: 2 },
    ])
    writeFileSync(join(proxy.folder, 'learned.json'), 'listeners: []\n')
    const loaded = loadConfig(`${text}learn: ./learned.json\n`, join(proxy.folder, 'iap.yaml'))
    expect(loaded.ok && (await checkConfig(loaded.config)).map(({ message }) => message).join()).toMatch(/is left alone$/)
    await expect(start(text)).rejects.toThrow('holds something else than what a proxy has learned, and is left alone')
    expect(readFileSync(join(proxy.folder, 'learned.json'), 'utf8')).toBe('listeners: []\n')
    await proxy.close()
  })
})

describe('several processes', () => {
  let stage: Stage & { remove(): void }

  beforeAll(async () => {
    stage = await openStage()
  })

  afterAll(() => stage?.remove())

  test('write one file, with what those have learned that are gone', async () => {
    stage.configure({ upstream: upstream.origin })
    const file = join(stage.folder, 'learned.json')
    const proxy = stage.start({ args: ['--learn', 'learned.json'] })
    const [port = 0] = await proxy.ready()
    // Each connection goes to the worker that has the fewest, in turn.
    for (let at = 0; at < 20; at++) expect(await ask(port, `/orders/${at}`)).toBe(403)
    // Another generation of workers, and the one before ends.
    stage.configure({ upstream: upstream.origin, more: 'limits: { body: 2MiB }' })
    proxy.child.kill('SIGHUP')
    await proxy.line(/the new configuration is active/)
    for (let at = 0; at < 10; at++) expect(await ask(port, `/orders/${at}`)).toBe(403)
    expect(await ask(port, '/open/x')).toBe(200)
    await eventually(async () => (await proxy.workers()).length === 2 || undefined)
    proxy.child.kill('SIGTERM')
    expect(await proxy.ended).toBe(0)
    const { routes, unrouted } = learnedIn(file)
    expect(unrouted).toEqual([
      { host: 'app.test', method: 'GET', template: '/orders/{order_id: int}', count: 30, callers: { anonymous: 30 } },
    ])
    expect(routes).toMatchObject([{ route: 'app.open', callers: { anonymous: { permit: 1 } } }])
  })
})
