/** Workers and their supervisor, as processes. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { startLoad } from './load.ts'
import { isThere, openStage, type Running, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  stage = await openStage()
})

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

let shared: Running | null = null

/** A proxy with two workers, for tests that need no other configuration: to start one takes longer than such a test. */
async function pair(): Promise<{ readonly proxy: Running; readonly port: number }> {
  if (shared === null) {
    stage.configure({ upstream: upstream.origin })
    shared = stage.start({ lives: 'stage' })
  }
  const [port = 0] = await shared.ready()
  return { proxy: shared, port }
}

/** On every machine in the full check, and 200 on each push. */
const CONNECTIONS = process.env.IAP_FULL ? 10_000 : 200

test(`${CONNECTIONS} connections are shared, and so are their requests`, async () => {
  const { proxy, port } = await pair()
  const clients: RawClient[] = []
  while (clients.length < CONNECTIONS) {
    const some = Array.from({ length: Math.min(100, CONNECTIONS - clients.length) }, () => new RawClient(port))
    for (const client of some) client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    for (const client of some) expect((await client.response()).status).toBe(200)
    clients.push(...some)
  }
  const workers = await proxy.workers()
  expect(workers).toHaveLength(2)
  for (const { connections, requests } of workers) {
    expect(connections / CONNECTIONS).toBeGreaterThan(0.4)
    expect(connections / CONNECTIONS).toBeLessThan(0.6)
    expect(requests / CONNECTIONS).toBeGreaterThan(0.4)
    expect(requests / CONNECTIONS).toBeLessThan(0.6)
  }
  expect(await proxy.metric('iap_connections')).toBe(CONNECTIONS)
  expect(await proxy.metric('iap_workers')).toBe(2)
  expect(await proxy.metric('iap_requests_total{route="app.open",effect="permit",status="200"}')).toBe(CONNECTIONS)
  for (const client of clients) client.close()
  await eventually(async () => ((await proxy.workers()).every(({ connections }) => connections === 0) ? true : undefined))
})

test('it is said once what is enforced and where', async () => {
  const { proxy } = await pair()
  await proxy.line(/enforcing 5 routes of app, for user/)
  expect(proxy.said().match(/listening on .* workers=2/g)).toHaveLength(1)
  expect(proxy.said().match(/enforcing/g)).toHaveLength(1)
  expect(proxy.said().match(/a policy is active/g)).toHaveLength(1)
})

test('a worker that is killed under load costs its own requests alone, and another takes its share', async () => {
  const { proxy, port } = await pair()
  const COUNTED = 'iap_requests_total{route="app.open",effect="permit",status="200"}'
  const restarts = async () => (await proxy.metric('iap_worker_restarts_total')) || 0
  const earlier = { said: proxy.said().length, restarts: await restarts(), counted: (await proxy.metric(COUNTED)) || 0 }
  const load = startLoad({ port: () => port, keepers: 16, openers: 4 })
  await load.more(100)
  const [first, second] = await proxy.workers()
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await proxy.line(/a worker has ended with SIGKILL, and is restarted/, earlier.said)
  await eventually(async () => {
    const there = await proxy.workers()
    return there.filter(({ state }) => state === 'ready').length === 2 || undefined
  })
  const before = load.seen
  await load.more(200)
  // However long it takes: most of the load is on connections that the second one has.
  await eventually(async () => {
    const other = (await proxy.workers()).find(({ pid }) => pid !== second?.pid)
    return (other?.requests ?? 0) > 20 || undefined
  })
  const seen = await load.stop()
  // At most one request each for the clients that it had: the others were with the second one, and go on.
  expect(seen.failed).toBeLessThanOrEqual(20)
  expect(seen.failed).toBe(before.failed)
  for (const outcome of Object.keys(seen.byOutcome)) expect(['200', 'ECONNRESET', 'EPIPE', 'cut off']).toContain(outcome)
  const workers = await proxy.workers()
  expect(workers.find(({ pid }) => pid === second?.pid)).toBeDefined()
  expect(await restarts()).toBe(earlier.restarts + 1)
  // What the dead one had counted when it was last asked is not forgotten.
  expect((await proxy.metric(COUNTED)) - earlier.counted).toBeGreaterThan(200)
  console.log(`a worker killed under load: ${JSON.stringify(seen.byOutcome)}`)
})

test('all workers, and the one that is started again, sign with the same keys', async () => {
  const { proxy, port } = await pair()
  const keys = async () => {
    const c = new RawClient(port)
    c.send('GET /.well-known/iap/jwks.json HTTP/1.1\nHost: app.test\n\n')
    const { body } = await c.response()
    c.close()
    return body
  }
  const seen = new Set<string>()
  for (let i = 0; i < 4; i++) seen.add(await keys())
  const [first] = await proxy.workers()
  const after = proxy.said().length
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await proxy.line(/is restarted/, after)
  await eventually(async () => (await proxy.workers()).filter(({ state }) => state === 'ready').length === 2 || undefined)
  for (let i = 0; i < 4; i++) seen.add(await keys())
  expect(seen.size).toBe(1)
  expect((await proxy.workers()).every(({ requests }) => requests > 0)).toBe(true)
})

test('no worker outlives its supervisor', async () => {
  const { proxy } = await pair()
  const pids = (await proxy.workers()).map(({ pid }) => pid)
  expect(pids).toHaveLength(2)
  proxy.child.kill('SIGKILL')
  shared = null
  await eventually(() => !pids.some(isThere) || undefined)
})

test('what a configuration cannot start with is told as by one process, and nothing is left', async () => {
  stage.configure({ upstream: upstream.origin, more: 'assertion: { state: ./key.jwk.json }' })
  const good = readFileSync(join(stage.folder, 'policy.iapb'))
  try {
    writeFileSync(join(stage.folder, 'policy.iapb'), 'no bundle')
    writeFileSync(join(stage.folder, 'iap.yaml'), readFileSync(join(stage.folder, 'iap.yaml'), 'utf8').replace('./state', './s2'))
    const proxy = stage.start()
    expect(await proxy.ended).toBe(2)
    expect(proxy.said()).toMatch(/iap: bundle `.*policy\.iapb` \(\w/)
    // Both reasons, though the one is found where the other is not.
    expect(proxy.said()).toMatch(/iap: the signing keys .* cannot be read/)
    expect(proxy.said()).not.toContain('listening')
  } finally {
    writeFileSync(join(stage.folder, 'policy.iapb'), good)
  }
})

test('records that several workers write to standard output are whole lines', async () => {
  stage.configure({ upstream: upstream.origin, audit: '[{ stdout: true }]' })
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  const path = `/open/${'x'.repeat(6000)}`
  const load = startLoad({ port: () => port, keepers: 8, openers: 0, path })
  await load.more(80)
  const { ok } = await load.stop()
  const records = () =>
    proxy
      .said()
      .split('\n')
      .filter((line) => line.includes('"requestId":'))
  await eventually(() => records().length === ok || undefined, 'records are missing')
  for (const line of records()) expect(JSON.parse(line)).toMatchObject({ path, complete: true })
})

test('a file that is full in the middle of a line, and has room again, has a whole line of each request', async () => {
  stage.configure({ upstream: upstream.origin, audit: '[{ file: ./narrow.jsonl, chain: false }]' })
  const proxy = stage.start({ command: ['sh', '-c', 'ulimit -S -f 100; exec "$0" "$@"', process.execPath] })
  const [port = 0] = await proxy.ready()
  const load = startLoad({ port: () => port, keepers: 0, openers: 4 })
  await proxy.line(/cannot be written to .*worker=1/)
  await proxy.line(/cannot be written to .*worker=2/)
  const { ok } = await load.stop()
  // The one that was in the middle of a line has room last.
  const [, begun] = await proxy.line(/cannot be written to .*worker=(\d)/)
  const workers = (await proxy.workers()).toSorted(
    (a, b) => Number(a.worker === Number(begun)) - Number(b.worker === Number(begun)),
  )
  for (const { pid } of workers) {
    const { size } = statSync(join(stage.folder, 'narrow.jsonl'))
    execFileSync('prlimit', [`--pid=${pid}`, '--fsize=unlimited'])
    await eventually(() => statSync(join(stage.folder, 'narrow.jsonl')).size > size || undefined)
  }
  const records = () => {
    const [first, ...others] = readFileSync(join(stage.folder, 'narrow.jsonl'), 'utf8').split(/\n+/)
    const lines = [first as string, ...others.slice(0, -1)]
    // Of a line that had no room there is the beginning, too.
    const whole = lines.flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as AuditRecord] : []))
    return new Set(whole.flatMap((record) => record.requestId ?? []))
  }
  await eventually(() => records().size === ok || undefined, 'records are missing')
})

/** Ends workers when they start, for as long as a file is there. */
const FRAIL = `data:text/javascript,${encodeURIComponent(`
import { existsSync } from 'node:fs'
if (process.env.IAP_WORKER && existsSync('frail')) process.exit(3)`)}`

test('where no worker comes up, it is given up', async () => {
  stage.configure({ upstream: upstream.origin })
  writeFileSync(join(stage.folder, 'frail'), '')
  const proxy = stage.start({ spawn: { env: { ...process.env, NODE_OPTIONS: `--import=${FRAIL}` } } })
  expect(await proxy.ended).toBe(1)
  expect(proxy.said()).toContain('iap: no worker started: the first one ended with exit code 3')
  rmSync(join(stage.folder, 'frail'))
})

test('a worker that ends again and again is started after longer and longer, and the other serves meanwhile', async () => {
  stage.configure({ upstream: upstream.origin })
  const proxy = stage.start({ spawn: { env: { ...process.env, NODE_OPTIONS: `--import=${FRAIL}` } } })
  const [port = 0] = await proxy.ready()
  const [first] = await proxy.workers()
  writeFileSync(join(stage.folder, 'frail'), '')
  process.kill(first?.pid ?? 0, 'SIGKILL')
  await proxy.line(/a worker has ended with SIGKILL.* after=100/)
  await proxy.line(/a worker has ended with exit code 3.* after=400/)
  const load = startLoad({ port: () => port, keepers: 4, openers: 4 })
  await load.more(50)
  expect((await load.stop()).failed).toBe(0)
  expect((await proxy.admin('/readyz')).status).toBe(200)
  rmSync(join(stage.folder, 'frail'))
  await eventually(async () => (await proxy.workers()).filter(({ state }) => state === 'ready').length === 2 || undefined)
})

test('the last worker is replaced at once, however often it ends', async () => {
  stage.configure({ upstream: upstream.origin, workers: 1 })
  const proxy = stage.start({ spawn: { env: { ...process.env, NODE_OPTIONS: `--import=${FRAIL}` } } })
  await proxy.ready()
  writeFileSync(join(stage.folder, 'frail'), '')
  process.kill((await proxy.workers())[0]?.pid ?? 0, 'SIGKILL')
  const delays = await eventually(() => {
    const found = [...proxy.said().matchAll(/a worker has ended with exit code 3.* after=(\d+)/g)].map(([, after]) =>
      Number(after),
    )
    return found.length >= 4 ? found : undefined
  })
  expect(Math.max(...delays)).toBe(100)
  rmSync(join(stage.folder, 'frail'))
  await eventually(async () => (await proxy.admin('/readyz')).status === 200 || undefined)
})
