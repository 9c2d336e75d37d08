/** The proxy, with two workers where they matter, and where its bundles come from: as processes, with real servers. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { generateSigningKey, type PrivateSigningKey, publicJwk } from '../../compiler/bundle/index.ts'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient } from '../support/raw-client.ts'
import { hasRedis, startRedis } from '../support/redis.ts'
import { selfSigned } from '../support/self-signed.ts'
import { startUpstream, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'
import { eventually, WAIT } from '../support/until.ts'
import { type BundleServer, serveBundles, staticFile } from './serve-bundles.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
})
afterAll(() => upstream?.close())

/** Each its own: what one has accepted, another must not find. */
beforeEach(async () => {
  stage = await openStage()
  return () => stage.remove()
})

/** Of another content for each sequence: the first lets everybody to `/open`, the others nobody. */
function version(sequence: number, signers: readonly PrivateSigningKey[] = [testSigner]): Promise<Uint8Array> {
  const policy =
    sequence === 1 ? testPolicy : testPolicy.replace('app.open, app.tenant to anyone', `app.tenant to anyone // ${sequence}`)
  return compilePolicy(policy, { sequence, signers })
}

function configure(bundle: string, workers = 1): void {
  stage.configure({ workers, upstream: upstream.origin, bundle: `{ keys: [./key.jwk.json], state: ./state, ${bundle} }` })
}

async function serve(...args: Parameters<typeof serveBundles>): Promise<BundleServer> {
  const server = await serveBundles(...args)
  onTestFinished(() => server.close())
  return server
}

interface Status {
  readonly ready: boolean
  readonly reasons: readonly string[]
  readonly policy: { readonly sequence: number; readonly origin: string; readonly revision: string } | null
  readonly lastError: { readonly code: string; readonly message: string } | null
  readonly quarantined: string | null
  readonly confirmed: string | null
  readonly stale: boolean
  readonly workers: readonly { readonly policy: { readonly revision: string } | null }[]
}

async function status(proxy: Running): Promise<Status> {
  return JSON.parse((await proxy.admin('/readyz?verbose')).body) as Status
}

function when(proxy: Running, holds: (status: Status) => boolean): Promise<Status> {
  const look = async () => {
    const found = await status(proxy)
    return holds(found) ? found : undefined
  }
  // A source is asked once a second.
  return eventually(look, 'the status does not become that', 100)
}

async function ask(port: number): Promise<{ readonly status: number; readonly error: string | undefined }> {
  const client = new RawClient(port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\nConnection: close\n\n')
  const response = await client.response()
  client.close()
  return { status: response.status, error: response.headers.find(([name]) => name === 'x-iap-error')?.[1] }
}

describe('an HTTPS server', () => {
  const certified = selfSigned('localhost')

  test('gives bundles to the supervisor, once for both workers; an old one, replayed, is not taken', async () => {
    const server = await serve(staticFile(await version(2)), certified)
    const plain = server.answer
    const guard = (answer: typeof plain): typeof plain => {
      return (request, response) => {
        if (request.headers.authorization !== 'Bearer of-the-proxy') response.writeHead(401).end()
        else answer(request, response)
      }
    }
    server.answer = guard(plain)
    writeFileSync(join(stage.folder, 'ca.pem'), certified.cert)
    configure(`source: "${server.origin}/shop.iapb", poll: 1s, token: { env: BUNDLE_TOKEN }`, 2)
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(stage.folder, 'ca.pem'), BUNDLE_TOKEN: 'of-the-proxy' }
    const proxy = stage.start({ spawn: { env } })
    const [port = 0] = await proxy.ready()
    const first = await status(proxy)
    expect(first).toMatchObject({ policy: { sequence: 2, origin: 'source' }, lastError: null, quarantined: null, stale: false })
    expect(await ask(port)).toMatchObject({ status: 403 })
    // Whoever asks for the whole asks once, not by worker.
    expect(server.seen.filter(({ headers }) => headers['if-none-match'] === undefined)).toHaveLength(1)

    server.answer = guard(staticFile(await version(3)))
    const next = await when(proxy, ({ policy }) => policy?.sequence === 3)
    expect(next.workers.map(({ policy }) => policy?.revision)).toEqual([next.policy?.revision, next.policy?.revision])

    server.answer = guard(staticFile(await version(1)))
    const replayed = await when(proxy, ({ lastError }) => lastError !== null)
    expect(replayed).toMatchObject({ ready: true, policy: { sequence: 3 }, lastError: { code: 'sequence' } })
    expect(await ask(port)).toMatchObject({ status: 403 })
    expect(proxy.said()).toMatch(/a bundle was refused: the bundle has the sequence 1, and 3 was accepted before/)
    expect(proxy.said()).not.toContain('of-the-proxy')
  })

  test('that nobody vouches for is not believed: without a last good bundle, the proxy does not start', async () => {
    const server = await serve(staticFile(await version(1)), certified)
    configure(`source: "${server.origin}/shop.iapb?signature=of-the-proxy"`)
    const proxy = stage.start()
    expect(await proxy.ended).toBe(2)
    expect(proxy.said()).toMatch(
      new RegExp(
        `bundle \`${server.origin}/shop.iapb\` \\(source-unreadable\\): the source cannot be read: self-signed certificate`,
      ),
    )
    expect(proxy.said()).not.toContain('of-the-proxy')
    expect(server.seen).toHaveLength(0)
  })
})

test('a source that is not there at a start: the last good bundle serves, and it is said', async () => {
  const server = await serve(staticFile(await version(2)))
  // Nor is the Redis of notices, which keeps nothing from starting, and from ending.
  configure(`source: "${server.origin}/shop.iapb", poll: 1s, notice: { redis: "redis://127.0.0.1:1" }`)
  const before = stage.start()
  await before.ready()
  await before.line(/the Redis of notices of bundles is unavailable/)
  before.child.kill('SIGTERM')
  expect(await before.ended).toBe(0)
  expect(readFileSync(join(stage.folder, 'state', 'sequence.json'), 'utf8')).toContain('"sequence":2')
  await server.close()

  const proxy = stage.start()
  await proxy.ready()
  expect(await status(proxy)).toMatchObject({
    ready: true,
    policy: { sequence: 2, origin: 'last-good' },
    lastError: { code: 'source-unreadable', message: expect.stringContaining('ECONNREFUSED') },
  })
  expect(proxy.said()).toMatch(/a policy is active .*origin=last-good/)
  expect(await proxy.metric('iap_policy_loads_total{result="source-unreadable"}')).toBe(1)
})

test('a source that says nothing does not keep a proxy from being told to end', async () => {
  const server = await serve(() => {})
  configure(`source: "${server.origin}/shop.iapb"`)
  const proxy = stage.start()
  await eventually(() => (server.seen.length > 0 ? true : undefined))
  proxy.child.kill('SIGTERM')
  expect(await proxy.ended).toBe(0)
})

test('a new signing key: refused until the configuration names it; then the old one can go', async () => {
  const server = await serve(staticFile(await version(1)))
  const fresh = generateSigningKey()
  writeFileSync(join(stage.folder, 'fresh.jwk.json'), JSON.stringify(publicJwk(fresh)))
  const withKeys = (keys: string) =>
    stage.configure({
      workers: 1,
      upstream: upstream.origin,
      bundle: `{ source: "${server.origin}/shop.iapb", poll: 1s, state: ./state, keys: [${keys}] }`,
    })
  withKeys('./key.jwk.json')
  const proxy = stage.start()
  await proxy.ready()
  server.answer = staticFile(await version(2, [fresh]))
  expect(await when(proxy, ({ lastError }) => lastError !== null)).toMatchObject({
    policy: { sequence: 1 },
    lastError: { code: 'unknown-key' },
  })
  withKeys('./key.jwk.json, ./fresh.jwk.json')
  proxy.child.kill('SIGHUP')
  expect(await when(proxy, ({ policy }) => policy?.sequence === 2)).toMatchObject({ lastError: null })
  withKeys('./fresh.jwk.json')
  const after = proxy.said().length
  proxy.child.kill('SIGHUP')
  await proxy.line(/the new configuration is active/, after)
  server.answer = staticFile(await version(3))
  expect(await when(proxy, ({ lastError }) => lastError !== null)).toMatchObject({
    policy: { sequence: 2 },
    lastError: { code: 'unknown-key' },
  })
})

test('gone back, and killed: the one before serves, and the source is not followed to what is held until that is released', async () => {
  const server = await serve(staticFile(await version(1)))
  stage.configure({
    workers: 1,
    upstream: upstream.origin,
    bundle: `{ keys: [./key.jwk.json], state: ./state, source: "${server.origin}/shop.iapb", poll: 1s }`,
    admin: 'tokens: [{ env: ADMIN_TOKEN }]',
  })
  const token = 'of-an-operator-who-may-go-back-'.repeat(2)
  const start = () => stage.start({ spawn: { env: { ...process.env, ADMIN_TOKEN: token } } })
  const tell = async (proxy: Running, what: string) => {
    const [, origin] = await proxy.line(/health and metrics on (http\S+)/)
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${origin}/v1/rollout/${what}`, { method: 'POST', headers })).status
  }
  const proxy = start()
  await proxy.ready()
  server.answer = staticFile(await version(2))
  const { policy } = await when(proxy, (status) => status.policy?.sequence === 2)
  expect(await tell(proxy, 'rollback')).toBe(200)
  expect(await status(proxy)).toMatchObject({ policy: { sequence: 1, origin: 'rollback' }, quarantined: policy?.revision })
  const asked = server.seen.length
  await eventually(() => (server.seen.length >= asked + 2 ? true : undefined))
  expect((await status(proxy)).policy?.sequence).toBe(1)
  proxy.child.kill('SIGKILL')
  await proxy.ended

  const next = start()
  await next.ready()
  expect(await status(next)).toMatchObject({
    ready: true,
    policy: { sequence: 1, origin: 'last-good' },
    quarantined: policy?.revision,
    lastError: { code: 'quarantined' },
    stale: false,
  })
  expect(await tell(next, 'release')).toBe(200)
  expect(await when(next, (status) => status.policy?.sequence === 2)).toMatchObject({
    policy: { origin: 'source' },
    quarantined: null,
    lastError: null,
  })
})

describe('a source that is not there for too long', () => {
  const stamp = () => join(stage.folder, 'state', 'last-good.iapb')

  test('`close`: nothing is let through, until it is there again; over a restart, too; `warn` goes on', async () => {
    const good = staticFile(await version(1))
    const server = await serve(good)
    const closing = `source: "${server.origin}/shop.iapb", poll: 1s, maxStaleness: 10s, whenStale: close`
    configure(closing, 2)
    const proxy = stage.start()
    const [port = 0] = await proxy.ready()
    expect(await ask(port)).toMatchObject({ status: 200 })
    server.answer = (_, response) => response.writeHead(500).end()
    await proxy.line(/the policy is stale: its source has been unavailable for too long, and all requests are refused/)
    expect(await status(proxy)).toMatchObject({ ready: false, reasons: ['the policy is stale'], stale: true })
    expect(await proxy.admin('/readyz')).toMatchObject({ status: 503 })
    // Both workers.
    for (let round = 0; round < 4; round++) await expect.poll(() => ask(port), WAIT).toEqual({ status: 503, error: 'no-policy' })
    server.answer = good
    await proxy.line(/the source of the policy is available again: the policy is not stale/)
    await eventually(async () => ((await proxy.admin('/readyz')).status === 200 ? true : undefined))
    await expect.poll(() => ask(port), WAIT).toMatchObject({ status: 200 })
    proxy.child.kill('SIGTERM')
    expect(await proxy.ended).toBe(0)

    // It was last there two hours ago.
    const longAgo = () => utimesSync(stamp(), Date.now() / 1000 - 7200, Date.now() / 1000 - 7200)
    longAgo()
    server.answer = (_, response) => response.writeHead(404).end()
    configure(`source: "${server.origin}/shop.iapb", poll: 1s, maxStaleness: 1h`)
    const lax = stage.start()
    const [open = 0] = await lax.ready()
    await lax.line(/the policy is stale: its source has been unavailable for too long$/m)
    expect(await status(lax)).toMatchObject({ ready: true, stale: true, lastError: { code: 'source-missing' } })
    expect(await ask(open)).toMatchObject({ status: 200 })
    lax.child.kill('SIGTERM')
    expect(await lax.ended).toBe(0)

    longAgo()
    server.answer = (_, response) => response.writeHead(500).end()
    configure(closing, 1)
    const next = stage.start()
    const [, address = ''] = await next.line(/listening on http:\/\/127\.0\.0\.1:(\d+)/)
    expect(await ask(Number(address))).toEqual({ status: 503, error: 'no-policy' })
    expect(await status(next)).toMatchObject({ ready: false, policy: { origin: 'last-good' }, stale: true })
    // Another policy comes, and workers that are told to let nothing through take it all the same.
    server.answer = staticFile(await version(2))
    await next.ready()
    // The second one lets nobody in.
    await expect.poll(() => ask(Number(address)), WAIT).toEqual({ status: 403, error: 'denied' })
    expect(next.said()).not.toContain('a worker has ended')
  })
})

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

describe.skipIf(!installed)('notice by a Redis', () => {
  test('of a new one: it is there long before the source would be asked; the Redis gone and back is told, and missed notices are made good', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.close())
    const server = await serve(staticFile(await version(1)))
    configure(`source: "${server.origin}/shop.iapb", poll: 1d, notice: { redis: "${redis.url}", channel: shop }`)
    const proxy = stage.start()
    await proxy.ready()
    const tell = async (channel: string) => {
      const client = createClient({ url: redis.url })
      client.on('error', () => {})
      await client.connect()
      const heard = await client.publish(channel, 'whatever, and not read')
      client.destroy()
      return heard
    }
    await eventually(async () => ((await tell('shop')) === 1 ? true : undefined))
    // It looks once more when it hears, and what is told on other channels is nothing to it.
    server.answer = staticFile(await version(2))
    expect(await tell('other')).toBe(0)
    expect(await tell('shop')).toBe(1)
    const next = await when(proxy, ({ policy }) => policy?.sequence === 2)
    expect(next.workers.map(({ policy }) => policy?.revision)).toEqual([next.policy?.revision])

    await redis.stop()
    await proxy.line(/the Redis of notices of bundles is unavailable/)
    server.answer = staticFile(await version(3))
    expect((await status(proxy)).policy?.sequence).toBe(2)
    await redis.start()
    await when(proxy, ({ policy }) => policy?.sequence === 3)
    await proxy.line(/the Redis of notices of bundles is available again/)
    server.answer = staticFile(await version(4))
    expect(await tell('shop')).toBe(1)
    await when(proxy, ({ policy }) => policy?.sequence === 4)
    proxy.child.kill('SIGTERM')
    expect(await proxy.ended).toBe(0)
  })
})

test('`--check` asks nobody, says so, and looks at what would be shown', async () => {
  const server = await serve(staticFile(await version(1)))
  configure(`source: "${server.origin}/shop.iapb", token: { env: BUNDLE_TOKEN }`)
  const check = (env: Readonly<Record<string, string>>) =>
    stage.start({ args: ['--check'], spawn: { env: { ...process.env, ...env } } })
  const good = check({ BUNDLE_TOKEN: 'x' })
  expect(await good.ended).toBe(0)
  expect(good.said()).toBe('configuration and keys are valid; the bundle was not fetched\n')
  for (const proxy of [check({}), stage.start()]) {
    expect(await proxy.ended).toBe(2)
    expect(proxy.said()).toMatch(/^iap: .*iap\.yaml:2:\d+: the environment variable `BUNDLE_TOKEN` is not set, or empty\n$/)
  }
  expect(server.seen).toHaveLength(0)
})
