/** Faults while policies and data change, with the real thing: what callers see, and what the record says (`docs/reference/faults.md`). Two workers. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { generateSigningKey } from '../../compiler/bundle/index.ts'
import type { ChangeRecord } from '../../runtime/telemetry/audit/index.ts'
import { startLoad } from '../life/load.ts'
import { type BundleServer, serveBundles, staticFile } from '../sources/serve-bundles.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { eventually } from '../support/until.ts'
import { changesIn, type Live, type LiveProxy, livePolicy, openLive } from './start-live.ts'

/** Configurations that take over while data are pushed. */
const ROUNDS = process.env.IAP_FULL === '1' ? 3 : 1

let live: Live
let sequence = 1
beforeAll(async () => {
  live = await openLive()
})
afterAll(() => live?.close())

const active = async (proxy: LiveProxy, wanted: number) =>
  await eventually(async () => ((await proxy.api('GET', '/v1/rollout')).body.active?.sequence === wanted ? true : undefined))

/** A policy of its own each time, with a test, by which the worker that takes it first is known. */
const next = () => `${livePolicy(['staff'], `// ${++sequence}`)}
test "open" {
  GET "https://app.test/open/1"
  expect permit
}`

/** What another test has accepted is nothing to it. */
const FRESH = '{ source: ./policy.iapb, keys: [./key.jwk.json], state: ./fresh }'

const dataChanges = ({ audit }: LiveProxy) =>
  readFileSync(join(live.stage.folder, audit), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ChangeRecord)
    .filter(({ kind }) => kind === 'data')

/**
 * Ends workers by SIGKILL, in the middle of what they are told: the first that finds the file `kill-<what>` (`first`, who has to take the policy before all others; `other`; `try`, who has it as its candidate; `commit`), or each where that is `always-<what>`.
 */
const KILL = `data:text/javascript,${encodeURIComponent(`
import { existsSync, renameSync } from 'node:fs'
if (process.env.IAP_WORKER) {
  const isTold = (what) => {
    if (existsSync('always-' + what)) return true
    try {
      renameSync('kill-' + what, 'killed-' + what)
      return true
    } catch {
      return false
    }
  }
  const emit = process.emit
  process.emit = function (name, message, ...rest) {
    const { kind = '', bundle = null } = (name === 'message' && message) || {}
    if (kind === 'commit' && isTold('commit')) process.kill(process.pid, 'SIGKILL')
    if (kind === 'try' && isTold('try')) process.kill(process.pid, 'SIGKILL')
    if (kind === 'prepare' && bundle !== null && isTold(bundle.tests === null ? 'other' : 'first')) process.kill(process.pid, 'SIGKILL')
    return emit.call(this, name, message, ...rest)
  }
}`)}`
const killing = { env: { ...process.env, NODE_OPTIONS: `--import=${KILL}` } }

describe('a worker that is killed with SIGKILL during an activation', () => {
  let proxy: LiveProxy
  beforeAll(async () => {
    proxy = await live.start({}, killing, 'stage')
  })
  afterAll(() => void proxy?.running.child.kill('SIGKILL'))
  const restarts = async () => (await proxy.running.metric('iap_worker_restarts_total')) || 0

  test.each([
    ['while it is the first to take the policy', 'first'],
    ['while it takes the policy, which another could serve', 'other'],
    ['when it is told that the policy counts', 'commit'],
  ])('%s: its own requests alone fail, and all have the policy', async (_, what) => {
    await eventually(() => changesIn(live, proxy).length > 0 || undefined)
    const earlier = {
      restarts: await restarts(),
      records: live.stage.audit(proxy.audit).length,
      changes: changesIn(live, proxy).length,
    }
    const load = startLoad({ port: () => proxy.port, keepers: 8, openers: 2 })
    await load.more(50)
    writeFileSync(join(live.stage.folder, `kill-${what}`), '')
    await live.release(next(), sequence)
    await active(proxy, sequence)
    await eventually(async () => ((await restarts()) === earlier.restarts + 1 ? true : undefined))
    await eventually(async () =>
      (await proxy.running.workers()).filter(({ state }) => state === 'ready').length === 2 ? true : undefined,
    )
    await load.more(100)
    const { ok, failed, byOutcome } = await load.stop()
    // Ten clients: each has one request under way at most, and half of them are of the other worker.
    expect(failed).toBeLessThanOrEqual(10)
    expect(Object.keys(byOutcome).filter((outcome) => !['200', 'ECONNRESET'].includes(outcome))).toEqual([])
    // The last one before, and what this test has brought.
    const changes = changesIn(live, proxy).slice(earlier.changes - 1)
    expect(changes.map(({ change }) => change)).toEqual(['activated', 'activated'])
    // Each record names one of the two, and from the activation on the later one; of the worker that was killed the last ones are missing.
    const [before, after] = changes.map((change) => ('revision' in change ? change.revision : null))
    const records = live.stage.audit(proxy.audit).slice(earlier.records)
    expect(records.every(({ revision }) => revision === before || revision === after)).toBe(true)
    const later = Date.parse(changes[1]?.time ?? '') + 2
    expect(records.filter(({ time, revision }) => Date.parse(time) > later && revision !== after)).toEqual([])
    expect(records.length).toBeGreaterThanOrEqual(ok / 2)
    for (const { policy } of (await proxy.running.workers()) as unknown as { policy: { revision: string } }[])
      expect(policy.revision).toBe(after)
  })

  test('a bundle that ends whoever takes it does not end all: it is refused, one always serves, and the next good one is taken', async () => {
    await eventually(() => changesIn(live, proxy).length > 0 || undefined)
    const earlier = { restarts: await restarts(), changes: changesIn(live, proxy).length }
    const load = startLoad({ port: () => proxy.port, keepers: 0, openers: 4 })
    await load.more(20)
    const always = join(live.stage.folder, 'always-first')
    writeFileSync(always, '')
    onTestFinished(() => rmSync(always, { force: true }))
    const before = changesIn(live, proxy).at(-1)
    await live.release(next(), sequence)
    const lone: number[] = []
    const looks = setInterval(
      () =>
        void proxy.running.metric('iap_workers').then(
          (count) => lone.push(count),
          () => {},
        ),
      50,
    )
    const refused = await eventually(() =>
      changesIn(live, proxy)
        .slice(earlier.changes)
        .find(({ change }) => change === 'refused'),
    )
    clearInterval(looks)
    expect(refused).toMatchObject({ before: before?.revision, refusal: { code: 'worker' } })
    expect(lone.length).toBeGreaterThan(0)
    expect(Math.min(...lone)).toBeGreaterThanOrEqual(1)
    expect((await proxy.api('GET', '/v1/rollout')).body).toMatchObject({
      active: { revision: before?.revision },
      lastError: { code: 'worker' },
    })
    rmSync(always)
    // It is tried again by itself, though its source has not changed.
    await active(proxy, sequence)
    const { byOutcome } = await load.stop()
    expect(Object.keys(byOutcome).filter((outcome) => !['200', 'ECONNRESET'].includes(outcome))).toEqual([])
    // Four clients, and each worker that has ended had one request of each at most.
    const ended = (await restarts()) - earlier.restarts
    expect(ended).toBeGreaterThanOrEqual(3)
    expect(byOutcome.ECONNRESET ?? 0).toBeLessThanOrEqual(4 * ended)
  })
})

test('one that ends whoever has it as its candidate does not end all either, and is not offered again by itself', async () => {
  const proxy = await live.start({ more: 'rollout: { steps: [{ shadow: 1h }] }' }, killing)
  const load = startLoad({ port: () => proxy.port, keepers: 0, openers: 4 })
  await load.more(20)
  const always = join(live.stage.folder, 'always-try')
  writeFileSync(always, '')
  onTestFinished(() => rmSync(always, { force: true }))
  const [before] = changesIn(live, proxy)
  await live.release(next(), sequence)
  const refused = await eventually(() => changesIn(live, proxy).find(({ change }) => change === 'refused'))
  expect(refused).toMatchObject({ before: before?.revision, refusal: { code: 'ends-workers' } })
  expect(await proxy.running.metric('iap_workers')).toBeGreaterThanOrEqual(1)
  rmSync(always)
  await live.release(next(), sequence)
  const { body } = await eventually(async () => {
    const answer = await proxy.api('GET', '/v1/rollout')
    return answer.body.candidate?.sequence === sequence ? answer : undefined
  })
  expect(body).toMatchObject({ active: { revision: before?.revision }, lastError: null })
  const { byOutcome } = await load.stop()
  expect(Object.keys(byOutcome).filter((outcome) => !['200', 'ECONNRESET'].includes(outcome))).toEqual([])
  expect(changesIn(live, proxy).filter(({ change }) => change === 'refused').length).toBe(1)
  await eventually(async () => ((await proxy.running.metric('iap_worker_restarts_total')) === 3 ? true : undefined))
})

const bytesOf = (at: number, signers = [testSigner], expires?: string) =>
  compilePolicy(next(), { sequence: at, signers, ...(expires !== undefined && { expires }) })

/** What becomes of a source, and what is said of it. */
const SOURCE_FAULTS: readonly (readonly [fault: string, code: string, answer: () => Promise<BundleServer['answer']>])[] = [
  [
    'a download that is cut off, of which the length was told',
    'source-unreadable',
    async () => {
      const bytes = await bytesOf(200)
      return (_, response) => {
        response.writeHead(200, { 'content-length': bytes.length })
        response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
      }
    },
  ],
  [
    'a download that is cut off, and looks whole',
    'truncated',
    async () => {
      const bytes = await bytesOf(200)
      return (_, response) => void response.end(bytes.subarray(0, bytes.length / 2))
    },
  ],
  [
    'a server that answers 500',
    'source-unreadable',
    async () => (_, response) => void response.writeHead(500).end('out of order'),
  ],
  ['a bundle of before, replayed', 'sequence', async () => staticFile(await bytesOf(99))],
  ['a key that nobody knows', 'unknown-key', async () => staticFile(await bytesOf(200, [generateSigningKey()]))],
  ['a bundle that has expired', 'expired', async () => staticFile(await bytesOf(200, [testSigner], '2020-01-01T00:00:00Z'))],
]

test('a source that fails while a policy serves, and when the proxy starts: nobody notices, and status and record say why', async () => {
  const server = await serveBundles(staticFile(await bytesOf(100)))
  onTestFinished(() => server.close())
  const bundle = `{ source: "${server.origin}/shop.iapb", poll: 1s, keys: [./key.jwk.json], state: ./served }`
  // The supervisor alone has to do with the source.
  const proxy = await live.start({ bundle, workers: 1 })
  const load = startLoad({ port: () => proxy.port, keepers: 4, openers: 2 })
  for (const [fault, code, answerOf] of SOURCE_FAULTS) {
    const { active: serving } = (await proxy.api('GET', '/v1/rollout')).body
    server.answer = await answerOf()
    // Which is told again where it is tried again.
    const told = () => changesIn(live, proxy).find((one) => one.change === 'refused' && one.before === serving.revision)
    const refused = await eventually(told, `nothing is said of ${fault}`)
    expect(refused).toMatchObject({ refusal: { code } })
    const { body } = await proxy.api('GET', '/v1/rollout')
    expect(body).toMatchObject({ active: serving, lastError: { code } })
    // And the next good one is taken.
    server.answer = staticFile(await bytesOf(serving.sequence + 1))
    await active(proxy, serving.sequence + 1)
    expect((await proxy.api('GET', '/v1/rollout')).body.lastError).toBeNull()
  }
  await load.more(50)
  const { ok, byOutcome } = await load.stop()
  expect(byOutcome).toEqual({ '200': ok })
  proxy.running.child.kill('SIGTERM')
  expect(await proxy.running.ended).toBe(0)

  await server.close()
  const again = await live.start({ bundle, workers: 1 })
  expect((await again.get('/open/x'))[0]).toBe(200)
  const changes = await eventually(() => (changesIn(live, again).length >= 2 ? changesIn(live, again) : undefined))
  expect(changes).toMatchObject([
    { change: 'refused', before: null, refusal: { code: 'source-unreadable', message: expect.stringContaining('ECONNREFUSED') } },
    { change: 'activated', origin: 'last-good', before: null },
  ])
})

describe('pushes', () => {
  let proxy: LiveProxy
  beforeAll(async () => {
    proxy = await live.start({ bundle: FRESH }, {}, 'stage')
  })
  afterAll(() => void proxy?.running.child.kill('SIGKILL'))

  test('of data that do not fit, under load: 422 with the place, nobody notices, and the record says why', async () => {
    expect((await proxy.api('PUT', '/v1/data/listed', ['ann'])).status).toBe(200)
    const load = startLoad({ port: () => proxy.port, keepers: 4, openers: 2 })
    const answer = await proxy.api('PUT', '/v1/data/listed', ['ann', 7])
    expect([answer.status, answer.body.code, answer.body.pointer]).toEqual([422, 'refused', '/1'])
    const refused = await eventually(() => dataChanges(proxy).find(({ change }) => change === 'refused'))
    expect(refused).toMatchObject({
      name: 'listed',
      by: 'token 1',
      refusal: { code: 'data', message: expect.stringMatching(/listed\/1/) },
    })
    for (let i = 0; i < 4; i++) expect((await proxy.get('/listed/x', live.bearer({ sub: 'ann' })))[0]).toBe(200)
    await load.more(50)
    const { ok, byOutcome } = await load.stop()
    expect(byOutcome).toEqual({ '200': ok })
  })

  test('while another configuration takes over: what was answered with 200 last counts in all workers of the next one', async () => {
    const pushed: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const [file, after, before] = [join(live.stage.folder, 'iap.yaml'), proxy.running.said().length, pushed.length]
      let isOver = false
      const pushing = (async () => {
        for (let at = 0; !isOver; at++) {
          const { status } = await proxy.api('PUT', '/v1/data/listed', [`ann-${round}-${at}`])
          // Before the next one takes over, the one before answers; in between nobody may be there who does.
          if (status === 200) pushed.push(`ann-${round}-${at}`)
        }
      })()
      await eventually(() => (pushed.length >= before + 3 ? true : undefined))
      appendFileSync(file, `# ${round}\n`)
      proxy.running.child.kill('SIGHUP')
      await proxy.running.line(/the new configuration is active/, after)
      // The last one was under way when the next one took over.
      isOver = true
      await pushing
      const last = pushed.at(-1) as string
      expect((await proxy.api('GET', '/v1/data/listed')).body, proxy.running.said()).toBe(JSON.stringify([last]))
      for (let i = 0; i < 6; i++) expect((await proxy.get('/listed/x', live.bearer({ sub: last })))[0]).toBe(200)
      for (let i = 0; i < 6; i++) expect((await proxy.get('/listed/x', live.bearer({ sub: pushed.at(-2) })))[0]).toBe(403)
    }
  })
})
