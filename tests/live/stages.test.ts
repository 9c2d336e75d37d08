/**
 * A policy comes into force by stages, under traffic, in two workers if that matters: shadow, shares, everywhere; or it goes back
 * by itself.
 */
import { writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateSigningKey } from '../../compiler/bundle/index.ts'
import { partOf } from '../../runtime/policy/candidate/rollout-candidate.ts'
import { inside } from '../cli/inside.ts'
import { ADMIN_TOKEN, type AdminAnswered, adminYaml, callAdmin, misfit } from '../support/admin.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { TEST_AUDIENCE } from '../support/test-issuer.ts'
import { eventually } from '../support/until.ts'
import { changesIn, type Live, type LiveProxy, livePolicy, openLive } from './start-live.ts'

let live: Live
/** Of the bundle that was released last: what a proxy accepts only grows. */
let sequence = 1
beforeAll(async () => {
  live = await openLive()
  // On a machine that has much else to do.
})
afterAll(() => live?.close())

const release = (policy: string) => live.release(policy, ++sequence)
const bundleOf = (policy: string) => compilePolicy(policy, { signers: [testSigner], sequence: ++sequence })
/** With something that makes another revision of it. */
const policyOf = (groups: readonly string[], more = '') =>
  livePolicy(groups, `${more}\npermit nobody_${sequence} on app.users to anyone when false`)

const start = (rollout: string, workers = 2) => live.start({ more: `rollout: ${rollout}`, workers })

const statusOf = async (proxy: LiveProxy) => {
  const answer = await proxy.api('GET', '/v1/rollout')
  expect(misfit('GET', '/v1/rollout', answer)).toBeNull()
  return answer.body
}

/** Two minutes: steps take their time, and machines. */
async function patiently<T>(look: () => Promise<T | undefined>, message?: string): Promise<T> {
  for (let left = 3; ; left--) {
    try {
      return await eventually(look, message)
    } catch (error) {
      if (left === 0) throw error
    }
  }
}

/** As many as there are to be, which may be written a moment after they happened. */
const changesOf = async (proxy: LiveProxy, count: number) =>
  await patiently(async () => {
    const found = changesIn(live, proxy)
    return found.length >= count ? found : undefined
  }, 'records are missing')

/** What becomes of the candidate, or where it is. */
const untilStatus = async (proxy: LiveProxy, found: (status: Awaited<ReturnType<typeof statusOf>>) => unknown) =>
  await patiently(
    async () => {
      const status = await statusOf(proxy)
      return found(status) ? status : undefined
    },
    `it does not come to that: ${JSON.stringify(await statusOf(proxy))}`,
  )

async function putBundle({ running }: LiveProxy, body: Uint8Array, path = 'shadow'): Promise<AdminAnswered> {
  const [, origin] = await running.line(/health and metrics on (http\S+)/)
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/octet-stream', connection: 'close' }
  const response = await fetch(`${origin}/v1/rollout/${path}`, { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> })
  const answer = { status: response.status, headers: response.headers, body: await response.json() }
  expect(misfit('POST', `/v1/rollout/${path}`, answer)).toBeNull()
  return answer
}

/** A subject is decided by the policy whose share it is in, whichever worker answers. */
async function sticks(proxy: LiveProxy, candidate: string, active: string, parts = 3000): Promise<void> {
  const before = live.stage.audit(proxy.audit).length
  const subjects = Array.from({ length: 20 }, (_, at) => `sticky-${at}`)
  for (const sub of [...subjects, ...subjects]) await proxy.get('/users/x', live.bearer({ sub }))
  const records = await eventually(() => {
    const found = live.stage.audit(proxy.audit).slice(before)
    return found.length === 40 ? found : undefined
  }, 'records are missing')
  const wrong = records.filter(({ revision, caller }) => {
    const isIn = partOf(candidate, ['user', 'subject', String(caller?.subject)]) < parts
    return revision !== (isIn ? candidate : active)
  })
  expect(wrong).toEqual([])
}

interface Traffic {
  /** Status by subject and group, each that was seen. */
  readonly seen: ReadonlyMap<string, ReadonlySet<number>>
  stop(): Promise<void>
}

/** Milliseconds between requests of a connection: what is waited for is the time of a step, and not that many were decided. */
const PAUSE = 30

/** Requests of a hundred subjects of a group, one after the other, on four connections at a time. */
function traffic(proxy: LiveProxy, groups: readonly string[], path = '/users/x'): Traffic {
  const seen = new Map<string, Set<number>>()
  let isOver = false
  let next = 0
  const bearers = Array.from({ length: 100 }, (_, at) => {
    const [sub, group] = [`sub-${at}`, groups[at % groups.length] as string]
    return { name: `${group} ${sub}`, bearer: live.bearer({ sub, groups: [group] }) }
  })
  const one = async () => {
    while (!isOver) {
      const { name, bearer } = bearers[next++ % bearers.length] as (typeof bearers)[number]
      const [status] = await proxy.get(path, bearer)
      const all = seen.get(name) ?? new Set()
      seen.set(name, all.add(status))
      await sleep(PAUSE)
    }
  }
  const all = Promise.all([one(), one(), one(), one()])
  return {
    seen,
    async stop() {
      isOver = true
      await all
    },
  }
}

const statuses = ({ seen }: Traffic, group = '') =>
  new Set([...seen].filter(([name]) => name.startsWith(group)).flatMap(([, all]) => [...all]))

test('in shadow, for half of the subjects, then everywhere, by itself', async () => {
  const proxy = await start('{ steps: [{ shadow: 1s }, { percent: 50, for: 1s }], requests: 20 }')
  const before = (await statusOf(proxy)).active.revision
  const load = traffic(proxy, ['staff', 'guests'])
  const from = Date.now()
  await release(policyOf(['staff', 'guests']))
  const done = await untilStatus(proxy, ({ active }) => active.sequence === sequence)
  await load.stop()
  const to = Date.now()
  expect(done).toMatchObject({
    active: { origin: 'rollout' },
    candidate: null,
    quarantined: null,
    lastError: null,
    last: { outcome: 'promoted', revision: done.active.revision, why: null },
  })
  // Who was let in before is let in throughout; nothing failed.
  expect([statuses(load, 'staff'), statuses(load, 'guests')]).toEqual([new Set([200]), new Set([200, 403])])
  const changes = (await changesOf(proxy, 4)).slice(1)
  expect(changes.map(({ change, origin, share, before, by }) => ({ change, origin, share, before, by }))).toEqual([
    { change: 'shadow', origin: null, share: { percent: 0, services: null, whole: [] }, before, by: null },
    { change: 'canary', origin: null, share: { percent: 50, services: null, whole: [] }, before, by: null },
    { change: 'activated', origin: 'rollout', before, by: null },
  ])
  const [shadow, canary, activated] = changes.map(({ time }) => Date.parse(time)) as [number, number, number]
  expect(canary - from).toBeGreaterThanOrEqual(1000)
  expect(activated - canary).toBeGreaterThanOrEqual(1000)
  // By the record of each request: nothing was decided by the new policy before its share; then only of whom that has; then everything.
  const records = live.stage.audit(proxy.audit).filter(({ time }) => Date.parse(time) >= from && Date.parse(time) <= to)
  const bySubject = (subject: string) => partOf(done.active.revision, ['user', 'subject', subject]) < 5000
  // A share is there before it is recorded, and a step lasts a second.
  for (const { revision, time, caller } of records) {
    const at = Date.parse(time)
    if (at < shadow + 1000) expect(revision).toBe(before)
    else if (at > canary && at < canary + 1000) expect(revision === before).toBe(!bySubject(String(caller?.subject)))
    else if (at > activated) expect(revision).toBe(done.active.revision)
  }
  const share = records.filter(({ revision }) => revision !== before).length
  console.log(
    `${records.length} requests, ${share} by the new policy; canary after ${canary - from} ms, active after ${activated - from} ms`,
  )
  expect(await proxy.running.metric('iap_rollouts_total{outcome="promoted"}')).toBe(1)
  expect(await proxy.running.metric('iap_rollout_share')).toBeNaN()
})

test('one that refuses too much goes back by itself: nobody sees it but those of the share, and it is held', async () => {
  const proxy = await start('{ rollback: { refusals: 5%, after: 40 } }')
  const { active } = await statusOf(proxy)
  const load = traffic(proxy, ['staff'])
  const shadow = await proxy.api('POST', '/v1/rollout/shadow', undefined, {})
  expect([shadow.status, misfit('POST', '/v1/rollout/shadow', shadow)]).toEqual([409, null])
  const bytes = await bundleOf(policyOf(['nobody']))
  expect((await putBundle(proxy, bytes)).status).toBe(200)
  const canary = await proxy.api('POST', '/v1/rollout/canary', { percent: 10 })
  expect([canary.status, misfit('POST', '/v1/rollout/canary', canary)]).toEqual([200, null])
  const { revision } = canary.body.candidate
  expect(canary.body.candidate).toMatchObject({
    stage: 'canary',
    step: null,
    share: { percent: 10 },
    origin: 'operator',
    by: 'token 1',
  })
  const over = await untilStatus(proxy, ({ candidate }) => candidate === null)
  expect(over).toMatchObject({
    active,
    quarantined: revision,
    last: {
      outcome: 'rolled-back',
      revision,
      by: null,
      why: { code: 'refusals', message: expect.stringMatching(/^the candidate refuses /) },
    },
  })
  await load.stop()
  const refused = [...load.seen].filter(([, all]) => all.has(403)).map(([name]) => name.replace('staff ', ''))
  console.log(`${refused.length} of 100 subjects were refused meanwhile`)
  for (const subject of refused) expect(partOf(revision, ['user', 'subject', subject])).toBeLessThan(1000)
  expect(statuses(load)).not.toContain(500)
  const again = traffic(proxy, ['staff'])
  await eventually(() => (again.seen.size === 100 ? true : undefined))
  await again.stop()
  expect(statuses(again)).toEqual(new Set([200]))
  // It is not taken again until it is released.
  expect(await putBundle(proxy, bytes)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('is quarantined') },
  })
  expect((await proxy.api('POST', '/v1/rollout/release')).status).toBe(200)
  expect((await putBundle(proxy, bytes)).status).toBe(200)
  const ended = await proxy.api('POST', '/v1/rollout/rollback')
  expect([ended.status, ended.body.last, ended.body.active]).toMatchObject([
    200,
    { outcome: 'rolled-back', by: 'token 1' },
    active,
  ])
  const told = (await changesOf(proxy, 8)).map(({ change, by, refusal }) => [change, by, refusal?.code ?? null])
  expect(told.slice(1)).toEqual([
    ['shadow', 'token 1', null],
    ['canary', 'token 1', null],
    ['rolled-back', null, 'refusals'],
    ['refused', 'token 1', 'quarantined'],
    ['released', 'token 1', null],
    ['shadow', 'token 1', null],
    ['rolled-back', 'token 1', null],
  ])
})

test('one that lets in whom it must not goes back in shadow: nobody was ever let in', async () => {
  const proxy = await start(
    '{ steps: [{ shadow: 2s }, { percent: 100, for: 1s }], requests: 20, rollback: { newlyPermitted: 0%, after: 40 } }',
    1,
  )
  const { active } = await statusOf(proxy)
  // What the tests before have promoted lets guests in.
  const load = traffic(proxy, ['staff', 'strangers'])
  await release(policyOf(['staff', 'guests', 'strangers']))
  const over = await untilStatus(proxy, ({ last }) => last?.why?.code === 'newlyPermitted')
  expect(over).toMatchObject({ active, candidate: null, last: { outcome: 'rolled-back' } })
  await load.stop()
  expect(statuses(load, 'strangers')).toEqual(new Set([403]))
  // The source has it still, and a restart does not take it.
  expect((await proxy.api('POST', '/v1/rollout/refresh')).status).toBe(202)
  await untilStatus(proxy, ({ lastError }) => lastError?.code === 'quarantined')
  proxy.running.child.kill('SIGTERM')
  await proxy.running.ended
  const next = await start('{ steps: [{ shadow: 2s }, { percent: 100, for: 1s }], requests: 20 }', 1)
  expect(await statusOf(next)).toMatchObject({
    active: { sequence: active.sequence },
    candidate: null,
    quarantined: over.last.revision,
  })
  expect(await next.get('/users/x', live.bearer({ groups: ['strangers'] }))).toEqual([403, 'denied'])
})

test('killed, told to read its configuration again, and with a worker less, it goes on where it was', async () => {
  const rollout = '{ steps: [{ shadow: 1s }, { percent: 30, for: 1h }], requests: 20 }'
  const proxy = await start(rollout)
  const load = traffic(proxy, ['staff'])
  await release(policyOf(['staff', 'later']))
  const { candidate } = await untilStatus(proxy, (status) => status.candidate?.step === 2)
  const is = {
    revision: candidate.revision,
    sequence,
    step: 2,
    steps: 2,
    stage: 'canary',
    origin: 'source',
    begun: candidate.begun,
  }
  await load.stop()
  proxy.running.child.kill('SIGKILL')
  await proxy.running.ended

  const next = await start(rollout)
  const active = (await statusOf(next)).active.revision
  expect(await statusOf(next)).toMatchObject({ candidate: { ...is, waits: 'time' }, active: { origin: 'last-good' } })
  await sticks(next, candidate.revision, active)
  const [worker] = await next.running.workers()
  process.kill(worker?.pid as number, 'SIGKILL')
  await eventually(async () => {
    const workers = await next.running.workers()
    return workers.length === 2 && workers.every(({ pid, state }) => pid !== worker?.pid && state === 'ready') ? true : undefined
  })
  await sticks(next, candidate.revision, active)
  expect(await statusOf(next)).toMatchObject({ candidate: is })

  const early = await next.api('POST', '/v1/rollout/promote', {})
  expect([early.status, misfit('POST', '/v1/rollout/promote', early)]).toEqual([409, null])
  live.stage.configure({
    upstream: live.upstream.origin,
    identities: `{ user: { issuer: "${live.issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] } }`,
    audit: `[{ file: ./${next.audit} }]`,
    admin: adminYaml,
    more: `data: { listed: { push: true } }\nrollout: ${rollout}\nlimits: { lag: 2s }`,
  })
  next.running.child.kill('SIGHUP')
  await next.running.line(/the new configuration is active/)
  expect(await statusOf(next)).toMatchObject({ candidate: is })
  await sticks(next, candidate.revision, active)
  const promoted = await next.api('POST', '/v1/rollout/promote', { early: true })
  expect([promoted.status, promoted.body.active.revision, promoted.body.candidate]).toEqual([200, candidate.revision, null])
  expect(await next.get('/users/x', live.bearer({ groups: ['later'] }))).toEqual([200, null])
})

const SERVICES = `
identity user via jwt {
  sub: string
  groups: set<string>
}
label public
label internal
service site at "site.test" is public { route all ANY "/{rest...}" }
service docs at "docs.test" is public { route all ANY "/{rest...}" }
service wiki at "wiki.test" is internal { route all ANY "/{rest...}" }
service bills at "bills.test" { route all ANY "/{rest...}" }
permit site_all on site.all to anyone
permit docs_all on docs.all to anyone
permit wiki_all on wiki.all to anyone
permit bills_all on bills.all to anyone
`

test('services one group after the other, low risk first, by the labels of the policy', async () => {
  const upstreams = `{ upstreams: ["${live.upstream.origin}"] }`
  writeFileSync(join(live.stage.folder, 'policy.iapb'), await bundleOf(SERVICES))
  writeFileSync(
    join(live.stage.folder, 'iap.yaml'),
    `listeners: [{ address: "127.0.0.1:0" }]
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./state-of-services }
rollout:
  steps: [{ shadow: 1s }, { percent: 20, for: 1s }, { percent: 60, for: 1s }]
  order: [{ labels: [public] }, { services: [wiki] }]
  requests: 10
identities: { user: { issuer: "${live.issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] } }
services: { site: ${upstreams}, docs: ${upstreams}, wiki: ${upstreams}, bills: ${upstreams} }
audit: [{ file: ./audit-services.jsonl }]
admin: { address: "127.0.0.1:0", ${adminYaml} }
workers: 1
`,
  )
  const running = live.stage.start()
  const [port = 0] = await running.ready()
  const [, admin = ''] = await running.line(/health and metrics on (http\S+)/)
  let isOver = false
  const visit = async () => {
    for (let at = 0; !isOver; at++) {
      const host = `${['site', 'docs', 'wiki', 'bills'][at % 4]}.test`
      await answerOf(port, host, live.bearer({ sub: `sub-${at % 60}` }))
      await sleep(PAUSE)
    }
  }
  const load = Promise.all([visit(), visit(), visit()])
  const next = `${SERVICES}\nforbid nobody on bills.all to anyone when false`
  writeFileSync(join(live.stage.folder, 'policy.iapb'), await bundleOf(next))
  await patiently(async () => {
    const { body } = await callAdmin(admin, 'GET', '/v1/rollout')
    return body.last?.outcome === 'promoted' ? true : undefined
  })
  isOver = true
  await load
  const proxy = { audit: 'audit-services.jsonl' } as LiveProxy
  const [activated, ...changes] = await changesOf(proxy, 9)
  expect(changes.map(({ change, share }) => [change, share && [share.percent, share.services, share.whole]])).toEqual([
    ['shadow', [0, null, []]],
    ['canary', [20, ['docs', 'site'], []]],
    ['canary', [60, ['docs', 'site'], []]],
    ['canary', [20, ['wiki'], ['docs', 'site']]],
    ['canary', [60, ['wiki'], ['docs', 'site']]],
    ['canary', [20, null, ['docs', 'site', 'wiki']]],
    ['canary', [60, null, ['docs', 'site', 'wiki']]],
    ['activated', undefined],
  ])
  // What each request was decided by, by what was said at its time: a share is there before it is recorded, and a step lasts a second.
  const times = changes.map(({ time }) => Date.parse(time))
  const candidate = changes[0]?.revision as string
  const seen = new Set<string>()
  for (const { time, service, revision, caller } of live.stage.audit(proxy.audit)) {
    const at = Date.parse(time)
    const last = times.findLastIndex((one) => one <= at)
    if (last === -1 || at === times[last] || (last < times.length - 1 && at >= (times[last] as number) + 1000)) continue
    const { percent, services, whole } = changes[last]?.share ?? { percent: 100, services: null, whole: [] }
    const parts = whole.includes(String(service))
      ? 10_000
      : services === null || services.includes(String(service))
        ? percent * 100
        : 0
    const isIn = partOf(candidate, ['user', 'subject', String(caller?.subject)]) < parts
    expect([service, percent, revision]).toEqual([service, percent, isIn ? candidate : activated?.revision])
    seen.add(`${last} ${isIn}`)
  }
  console.log(`${seen.size} of ${changes.length} stages on both sides`)
  expect(seen.size).toBeGreaterThan(changes.length)
})

/** Status of an answer to a request to a host. */
function answerOf(port: number, host: string, authorization: string): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, path: '/x', headers: { host, authorization, connection: 'close' } }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
      .on('error', reject)
      .end()
  })
}

describe('a candidate that stays in shadow', () => {
  let proxy: LiveProxy
  beforeAll(async () => {
    proxy = await live.start({ more: 'rollout: { steps: [{ shadow: 1h }] }', workers: 1 }, {}, 'stage')
  })
  afterAll(() => void proxy?.running.child.kill('SIGKILL'))

  test('data that do not fit the candidate end the candidate, and count', async () => {
    const put = async (value: unknown) => (await proxy.api('PUT', '/v1/data/listed', value)).status
    const addresses = policyOf(['staff'])
      .replace('data listed: set<string>', 'data listed: list<cidr>')
      .replace('when caller.sub in listed', 'when listed.size() == 0')
    expect(await put(['ann'])).toBe(200)
    await release(addresses)
    // They do not fit from the beginning: it is refused, and its source asked for it again when data are others.
    await untilStatus(proxy, ({ candidate, lastError }) => candidate === null && lastError?.code === 'data')
    expect(await put(['10.0.0.0/8'])).toBe(200)
    const { candidate } = await untilStatus(proxy, (status) => status.candidate?.sequence === sequence)
    expect(await put(['ann'])).toBe(200)
    const over = await untilStatus(proxy, (status) => status.candidate === null && status.last?.why?.code === 'data')
    expect(over).toMatchObject({ last: { outcome: 'ended', revision: candidate.revision, by: null }, quarantined: null })
    expect(await proxy.get('/listed/x', live.bearer({ sub: 'ann' }))).toEqual([200, null])
    expect(await put(['10.0.0.0/8'])).toBe(200)
    await untilStatus(proxy, (status) => status.candidate?.revision === candidate.revision)
  })

  test('what the API refuses', async () => {
    if ((await statusOf(proxy)).candidate !== null) await proxy.api('POST', '/v1/rollout/rollback')
    const active = (await statusOf(proxy)).active.revision
    const answered = async (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await proxy.api('POST', `/v1/rollout/${path}`, body, headers)
      expect(misfit('POST', `/v1/rollout/${path}`, answer)).toBeNull()
      return [answer.status, answer.body.code]
    }
    const bundle = { 'content-type': 'application/octet-stream' }
    for (const [path, body, headers, expected] of [
      ['shadow', 'x', bundle, [409, 'refused']],
      ['shadow', 'x', { 'content-type': 'application/json' }, [415, 'media-type']],
      ['shadow', 'x', { ...bundle, 'content-encoding': 'gzip' }, [415, 'media-type']],
      ['shadow', 'x'.repeat((16 << 20) + 1), bundle, [413, 'too-large']],
      ['shadow', undefined, { origin: 'https://evil.example' }, [403, 'origin']],
      ['shadow', undefined, { authorization: 'Bearer guessed' }, [401, 'unauthenticated']],
      ['canary', { percent: 0 }, {}, [400, 'malformed']],
      ['canary', { percent: 100.01 }, {}, [400, 'malformed']],
      ['canary', { percent: '10' }, {}, [400, 'malformed']],
      ['canary', {}, {}, [400, 'malformed']],
      ['canary', { percent: 10, services: 'app' }, {}, [400, 'malformed']],
      ['canary', { percent: 10, labels: [1] }, {}, [400, 'malformed']],
      ['canary', { percent: 10, service: ['app'] }, {}, [400, 'malformed']],
      ['canary', '{ "percent": 1, "percent": 99 }', {}, [400, 'malformed']],
      ['canary', { percent: 10 }, { 'content-type': 'text/plain' }, [415, 'media-type']],
      ['canary', { percent: 10 }, {}, [409, 'refused']],
      ['promote', { early: 1 }, {}, [400, 'malformed']],
      ['promote', { force: true }, {}, [400, 'malformed']],
      ['promote', { early: true }, {}, [409, 'refused']],
      ['rollback', { candidate: true }, {}, [409, 'refused']],
      ['rollback', { candidate: 1 }, {}, [400, 'malformed']],
      ['rollback', { revision: 'x' }, {}, [400, 'malformed']],
      ['rollback', 'x', { 'content-type': 'text/plain' }, [415, 'media-type']],
    ] as const)
      expect([path, headers, await answered(path, body, headers)]).toEqual([path, headers, expected])
    const stranger = await compilePolicy(policyOf(['guests']), { signers: [generateSigningKey()], sequence: 1000 })
    expect(await putBundle(proxy, stranger)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('key') } })
    const old = await compilePolicy(policyOf(['guests']), { signers: [testSigner], sequence: 0 })
    expect(await putBundle(proxy, old)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('sequence 0') } })
    expect(await statusOf(proxy)).toMatchObject({ active: { revision: active }, candidate: null })
    // Each that was tried is recorded, with who has asked for it.
    await eventually(() => {
      const refused = changesIn(live, proxy).filter(({ change, by }) => change === 'refused' && by === 'token 1')
      return refused.length === 3 ? true : undefined
    })
  })
})

test('the command', async () => {
  const proxy = await start('{ steps: [{ shadow: 1s }, { percent: 5, for: 1h }], requests: 10 }', 1)
  const [, url = ''] = await proxy.running.line(/health and metrics on (http\S+)/)
  const iap = async (...words: string[]) =>
    await inside(['rollout', ...words, '--admin', url], { env: { IAP_ADMIN_TOKEN: ADMIN_TOKEN } })
  // Of the test before.
  if ((await statusOf(proxy)).candidate !== null) await proxy.api('POST', '/v1/rollout/rollback')
  const file = join(live.stage.folder, 'candidate.iapb')
  writeFileSync(file, await bundleOf(policyOf(['staff', 'visitors'])))
  expect(await iap('canary', '10')).toEqual({
    code: 1,
    stdout: '✗ no candidate is active: publish a bundle to begin a rollout\n',
    stderr: '',
  })
  expect(await iap('canary', '1000')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('`1000` is not a percentage'),
  })
  expect(await iap('shadow', `${file}.none`)).toMatchObject({ code: 2, stdout: '' })
  const shadow = await iap('shadow', file)
  expect(shadow).toMatchObject({ code: 0, stderr: '' })
  expect(shadow.stdout).toMatch(/^candidate: sha256:[0-9a-f]{64}\n {2}sequence \d+, since \S+, requested by token 1$/m)
  expect(shadow.stdout).toMatch(/^ {2}step 1 of 2: compared, decides no requests, since /m)
  await eventually(async () => {
    for (let at = 0; at < 12; at++) await proxy.get('/users/x', live.bearer({ sub: `sub-${at}`, groups: ['visitors'] }))
    return (await statusOf(proxy)).candidate?.step === 2 ? true : undefined
  })
  const { tally } = (await statusOf(proxy)).candidate
  expect([tally.newlyPermitted, tally.differences.length]).toEqual([tally.compared, 1])
  const status = await iap('status')
  expect(status.stdout).toMatch(/^ {2}step 2 of 2: decides for 5%, since /m)
  expect(status.stdout).toMatch(
    `\n  compared ${tally.compared}: newly permitted ${tally.newlyPermitted} (100%), newly denied 0 (0%), other 0 (0%)\n`,
  )
  expect(status.stdout).toMatch(/^ +count {2}kind +route +active +candidate$/m)
  expect(status.stdout).toMatch(/^ +\d+ {2}newlyPermitted +app\.users +deny \S+ +permit visitors_in$/m)
  expect(status.stdout).toMatch(/^ +GET \/users\/x {2}user sub-\d+ {2}[0-9a-f-]{36}$/m)
  expect(await iap('promote')).toMatchObject({ code: 1, stdout: '✗ it is at step 2 of 2, and has not passed all of them\n' })
  const canary = await iap('canary', '20%', '--service', 'app')
  expect(canary.stdout).toMatch(/^ {2}set by an operator: decides for 20% of app, since /m)
  expect(await iap('canary', '20', '--label', 'none')).toMatchObject({ code: 1 })
  const json = JSON.parse((await iap('status', '--format', 'json')).stdout)
  expect(json).toMatchObject({ ok: true, candidate: { step: null, share: { percent: 20, services: ['app'], whole: [] } } })
  const promoted = await iap('promote', '--early')
  expect(promoted).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^ {2}✓ sha256:\S+ was promoted \S+, requested by token 1$/m),
  })
  expect(await iap('status', '--wait')).toMatchObject({ code: 0 })
  expect(await iap('rollback', '--candidate')).toMatchObject({
    code: 1,
    stdout: '✗ no candidate is active, so none can be ended\n',
  })
  // There is no candidate any more: the one before decides again.
  expect(await iap('rollback')).toMatchObject({ code: 0, stdout: expect.stringContaining('after a rollback') })
})
