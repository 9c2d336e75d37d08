/**
 * Revocation across processes: two workers, a restart, another configuration; and two proxies on one real Redis, one of them with
 * two workers.
 */

import { writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { newSecret } from '../../runtime/identity/sessions/index.ts'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { adminFiles, adminYaml, callAdmin, revoke } from '../support/admin.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from '../support/test-issuer.ts'
import { eventually } from '../support/until.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

let upstream: TestUpstream
let issuer: TestIssuer
let stage: Stage & { remove(): void }
let redis: TestRedis

beforeAll(async () => {
  issuer = await startTestIssuer()
  upstream = await startUpstream((request, response) => {
    if (!request.url?.includes('stream')) return void response.end('fine')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: begun\n\n')
  })
  new WebSocketServer({ server: upstream.server }).on('connection', (socket) => socket.send('begun'))
  stage = await openStage()
  for (const [name, content] of Object.entries(adminFiles)) writeFileSync(join(stage.folder, name), content, { mode: 0o600 })
  if (installed) redis = await startRedis()
  process.env.IAP_TEST_SESSION_KEY = newSecret()
})
afterAll(async () => {
  await upstream?.close()
  await issuer?.close()
  await redis?.close()
  stage?.remove()
})

interface Started {
  readonly proxy: Running
  readonly port: number
  readonly admin: string
}

let starts = 0

function configure(more: string, admin = adminYaml, workers = 2): void {
  stage.configure({
    upstream: upstream.origin,
    workers,
    identities: `{ user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] } }`,
    audit: `[{ file: ./audit-${++starts}.jsonl }, { stdout: true }]`,
    admin,
    more,
  })
}

async function start(more = '', workers = 2): Promise<Started> {
  configure(more, adminYaml, workers)
  const proxy = stage.start({ lives: 'stage' })
  const [port = 0] = await proxy.ready()
  const [, admin = ''] = await proxy.line(/health and metrics on (http\S+?)(?:"|$|\s)/m)
  return { proxy, port, admin }
}

/** On a connection of its own, so that all workers are asked. */
function statusOf({ port }: Started, authorization: string | null, path = '/users/x'): Promise<string> {
  const headers = { host: 'app.test', ...(authorization !== null && { authorization }) }
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(`${answer.statusCode} ${answer.headers['x-iap-error'] ?? ''}`.trim()))
    })
      .on('error', reject)
      .end()
  })
}

/** Four connections come to both of two workers. */
async function statuses(started: Started, authorization: string): Promise<readonly string[]> {
  const all: string[] = []
  for (let i = 0; i < 4; i++) all.push(await statusOf(started, authorization))
  return [...new Set(all)]
}

/** On each of two workers a WebSocket and a stream of events; each settled with its end. */
async function open({ port }: Started, authorization: string): Promise<readonly Promise<unknown>[]> {
  const ends: Promise<unknown>[] = []
  const over = (emitter: NodeJS.EventEmitter) => ends.push(new Promise((resolve) => emitter.on('close', () => resolve(null))))
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      const ws = new WebSocket(`ws://127.0.0.1:${port}/users/ws`, { headers: { authorization, host: 'app.test' } })
      ws.on('error', () => {})
      over(ws)
      await new Promise((resolve) => ws.once('message', resolve))
    }
    const headers = { host: 'app.test', authorization }
    const asked = httpRequest({ host: '127.0.0.1', port, path: '/users/stream', headers, agent: false }).on('error', () => {})
    over(asked)
    asked.end()
    await new Promise<void>((resolve) =>
      asked.on('response', (answer) => answer.on('error', () => {}).on('data', () => resolve())),
    )
  }
  return ends
}

const bearer = (sub: string) => `Bearer ${issuer.mint({ sub, groups: [] })}`

describe('one proxy of two workers', () => {
  let one: Started
  beforeAll(async () => {
    one = await start()
  })

  test('actions are recorded on standard output as well, however many', async () => {
    const { proxy, admin } = one
    const said = proxy.said().length
    const subjects = Array.from({ length: 12 }, (_, i) => `user${i}`)
    for (const sub of subjects) await revoke(admin, { subject: { identity: 'user', sub } })
    const recorded = await eventually(() => {
      const lines = proxy
        .said()
        .slice(said)
        .split('\n')
        .filter((line) => line.startsWith('{"version":3,"kind":"action"'))
      return lines.length === 12 ? lines : undefined
    })
    expect(recorded.map((line) => JSON.parse(line).revocation.what.subject)).toEqual(subjects)
    expect(proxy.said()).not.toMatch(/Warning/)
  })

  test('both obey at once, and still after a restart', async () => {
    const authorization = bearer('ann')
    expect(await statuses(one, authorization)).toEqual(['200'])
    const ends = await open(one, authorization)
    const made = await revoke(one.admin, { subject: { identity: 'user', sub: 'ann' } })
    expect(made.body.ended).toEqual({ streams: 6 })
    await Promise.all(ends)
    expect(await statuses(one, authorization)).toEqual(['401 revoked'])
    one.proxy.child.kill('SIGTERM')
    await one.proxy.ended
    one = await start()
    expect(await statuses(one, authorization)).toEqual(['401 revoked'])
    await callAdmin(one.admin, 'DELETE', `/v1/revocations/${made.body.id}`)
    expect(await statuses(one, authorization)).toEqual(['200'])
  })

  test('a worker that is started later, and another configuration, know it; its tokens count from then on', async () => {
    const authorization = bearer('ben')
    await revoke(one.admin, { subject: { identity: 'user', sub: 'ben' } })
    const [worker] = await one.proxy.workers()
    process.kill(worker?.pid ?? 0, 'SIGKILL')
    await eventually(async () => ((await one.proxy.workers()).some(({ pid }) => pid === worker?.pid) ? undefined : true))
    await one.proxy.ready()
    expect(await statuses(one, authorization)).toEqual(['401 revoked'])
    const other = 'YW5vdGhlciB0b2tlbiBvZiB0aGUgdGVzdHMsIGFuZCBsb25nIQ=='
    writeFileSync(join(stage.folder, 'other-token'), other)
    configure('', 'tokens: [{ file: ./other-token }]')
    one.proxy.child.kill('SIGHUP')
    await one.proxy.line(/the new configuration is active/)
    expect(await statuses(one, authorization)).toEqual(['401 revoked'])
    expect((await callAdmin(one.admin, 'GET', '/v1/revocations')).status).toBe(401)
    const list = await callAdmin(one.admin, 'GET', '/v1/revocations', undefined, { authorization: `Bearer ${other}` })
    expect(list.body.revocations.map(({ subject }: { subject: { sub: string } }) => subject.sub)).toContain('ben')
  })
})

describe.skipIf(!installed)('two proxies on one Redis', () => {
  const shared = () => `sessions: { store: "${redis.url}", keys: [{ env: IAP_TEST_SESSION_KEY }] }`
  let one: Started
  beforeAll(async () => {
    one = await start(shared())
  })

  test('revoked at one, it counts no longer at the other, nor does what is open there', async () => {
    const two = await start(shared(), 1)
    const authorization = bearer('cem')
    expect([await statuses(one, authorization), await statuses(two, authorization)]).toEqual([['200'], ['200']])
    const here = await open(one, authorization)
    const there = await open(two, authorization)
    const made = await revoke(one.admin, { subject: { identity: 'user', sub: 'cem' } })
    await Promise.all([...here, ...there])
    expect(await statuses(two, authorization)).toEqual(['401 revoked'])
    // What is there is read only by who has the key.
    const listed = await callAdmin(two.admin, 'GET', '/v1/revocations')
    expect(listed.body.revocations).toMatchObject([{ id: made.body.id }])
    await callAdmin(two.admin, 'DELETE', `/v1/revocations/${made.body.id}`)
    await eventually(async () => ((await statuses(one, authorization)).join() === '200' ? true : undefined))
  })

  test('a Redis that is gone lets in nobody with a credential; one that is back and empty is told what was revoked', async () => {
    const [ann, eve] = [bearer('ann'), bearer('eve')]
    await revoke(one.admin, { subject: { identity: 'user', sub: 'eve' } })
    expect(await statuses(one, ann)).toEqual(['200'])
    await redis.stop()
    await eventually(async () => ((await statuses(one, ann)).join() === '503 revocations-unavailable' ? true : undefined))
    // Who shows nothing is served.
    expect(await statusOf(one, null, '/open/x')).toBe('200')
    expect((await callAdmin(one.admin, 'POST', '/v1/revocations', { identity: 'user' })).status).toBe(503)
    await redis.start()
    await eventually(async () => ((await statuses(one, ann)).join() === '200' ? true : undefined))
    expect(await statuses(one, eve)).toEqual(['401 revoked'])
    // Another proxy that begins now learns of it.
    const two = await start(shared(), 1)
    expect([await statuses(two, ann), await statuses(two, eve)]).toEqual([['200'], ['401 revoked']])
  })

  test('a Redis that says nothing any more', async () => {
    const ann = bearer('ann')
    expect(await statuses(one, ann)).toEqual(['200'])
    redis.freeze()
    try {
      await eventually(async () => ((await statuses(one, ann)).join() === '503 revocations-unavailable' ? true : undefined))
    } finally {
      redis.thaw()
    }
    await eventually(async () => ((await statuses(one, ann)).join() === '200' ? true : undefined))
  })
})
