import type { RequestListener } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let serve: RequestListener
let upstream: TestUpstream
let app: TestProxy
const uncaught: unknown[] = []
const collect = (error: unknown) => uncaught.push(error)

beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', collect)
  upstream = await startUpstream((request, response) => serve(request, response))
  app = await startTestProxy([upstream.origin], { limits: { linger: 200 } })
})

beforeEach(() => {
  serve = (_, response) => response.end('hello')
})

afterAll(async () => {
  process.off('uncaughtExceptionMonitor', collect)
  await app?.close()
  await upstream?.close()
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const get = (path: string) => `GET ${path} HTTP/1.1\nHost: app.test\n\n`

async function stillAnswersSoon(): Promise<void> {
  serve = (_, response) => response.end('hello')
  await stillAnswers()
}

async function stillAnswers(): Promise<void> {
  const c = new RawClient(app.port)
  c.send(get('/open/still'))
  expect(await c.response()).toMatchObject({ status: 200, body: 'hello' })
  c.close()
}

describe('a connection that is reset while it is answered ends nothing else', () => {
  test.each([
    ['CONNECT', 'CONNECT app.test:443 HTTP/1.1\nHost: app.test:443\n\n'],
    ['what is not HTTP', 'hello\n\n'],
    ['an upload that is denied', 'POST /nope HTTP/1.1\nHost: app.test\nContent-Length: 1000000\n\n'],
    ['an upload that waits', 'POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 1000000\nExpect: 100-continue\n\n'],
  ])('%s', async (_, text) => {
    for (let i = 0; i < 100; i++) {
      const c = new RawClient(app.port)
      c.send(text + 'x'.repeat(100_000))
      // Earlier or later in what the proxy does with it.
      await pause(i % 5)
      c.socket.resetAndDestroy()
    }
    await stillAnswers()
    expect(uncaught).toEqual([])
  })
})

test('a body that a page of the proxy does not read is not read for long', async () => {
  const c = new RawClient(app.port)
  c.send('GET /.well-known/iap/jwks.json HTTP/1.1\nHost: app.test\nContent-Length: 1000000000\n\n')
  expect((await c.response()).status).toBe(200)
  const more = setInterval(() => c.socket.write(Buffer.alloc(10_000)), 10)
  await c.rest()
  clearInterval(more)
})

test.each([
  ['stops', (c: RawClient) => void c.socket.end()],
  ['goes on with what is no body', (c: RawClient) => c.send('no chunk\n')],
])('a client that has its answer and %s in the middle of its body gets no other one, and is recorded once', async (how, stop) => {
  const path = `/open/answered/${how.length}`
  const c = new RawClient(app.port)
  c.send(`POST ${path} HTTP/1.1\nHost: app.test\nTransfer-Encoding: chunked\n\n5\nhello\n`)
  expect(await c.response()).toMatchObject({ status: 200, body: 'hello' })
  await app.audit(1, path)
  // Once the answer is out on the proxy's side, too, which is in this process.
  await fetch(`${app.admin}/healthz`)
  stop(c)
  expect(await c.rest()).toBe('')
  await stillAnswers()
  const records = await eventually(async () => {
    const all = await app.audit(1)
    return all.at(-1)?.path === '/open/still' ? all : undefined
  })
  expect(records.at(-2)).toMatchObject({ path, status: 200, complete: true })
})

test('a request body that breaks after the response has begun aborts it', async () => {
  serve = (request, response) => {
    request.on('error', () => {}).resume()
    response.write('begun')
  }
  const c = new RawClient(app.port)
  c.send('POST /open/broken HTTP/1.1\nHost: app.test\nTransfer-Encoding: chunked\n\n2\nhi\n')
  c.socket.once('data', () => c.send('no chunk\n'))
  expect(await c.rest()).not.toMatch(/0\r\n\r\n$/)
  const [record] = await app.audit(1, '/open/broken')
  expect(record).toMatchObject({ effect: 'permit', status: 200, code: 'request-malformed', complete: false })
})

describe('requests that were sent ahead', () => {
  test('are carried out one after the other', async () => {
    let underWay = 0
    let most = 0
    const order: (string | undefined)[] = []
    serve = (request, response) => {
      most = Math.max(most, ++underWay)
      order.push(request.url)
      request.resume()
      setTimeout(() => {
        underWay--
        response.end(request.url)
      }, 5)
    }
    const paths = Array.from({ length: 20 }, (_, i) => `/open/${i}`)
    const c = new RawClient(app.port)
    c.send(
      paths
        .map((path, i) => (i % 2 === 0 ? get(path) : `POST ${path} HTTP/1.1\nHost: app.test\nContent-Length: 2\n\nhi`))
        .join(''),
    )
    for (const path of paths) expect((await c.response()).body).toBe(path)
    expect([most, order]).toEqual([1, paths])
    c.close()
  })

  test('are not carried out when the connection ends before', async () => {
    const asked: (string | undefined)[] = []
    serve = (request) => void asked.push(request.url)
    const c = new RawClient(app.port)
    c.send(get('/open/endless') + get('/open/waits'))
    await eventually(() => (asked.length > 0 ? true : undefined))
    c.close()
    expect(await app.audit(1, '/open/endless')).toMatchObject([
      { effect: 'permit', status: null, code: 'client-closed', complete: false },
    ])
    const before = asked.length
    await stillAnswersSoon()
    expect([before, asked]).toEqual([1, ['/open/endless']])
  })

  test('are not processed if the proxy closes the connection before: the audit record says so', async () => {
    serve = (_, response) => void response.end()
    const c = new RawClient(app.port)
    c.send(`GET /admin/x HTTP/1.1\nHost: app.test\nExpect: 100-continue\n\n${get('/open/unprocessed')}`)
    expect((await c.response()).status).toBe(401)
    expect(await c.rest()).toBe('')
    const unprocessed = async () => (await app.audit(1)).find(({ rawPath }) => rawPath === '/open/unprocessed')
    expect(await eventually(unprocessed)).toMatchObject({ status: null, code: 'connection-closed', upstream: null })
  })

  test('are not without number', async () => {
    let asked = 0
    serve = () => void asked++
    const c = new RawClient(app.port)
    c.send(get('/open/flood').repeat(2000))
    expect(await c.rest()).toBe('')
    expect(asked).toBeLessThan(2)
    const flood = async () => (await app.audit(1)).filter(({ rawPath }) => rawPath === '/open/flood')
    const records = await eventually(async () => ((await flood()).length > 64 ? flood() : undefined))
    expect(new Set(records.map(({ code }) => code))).toEqual(new Set(['too-many-pipelined']))
    await stillAnswersSoon()
  })
})

test('CONNECT that was sent ahead is not taken for the answer to the request before it', async () => {
  // A slow service.
  serve = (_, response) => void setTimeout(() => response.end('late'), 50)
  const c = new RawClient(app.port)
  c.send(`${get('/open/before')}CONNECT app.test:443 HTTP/1.1\nHost: app.test:443\n\n`)
  expect(await c.rest()).toBe('')
  const refused = async () => (await app.audit(1)).find(({ method, status }) => method === 'CONNECT' && status === null)
  expect(await eventually(refused)).toMatchObject({ effect: 'reject', code: 'method-not-allowed', complete: false })
})
