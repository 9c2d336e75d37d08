/** How the proxy ends: SIGTERM, SIGINT, and when they come twice. */

import { readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { startLoad } from './load.ts'
import { isThere, openStage, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream
let serve: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('fine')

beforeAll(async () => {
  upstream = await startUpstream((request, response) => serve(request, response))
  stage = await openStage()
})

/** One worker, if a test is not about two. */
beforeEach(() => configure(1))

const configure = (workers: number) =>
  stage.configure({ upstream: upstream.origin, listeners: '[{ address: "127.0.0.1:0", http2: true }]', workers })

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: what is under way ends, who asks once more is told to go, and it exits with 0',
  async (signal) => {
    const finish: (() => void)[] = []
    serve = (request, response) => {
      if (request.url !== '/open/slow') return void response.end('fine')
      response.write('begun, ')
      finish.push(() => response.end('done'))
    }
    if (signal === 'SIGTERM') configure(2)
    const proxy = stage.start()
    const [port = 0] = await proxy.ready()
    const [busy, idle, asking] = [new RawClient(port), new RawClient(port), new RawClient(port)]
    busy.send('GET /open/slow HTTP/1.1\nHost: app.test\n\n')
    for (const client of [idle, asking]) client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect((await idle.response()).status).toBe(200)
    expect((await asking.response()).get('connection')).not.toBe('close')
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    const stream = session.request({ ':path': '/open/slow', ':authority': 'app.test' })
    await eventually(() => finish.length === 2 || undefined)
    const wentAway = new Promise<number>((resolve) => session.once('goaway', resolve))
    proxy.child.kill(signal)
    await proxy.line(new RegExp(`${signal}: stopping when requests in progress have ended`))
    expect(await wentAway).toBe(0)
    // It was not closed at that moment: a request could have been on its way on it.
    asking.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    const last = await asking.response()
    expect([last.status, last.get('connection')]).toEqual([200, 'close'])
    const ready = await proxy.admin('/readyz')
    expect([ready.status, ready.body]).toEqual([503, 'it is shutting down\n'])
    expect(await refused(port)).toBe('ECONNREFUSED')
    expect(await idle.rest()).toBe('')
    for (const end of finish) end()
    expect((await busy.response()).body).toBe('begun, done')
    let text = ''
    for await (const chunk of stream) text += chunk
    expect(text).toBe('begun, done')
    expect(await proxy.ended).toBe(0)
    session.destroy()
    expect(stage.audit().every(({ complete }) => complete)).toBe(true)
  },
)

test('an answer that had begun before is not the last on its connection: who asks once more behind it is answered', async () => {
  let finish: (() => void) | undefined
  serve = (request, response) => {
    if (request.url !== '/open/slow') return void response.end('fine')
    response.write('begun, ')
    finish = () => response.end('done')
  }
  // The end of the one connection tells of the other: of two workers, each ends its own in its own time.
  configure(1)
  // Whoever asks a second later is late. Where this machine has stood still for so long, nothing is shown, and it begins anew.
  for (let isInTime = false; !isInTime; ) {
    finish = undefined
    const proxy = stage.start()
    const [port = 0] = await proxy.ready()
    const [busy, idle] = [new RawClient(port), new RawClient(port)]
    idle.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect((await idle.response()).status).toBe(200)
    busy.send('GET /open/slow HTTP/1.1\nHost: app.test\n\n')
    const end = await eventually(() => finish)
    proxy.child.kill('SIGTERM')
    // Those that carry nothing are ended by now.
    expect(await idle.rest()).toBe('')
    const begun = performance.now()
    end()
    const answer = await busy.response()
    expect([answer.body, answer.get('connection')]).toEqual(['begun, done', 'keep-alive'])
    // Longer than an answer and the next request take on their ways.
    await new Promise((resolve) => setTimeout(resolve, 200))
    isInTime = performance.now() - begun < 700
    if (!isInTime) {
      proxy.child.kill('SIGKILL')
      continue
    }
    busy.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    const last = await busy.response()
    expect([last.status, last.get('connection')]).toEqual([200, 'close'])
    expect(await proxy.ended).toBe(0)
  }
})

test('under load nobody who is answered at all is answered badly', async () => {
  configure(2)
  serve = (_, response) => response.end('fine')
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  const before = stage.audit().length
  const load = startLoad({ port: () => port, keepers: 16, openers: 0 })
  await load.more(100)
  proxy.child.kill('SIGTERM')
  expect(await proxy.ended).toBe(0)
  const { byOutcome } = await load.stop()
  // Nobody listens there any more; a connection that nobody had accepted yet is reset by the system.
  for (const outcome of Object.keys(byOutcome)) expect(['200', 'ECONNREFUSED', 'ECONNRESET']).toContain(outcome)
  expect(byOutcome.ECONNRESET ?? 0).toBeLessThanOrEqual(16)
  const records = stage.audit().slice(before)
  expect(records.every(({ complete, status }) => complete && status === 200)).toBe(true)
  // Nothing is lost: each that was answered has its record.
  expect(records.length).toBe(byOutcome['200'])
})

test('told to end while it starts, it does, and leaves nobody', async () => {
  const proxy = stage.start()
  await proxy.line(/a policy is active/)
  proxy.child.kill('SIGTERM')
  expect(await proxy.ended).toBe(0)
})

test('told to end while another configuration is tried, it does', async () => {
  serve = (_, response) => response.end('fine')
  const proxy = stage.start()
  await proxy.ready()
  writeFileSync(join(stage.folder, 'iap.yaml'), `${readFileSync(join(stage.folder, 'iap.yaml'), 'utf8')}# another`)
  proxy.child.kill('SIGHUP')
  await proxy.line(/loading the changed configuration/)
  proxy.child.kill('SIGTERM')
  expect(await proxy.ended).toBe(0)
})

test('told to read its configuration again while it ends, it begins with nothing new', async () => {
  serve = (_, response) => response.write('begun')
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  const client = new RawClient(port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  await client.response(true)
  proxy.child.kill('SIGTERM')
  await proxy.line(/stopping when requests in progress have ended/)
  const said = proxy.said().length
  writeFileSync(join(stage.folder, 'iap.yaml'), `${readFileSync(join(stage.folder, 'iap.yaml'), 'utf8')}# one more`)
  proxy.child.kill('SIGHUP')
  // It answers, and has the signal by then: it looks at signals before whoever asks.
  for (let times = 0; times < 10; times++) expect((await proxy.admin('/readyz')).status).toBe(503)
  client.close()
  expect(await proxy.ended).toBe(0)
  expect(proxy.said().slice(said)).toBe('')
})

test('a second signal ends it at once, with whatever it is at', async () => {
  let begun = false
  serve = (_, response) => {
    begun = true
    response.write('begun')
  }
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  const pids = (await proxy.workers()).map(({ pid }) => pid)
  const client = new RawClient(port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  await eventually(() => begun || undefined)
  proxy.child.kill('SIGTERM')
  await proxy.line(/stopping when requests in progress have ended/)
  proxy.child.kill('SIGTERM')
  expect(await proxy.ended).toBe('SIGTERM')
  await eventually(() => !pids.some(isThere) || undefined)
  await client.rest()
})

test('what does not end within its time is cut, and it exits with 0', async () => {
  let begun = false
  serve = (_, response) => {
    begun = true
    response.write('begun')
  }
  const proxy = stage.start()
  const [port = 0] = await proxy.ready()
  const client = new RawClient(port)
  client.send('GET /open/endless HTTP/1.1\nHost: app.test\n\n')
  await eventually(() => begun || undefined)
  proxy.child.kill('SIGTERM')
  expect(await proxy.ended).toBe(0)
  expect(await client.rest()).not.toContain('\r\n0\r\n')
  expect(stage.audit().at(-1)).toMatchObject({ path: '/open/endless', code: 'shutdown', complete: false })
})

function refused(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve('connected')).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
  })
}
