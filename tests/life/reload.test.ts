/** SIGHUP: another configuration takes over under load, or is refused and changes nothing. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { generateSigningKey, publicJwk } from '../../compiler/bundle/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { startLoad } from './load.ts'
import { openStage, type Running, type Stage, type StageConfig } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let [first, second]: TestUpstream[] = []

beforeAll(async () => {
  first = await startUpstream((_, response) => response.end('first'))
  second = await startUpstream((_, response) => response.end('second'))
})

afterAll(async () => {
  await first?.close()
  await second?.close()
})

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.remove())

/** What a policy was accepted for, others must not find. */
async function ownStage(): Promise<Stage> {
  const own = await openStage()
  onTestFinished(() => own.remove())
  return own
}

const from = (upstream: TestUpstream | undefined, more: Partial<StageConfig> = {}): StageConfig => ({
  upstream: upstream?.origin ?? '',
  ...more,
})

async function bodyAt(port: number, path = '/open/x'): Promise<string> {
  const client = new RawClient(port)
  client.send(`GET ${path} HTTP/1.1\nHost: app.test\n\n`)
  const { body } = await client.response()
  client.close()
  return body
}

/** What the shared proxy has accepted, in the folder. */
let [served, sequence] = ['policy.iapb', 1]
let shared: Running | null = null

/** A configuration of the shared proxy. */
const ours = (upstream: TestUpstream | undefined, more: Partial<StageConfig> = {}) =>
  from(upstream, { workers: 1, bundle: `{ source: ./${served}, keys: [./key.jwk.json], state: ./state }`, ...more })

/** The proxy of most tests, with this configuration and the worker of no other one: to start one takes longer than a test. */
async function given(...options: Parameters<typeof ours>): Promise<{ readonly proxy: Running; readonly port: number }> {
  stage.configure(ours(...options))
  if (shared === null) shared = stage.start({ lives: 'stage' })
  else await hangUp(shared, /the new configuration is active|the configuration has not changed/)
  const proxy = shared
  const [port = 0] = await proxy.ready()
  await eventually(async () => ((await proxy.workers()).length === 1 ? true : undefined), 'workers of before do not end')
  return { proxy, port }
}

async function hangUp(proxy: Running, outcome: RegExp): Promise<void> {
  const after = proxy.said().length
  proxy.child.kill('SIGHUP')
  await proxy.line(outcome, after)
}

const inForce = /the new configuration is active/

/** How many times as many requests are waited for in the full size. */
const TIMES = process.env.IAP_FULL === '1' ? 4 : 1

test('a good one takes over under load, and no request fails', async () => {
  const own = await ownStage()
  own.configure(from(first))
  const proxy = own.start()
  const [port = 0] = await proxy.ready()
  const before = (await proxy.workers()).map(({ pid }) => pid)
  const load = startLoad({ port: () => port, keepers: 12, openers: 4 })
  await load.more(50 * TIMES)
  own.configure(from(second))
  await hangUp(proxy, inForce)
  expect(await bodyAt(port)).toBe('second')
  await load.more(100 * TIMES)
  // Those that served before are gone, though nobody had closed a connection to them.
  await eventually(async () => {
    const there = (await proxy.workers()).map(({ pid }) => pid)
    return !before.some((pid) => there.includes(pid)) || undefined
  })
  await load.more(50 * TIMES)
  const { failed, byOutcome } = await load.stop()
  expect([failed, Object.keys(byOutcome)]).toEqual([0, ['200']])
  expect(await proxy.metric('iap_config_reloads_total{result="taken"}')).toBe(1)
  expect(await proxy.metric('iap_worker_restarts_total')).toBe(0)
  // What those that are gone have counted is still counted.
  const counted = await proxy.metric('iap_requests_total{route="app.open",effect="permit",status="200"}')
  await eventually(() => own.audit().length === counted || undefined, `${own.audit().length} records of ${counted}`)
})

test('a request under way ends under the one that it began with, and its record stands in the new audit files', async () => {
  let finish = (): void => {}
  const slow = await startUpstream((_, response) => {
    response.write('begun, ')
    finish = () => response.end('done')
  })
  const { proxy, port } = await given(slow)
  const client = new RawClient(port)
  client.send('GET /open/slow HTTP/1.1\nHost: app.test\n\n')
  await eventually(() => finish.toString().includes('done') || undefined)
  renameSync(join(stage.folder, 'audit.jsonl'), join(stage.folder, 'audit.1.jsonl'))
  stage.configure(ours(second))
  await hangUp(proxy, inForce)
  expect(await bodyAt(port)).toBe('second')
  finish()
  expect((await client.response()).body).toBe('begun, done')
  await eventually(() => stage.audit().some(({ path }) => path === '/open/slow') || undefined)
  expect(stage.audit('audit.1.jsonl').filter(({ path }) => path === '/open/slow')).toEqual([])
  client.close()
  await slow.close()
})

test('listeners come and go while one that stays is under load', async () => {
  const [stays, comes] = [await freePort(), await freePort()]
  const listeners = (...ports: number[]) => `[${ports.map((port) => `{ address: "127.0.0.1:${port}" }`).join(', ')}]`
  const own = await ownStage()
  own.configure(from(first, { listeners: listeners(stays), workers: 1 }))
  const proxy = own.start()
  await proxy.ready()
  const load = startLoad({ port: () => stays, keepers: 8, openers: 4 })
  await load.more(25 * TIMES)
  // Its place in the list is another one.
  own.configure(from(second, { listeners: listeners(comes, stays), workers: 1 }))
  await hangUp(proxy, inForce)
  expect([await bodyAt(stays), await bodyAt(comes)]).toEqual(['second', 'second'])
  await load.more(25 * TIMES)
  own.configure(from(first, { listeners: listeners(stays), workers: 1 }))
  await hangUp(proxy, inForce)
  expect(await bodyAt(stays)).toBe('first')
  await expect(bodyAt(comes)).rejects.toThrow()
  await load.more(25 * TIMES)
  const { failed, byOutcome } = await load.stop()
  expect([failed, Object.keys(byOutcome)]).toEqual([0, ['200']])
})

test.each([
  [
    'has a mistake',
    (text: string) => text.replace('services:', 'servces:'),
    /refused, and the previous one stays active: .*iap\.yaml:4:1: unknown key `servces`/,
  ],
  [
    'does not bind what the policy names',
    (text: string) => text.replace('{ app:', '{ ap:'),
    /refused, and the previous one stays active: .*`app`/,
  ],
  [
    'names a key that is not there',
    (text: string) => text.replace('key.jwk.json', 'none.jwk.json'),
    /refused, .*none\.jwk\.json/,
  ],
  [
    'wants an address that is taken',
    (text: string) => text.replace('listeners: [', `listeners: [{ address: "${new URL(first?.origin ?? '').host}" }, `),
    /refused, .*the address is in use/,
  ],
])('one that %s is refused under load, and the one before serves on', async (_, change, reason) => {
  const { proxy, port } = await given(first)
  const refused = async () => (await proxy.metric('iap_config_reloads_total{result="refused"}')) || 0
  const earlier = await refused()
  const before = (await proxy.workers()).map(({ pid }) => pid)
  const load = startLoad({ port: () => port, keepers: 4, openers: 2 })
  await load.more(20)
  const file = join(stage.folder, 'iap.yaml')
  writeFileSync(file, change(readFileSync(file, 'utf8')))
  await hangUp(proxy, reason)
  await load.more(20)
  expect((await load.stop()).failed).toBe(0)
  expect((await proxy.workers()).map(({ pid }) => pid)).toEqual(before)
  expect(await refused()).toBe(earlier + 1)
  expect((await proxy.admin('/readyz')).status).toBe(200)
})

test.each([
  [
    'an address that is taken',
    (text: string) => text.replace('listeners: [', `listeners: [{ address: "${new URL(first?.origin ?? '').host}" }, `),
  ],
  [
    'an admin address that is taken',
    (text: string) => text.replace('admin: { address: "127.0.0.1:0"', `admin: { address: "${new URL(first?.origin ?? '').host}"`),
  ],
])('of one that is refused late, for %s, nothing is kept: a restart begins with what served', async (_, change) => {
  const { proxy } = await given(first)
  const kept = () =>
    ['sequence.json', 'last-good.iapb'].map((name) => readFileSync(join(stage.folder, 'state', name)).toString('base64'))
  const before = kept()
  // Its own source has another policy, which it takes while it is tried.
  const other = `other-${++sequence}.iapb`
  writeFileSync(
    join(stage.folder, other),
    await compilePolicy(`${testPolicy}// ${sequence}`, { signers: [testSigner], sequence }),
  )
  const file = join(stage.folder, 'iap.yaml')
  const text = readFileSync(file, 'utf8').replace(`./${served}`, `./${other}`)
  writeFileSync(file, change(text))
  await hangUp(proxy, /the new configuration was refused, and the previous one stays active/)
  expect(kept()).toEqual(before)
  writeFileSync(file, text)
  await hangUp(proxy, inForce)
  served = other
  expect(readFileSync(join(stage.folder, 'state', 'sequence.json'), 'utf8')).toContain(`"sequence":${sequence}`)
})

test('other keys of policies are taken, and what only those before have signed is refused', async () => {
  const other = generateSigningKey()
  const own = await ownStage()
  own.configure(from(first, { workers: 1 }))
  const proxy = own.start()
  const [port = 0] = await proxy.ready()
  const load = startLoad({ port: () => port, keepers: 4, openers: 2 })
  await load.more(50)
  // The configuration says what it said, and a file that it names does not.
  writeFileSync(join(own.folder, 'key.jwk.json'), JSON.stringify(publicJwk(other)))
  await hangUp(proxy, /refused, and the previous one stays active: bundle .*policy\.iapb/)
  const bundle = await compilePolicy(testPolicy, { signers: [testSigner, other], sequence: 2 })
  writeFileSync(join(own.folder, 'next.iapb'), bundle)
  renameSync(join(own.folder, 'next.iapb'), join(own.folder, 'policy.iapb'))
  await hangUp(proxy, inForce)
  await load.more(50)
  const { failed, byOutcome } = await load.stop()
  expect([failed, Object.keys(byOutcome)]).toEqual([0, ['200']])
  expect(await proxy.metric('iap_policy_sequence')).toBe(2)
})

test('another secret, key or plug-in in a file of the same name is taken', async () => {
  const files = { 'token.txt': 'one', 'audit.key': 'a'.repeat(40), 'sink.mjs': 'export function write() {}' }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(stage.folder, name), text)
  const sinks = '[{ file: ./audit.jsonl, redact: { hash: [path], key: { file: ./audit.key } } }, { plugin: ./sink.mjs }]'
  const traces = '{ otlp: "http://127.0.0.1:9", headers: { x-token: { file: ./token.txt } } }'
  const { proxy } = await given(first, { audit: sinks, more: `traces: ${traces}` })
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(stage.folder, name), `${text}//b`)
    await hangUp(proxy, inForce)
  }
  await hangUp(proxy, /the configuration has not changed/)
})

test('another style of pages is taken, and one that does not do is refused', async () => {
  const style = join(stage.folder, 'style.css')
  writeFileSync(style, 'h1 { color: red }')
  const { proxy, port } = await given(first, { more: 'pages: { style: ./style.css }' })
  expect(await bodyAt(port, '/.well-known/iap/errors')).toContain('color: red')
  writeFileSync(style, 'h1 { color: blue }')
  await hangUp(proxy, inForce)
  expect(await bodyAt(port, '/.well-known/iap/errors')).toContain('color: blue')
  writeFileSync(style, 'h1 { color: url(x) }')
  await hangUp(proxy, /refused, and the previous one stays active: .*style\.css:1:13: `@import` and `url\(\)` are not allowed/)
  expect(await bodyAt(port, '/.well-known/iap/errors')).toContain('color: blue')
})

test('asked often in a row, it takes the last one, one after the other', async () => {
  const own = await ownStage()
  own.configure(from(first, { workers: 1 }))
  const proxy = own.start()
  const [port = 0] = await proxy.ready()
  const load = startLoad({ port: () => port, keepers: 4, openers: 2 })
  await load.more(50)
  for (let round = 0; round < 3; round++) {
    own.configure(from(round % 2 === 0 ? second : first, { workers: 1, more: `# ${round}` }))
    proxy.child.kill('SIGHUP')
    await load.more(5)
  }
  own.configure(from(second, { workers: 1, more: '# the last one' }))
  proxy.child.kill('SIGHUP')
  await eventually(async () => (await bodyAt(port)) === 'second' || undefined)
  const taken = async () => await proxy.metric('iap_config_reloads_total{result="taken"}')
  await eventually(async () => {
    const count = await taken()
    const workers = await proxy.workers()
    return (count >= 1 && workers.length === 1 && workers.every(({ state }) => state === 'ready')) || undefined
  })
  expect(await bodyAt(port)).toBe('second')
  expect(await taken()).toBeLessThanOrEqual(4)
  const { failed, byOutcome } = await load.stop()
  expect([failed, Object.keys(byOutcome)]).toEqual([0, ['200']])
})

test('where nothing has changed, workers stay, and write to new audit files', async () => {
  const { proxy, port } = await given(first, { audit: '[{ file: ./reopened.jsonl }]' })
  const before = (await proxy.workers()).map(({ pid }) => pid)
  const unchanged = async () => (await proxy.metric('iap_config_reloads_total{result="unchanged"}')) || 0
  const earlier = await unchanged()
  await bodyAt(port)
  await eventually(() => stage.audit('reopened.jsonl').length === 1 || undefined)
  renameSync(join(stage.folder, 'reopened.jsonl'), join(stage.folder, 'reopened.1.jsonl'))
  await hangUp(proxy, /audit files are reopened, and the configuration has not changed/)
  await eventually(() => existsSync(join(stage.folder, 'reopened.jsonl')) || undefined)
  await Promise.all([bodyAt(port), bodyAt(port)])
  await eventually(() => stage.audit('reopened.jsonl').length === 2 || undefined)
  expect(stage.audit('reopened.1.jsonl')).toHaveLength(1)
  expect((await proxy.workers()).map(({ pid }) => pid)).toEqual(before)
  expect(await unchanged()).toBe(earlier + 1)
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
