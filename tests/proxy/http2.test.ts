/** HTTP/2 towards clients, by prior knowledge, with Node's own client. What only a hostile one sends is in `tests/threats`. */

import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants, type IncomingHttpHeaders } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FRAME, RawHttp2 } from '../support/raw-http2.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream, underWayAt } from '../support/start-test-proxy.ts'
import { eventually, settled } from '../support/until.ts'

const HOUR = 3_600_000
/** Longer than any test takes: only the tests about them have shorter ones. */
const LIMITS = { idle: HOUR, request: HOUR, linger: 200, headers: HOUR }

let upstream: TestUpstream
let proxy: TestProxy
let session: ClientHttp2Session
let serve: (request: IncomingMessage, response: ServerResponse) => void

beforeEach(async () => {
  serve = (_, response) => response.end('fine')
  upstream = await startUpstream((request, response) => serve(request, response))
  await start()
})

async function start(limits: Partial<typeof LIMITS> = {}): Promise<void> {
  const all = { ...LIMITS, ...limits }
  proxy = await startTestProxy([upstream.origin], { listener: 'http2: true', timeout: '1h', limits: all, drain: 2000 })
  session = connect(proxy.origin)
  session.on('error', () => {})
}

/** Starts the proxy again, with shorter limits. */
async function restartWith(limits: Partial<typeof LIMITS>): Promise<void> {
  session.destroy()
  await proxy.close()
  await start(limits)
}

afterEach(async () => {
  session.destroy()
  await proxy.close()
  await upstream.close()
})

type Fields = Readonly<Record<string, string | readonly string[]>>

function open(path: string, fields: Fields = {}, endStream = true): ClientHttp2Stream {
  const stream = session.request({ ':path': path, ':authority': 'app.test', ...fields }, { endStream })
  stream.on('error', () => {})
  return stream
}

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** By which the stream ended: 0 is a clean end. */
  readonly rst: number
}

async function replyOf(stream: ClientHttp2Stream): Promise<Reply> {
  let headers: IncomingHttpHeaders = {}
  const chunks: Buffer[] = []
  stream.on('response', (found) => {
    headers = found
  })
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  // `once` would throw what the stream is broken by.
  if (!stream.closed) await new Promise<void>((resolve) => stream.on('close', () => resolve()))
  return { status: Number(headers[':status'] ?? 0), headers, body: Buffer.concat(chunks), rst: stream.rstCode ?? 0 }
}

const get = (path: string, fields?: Fields) => replyOf(open(path, fields))

test('a request is carried to a service of HTTP/1.1, and its answer back', async () => {
  const seen: IncomingMessage[] = []
  serve = (request, response) => {
    seen.push(request)
    response.setHeader('X-Mixed-Case', 'kept')
    response.setHeader('Set-Cookie', ['a=1', 'b=2'])
    response.setHeader('Connection', 'x-gone')
    response.setHeader('X-Gone', '1')
    response.end('hello')
  }
  const { status, headers, body } = await get('/open/a%20b?q=1', { 'x-a': '1', 'x-iap-user': 'forged', cookie: ['a=1', 'b=2'] })
  expect([status, body.toString()]).toEqual([200, 'hello'])
  expect(headers).toMatchObject({ 'x-mixed-case': 'kept', 'set-cookie': ['a=1', 'b=2'] })
  expect(headers).not.toHaveProperty('x-gone')
  expect(headers).not.toHaveProperty('connection')
  expect(seen[0]).toMatchObject({ httpVersion: '1.1', url: '/open/a%20b?q=1', method: 'GET' })
  expect(seen[0]?.headers).toMatchObject({ host: 'app.test', 'x-a': '1', cookie: 'a=1; b=2' })
  expect(seen[0]?.headers).toHaveProperty('x-iap-assertion')
  expect(seen[0]?.headers).not.toHaveProperty('x-iap-user')
  const [record] = await proxy.audit(1)
  expect(record).toMatchObject({ path: '/open/a b', effect: 'permit', status: 200, complete: true, responseBytes: 5 })
})

test('the same listener speaks HTTP/1.1, also where a request begins as the preface does', async () => {
  const response = await fetch(`${proxy.origin}/open/x`, { headers: { host: 'app.test' } })
  // `fetch` sends the Host of the address.
  expect(response.status).toBe(403)
  const socket = connectSocket(proxy.port, '127.0.0.1')
  socket.write('P')
  // A slow client: the proxy has the first letter alone, or the test shows less.
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.write('OST /open/x HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'close')
  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 200 /)
})

test('a connection that does not say what it speaks is cut', async () => {
  const headers = 400
  await restartWith({ headers })
  const socket = connectSocket(proxy.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('PRI * HTTP/2.0\r\n')
  const begun = performance.now()
  await once(socket, 'close')
  expect(performance.now() - begun).toBeGreaterThan(headers - 50)
})

test('many requests share a connection, each with its own answer', async () => {
  // None is answered before fifty are there, and the last is the first.
  const waiting: (() => void)[] = []
  serve = (request, response) => {
    waiting.unshift(() => response.end(request.url))
    if (waiting.length === 50) for (const answer of waiting.splice(0)) answer()
  }
  const replies = await Promise.all(Array.from({ length: 300 }, (_, n) => get(`/open/${n}`)))
  expect(replies.map(({ body }) => body.toString())).toEqual(Array.from({ length: 300 }, (_, n) => `/open/${n}`))
  expect(replies.every(({ status, rst }) => status === 200 && rst === 0)).toBe(true)
})

test('refusals are what they are over HTTP/1.1', async () => {
  const { status, headers, body } = await get('/users/x')
  expect(status).toBe(401)
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-iap-error': 'unauthenticated' })
  expect(JSON.parse(body.toString())).toMatchObject({ status: 401 })
  expect((await get('/open/x', { ':method': 'HEAD' })).body).toHaveLength(0)
  expect((await get('/none')).headers['x-iap-error']).toBe('no-route')
  expect((await get('/open/../x')).headers['x-iap-error']).toBe('dot-segment')
  expect((await get('/open/x', { host: 'evil.test' })).headers['x-iap-error']).toBe('host-mismatch')
  expect((await get('/users/x', { authorization: proxy.bearer() })).status).toBe(200)
  expect((await get('/.well-known/iap/jwks.json')).status).toBe(200)
})

test.each([
  ['of a length', { 'content-length': '3000000' }],
  ['without one', {}],
])('a body %s goes on as it came, and comes back', async (_, fields) => {
  const lengths: (string | undefined)[] = []
  serve = (request, response) => {
    lengths.push(request.headers['content-length'])
    request.pipe(response)
  }
  const sent = Buffer.alloc(3_000_000, 'abcdefg')
  const stream = open('/open/x', { ':method': 'POST', ...fields }, false)
  stream.end(sent)
  const { status, body } = await replyOf(stream)
  expect(status).toBe(200)
  expect(body.equals(sent)).toBe(true)
  expect(lengths).toEqual([(fields as Fields)['content-length']])
})

test('`100 Continue` comes when a service is there, and not before a refusal', async () => {
  const told: string[] = []
  const ask = async (path: string) => {
    const stream = open(path, { ':method': 'POST', expect: '100-continue' }, false)
    stream.on('continue', () => {
      told.push(path)
      stream.end('body')
    })
    return (await replyOf(stream)).status
  }
  serve = (request, response) => request.resume().on('end', () => response.end())
  expect(await ask('/open/x')).toBe(200)
  expect(await ask('/users/x')).toBe(401)
  expect(told).toEqual(['/open/x'])
})

test('a client that is refused in mid-upload gets its answer, and is told to stop', async () => {
  const stream = open('/users/x', { ':method': 'POST' }, false)
  const sending = setInterval(() => stream.write(Buffer.alloc(1000)), 10)
  const { status, rst } = await replyOf(stream)
  clearInterval(sending)
  expect([status, rst]).toEqual([401, constants.NGHTTP2_NO_ERROR])
  expect(session.destroyed).toBe(false)
})

function fieldsOf(method: string, path: string): (readonly [string, string])[] {
  return [
    [':method', method],
    [':scheme', 'http'],
    [':authority', 'app.test'],
    [':path', path],
  ]
}

interface Upload {
  /** Once the service has some of it. */
  readonly begun: Promise<void>
  /** How the service's request ended, once it did. */
  readonly ended: Promise<'whole' | 'aborted'>
}

function watchUpload(): Upload {
  let begins: () => void
  const begun = new Promise<void>((resolve) => {
    begins = resolve
  })
  const ended = new Promise<'whole' | 'aborted'>((resolve) => {
    serve = (request) => {
      request.on('error', () => {})
      request.on('end', () => resolve('whole'))
      request.on('close', () => resolve('aborted'))
      request.on('data', () => begins())
    }
  })
  return { begun, ended }
}

test.each([
  ['CANCEL', constants.NGHTTP2_CANCEL],
  ['NO_ERROR', constants.NGHTTP2_NO_ERROR],
  ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR],
])('an upload that its client resets with %s is no whole one to the service', async (_, code) => {
  const { begun, ended } = watchUpload()
  // Node's client ends a stream before it resets it.
  const raw = await RawHttp2.open(proxy.port)
  raw.request(1, fieldsOf('POST', '/open/x'), false)
  raw.send(FRAME.data, 0, 1, 'the beginning')
  await begun
  raw.reset(1, code)
  expect(await ended).toBe('aborted')
  const [record] = await proxy.audit(1)
  // Its time for requests was not over.
  expect(record).toMatchObject({ complete: false, code: 'client-closed' })
  raw.close()
})

const underWay = (): Promise<number> => proxy.metric(underWayAt(upstream.origin))

const resets = [
  ['GET', 'CANCEL', constants.NGHTTP2_CANCEL],
  ['GET', 'NO_ERROR', constants.NGHTTP2_NO_ERROR],
  ['HEAD', 'CANCEL', constants.NGHTTP2_CANCEL],
  ['HEAD', 'NO_ERROR', constants.NGHTTP2_NO_ERROR],
] as const

/** Answers more than a client takes that gives no room; to HEAD, nothing. Tells of each answer that nobody waits for any more. */
function serveWithoutEnd(onLeft: () => void): void {
  serve = (request, response) => {
    response.on('close', onLeft)
    if (request.method !== 'HEAD') response.write(Buffer.alloc(1_000_000))
  }
}

test.each(resets)('a %s that its client resets with %s is over, for the service too', async (method, _, code) => {
  const left = new Promise<void>((resolve) => serveWithoutEnd(resolve))
  const raw = await RawHttp2.open(proxy.port)
  raw.request(1, fieldsOf(method, '/open/x'))
  await eventually(async () => (await underWay()) === 1 || undefined)
  if (method === 'GET') await raw.until(() => raw.of(1).length > 2)
  raw.reset(1, code)
  await left
  const [record] = await proxy.audit(1)
  expect(record).toMatchObject({ method, complete: false, code: 'client-closed' })
  await eventually(async () => (await underWay()) === 0 || undefined)
  raw.close()
})

test.each(resets)('who resets one %s after the other with %s loses the connection', async (method, _, code) => {
  serveWithoutEnd(() => {})
  const raw = await RawHttp2.open(proxy.port)
  raw.request(1, fieldsOf('GET', '/open/held'))
  for (let stream = 3; !raw.closed && stream < 2000; stream += 2) {
    raw.request(stream, fieldsOf(method, '/open/x'))
    // As many at a time as there may be.
    if (stream % 100 === 99) await fetch(`${proxy.admin}/healthz`)
    raw.reset(stream, code)
  }
  await raw.until(() => raw.closed)
  expect(raw.closed).toBe(true)
  await eventually(async () => (await underWay()) === 0 || undefined)
  expect(await proxy.audit(1, '/open/held')).toMatchObject([{ code: 'too-many-resets', complete: false }])
})

test.each([
  ['dies', (raw: RawHttp2) => raw.socket.resetAndDestroy()],
  ['ends', (raw: RawHttp2) => raw.socket.end()],
])('an upload whose connection %s is no whole one to the service', async (_, leave) => {
  const { begun, ended } = watchUpload()
  const raw = await RawHttp2.open(proxy.port)
  raw.request(1, fieldsOf('POST', '/open/x'), false)
  raw.send(FRAME.data, 0, 1, 'the beginning')
  await begun
  leave(raw)
  expect(await ended).toBe('aborted')
  expect((await proxy.audit(1))[0]).toMatchObject({ complete: false, code: 'client-closed' })
  await raw.until(() => raw.closed)
  expect(raw.closed).toBe(true)
})

test('a client that leaves in mid-answer is seen by the service', async () => {
  const left = new Promise<void>((resolve) => {
    serve = (_, response) => {
      const sending = setInterval(() => response.write(Buffer.alloc(10_000)), 5)
      response.on('close', () => {
        clearInterval(sending)
        resolve()
      })
    }
  })
  const stream = open('/open/x')
  await once(stream, 'data')
  stream.close(constants.NGHTTP2_CANCEL)
  await left
})

test.each([
  ['of a length', { 'content-length': '100000' }],
  ['chunked', {}],
])('an answer %s that its service breaks off is no clean end, and other requests go on', async (_, headers) => {
  const waiting: ServerResponse[] = []
  let breakOff = (): void => {}
  serve = (request, response) => {
    if (request.url === '/open/fine') return void waiting.push(response)
    response.writeHead(200, headers as Record<string, string>)
    response.write('the beginning')
    breakOff = () => response.socket?.resetAndDestroy()
  }
  const other = get('/open/fine')
  const stream = open('/open/x')
  stream.once('data', () => breakOff())
  const broken = await replyOf(stream)
  await eventually(() => (waiting.length === 1 ? true : undefined))
  waiting[0]?.end('fine')
  const fine = await other
  expect(broken.body.toString()).toBe('the beginning')
  expect(broken.rst).toBe(constants.NGHTTP2_INTERNAL_ERROR)
  expect([fine.status, fine.rst]).toEqual([200, 0])
})

test('an answer that is not read does not fill memory, and goes on when it is', async () => {
  let sent = 0
  const total = 30_000_000
  serve = (_, response) => {
    const more = () => {
      while (sent < total) {
        sent += 100_000
        if (!response.write(Buffer.alloc(100_000))) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  }
  const stream = open('/open/x')
  await once(stream, 'response')
  // All sides are in this process, and have had their turn.
  const turn = () => fetch(`${proxy.admin}/healthz`)
  expect(await settled(() => sent, turn)).toBeLessThan(10_000_000)
  const { body, rst } = await replyOf(stream)
  expect([body.length, rst]).toEqual([total, 0])
})

test('answers that were broken off leave room on their connection for others', async () => {
  serve = (request, response) => (request.url === '/open/long' ? response.end(Buffer.alloc(1_000_000)) : response.end('fine'))
  for (let round = 0; round < 4; round++) {
    const streams = Array.from({ length: 100 }, () => open('/open/long'))
    const statuses = streams.map(async (stream) => {
      const status = await new Promise((resolve) => {
        stream.on('response', (head) => resolve(head[':status'])).on('close', () => resolve(`reset ${stream.rstCode}`))
      })
      // What has come fills what a client holds that does not read; the proxy has more of the answer, which waits.
      await eventually(() => (stream.readableLength >= stream.readableHighWaterMark ? true : undefined))
      stream.destroy(new Error('broken off'))
      return status
    })
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]))
  }
  expect(await get('/open/short')).toMatchObject({ status: 200, rst: 0 })
})

test('a body that does not come in time is a 408, and the connection stays', async () => {
  await restartWith({ request: 1000, headers: 1000 })
  serve = (request) => request.resume()
  const stream = open('/open/x', { ':method': 'POST' }, false)
  stream.write('slow')
  const { status, headers } = await replyOf(stream)
  expect([status, headers['x-iap-error']]).toEqual([408, 'request-timeout'])
  serve = (_, response) => response.end('fine')
  expect((await get('/open/x')).status).toBe(200)
})

test('a connection that asks for nothing is closed, whatever else it sends', async () => {
  await restartWith({ idle: 300 })
  await get('/open/x')
  const pinging = setInterval(() => session.destroyed || session.ping(() => {}), 50)
  await once(session, 'close')
  clearInterval(pinging)
})

test('a proxy that closes lets requests end, and takes no others', async () => {
  const there = new Promise<ServerResponse>((resolve) => {
    serve = (_, response) => resolve(response)
  })
  const under = get('/open/x')
  const response = await there
  const goaway = once(session, 'goaway')
  const closed = proxy.proxy.close()
  await goaway
  response.end('late')
  expect((await under).body.toString()).toBe('late')
  await closed
  await expect(once(connectSocket(proxy.port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
})

test('a proxy that closes does not wait for connections that have said nothing', async () => {
  const patient = await startTestProxy([upstream.origin], {
    listener: 'http2: true',
    limits: LIMITS,
    drain: HOUR,
  })
  const silent = connectSocket(patient.port, '127.0.0.1')
  await once(silent, 'connect')
  await eventually(async () => ((await patient.metric('iap_connections')) === 1 ? true : undefined))
  await patient.close()
  silent.destroy()
})

const TWICE = 'content-type: a/a\r\ncontent-type: b/b\r\n'

test.each([
  ['a status that it does not have', 'HTTP/1.1 999 Denied\r\ncontent-length: 2\r\n\r\nab', ''],
  ['the same without a body', 'HTTP/1.1 999 Denied\r\ncontent-length: 0\r\n\r\n', ''],
  ['the same with an empty chunked one', 'HTTP/1.1 999 Denied\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', ''],
  ['the same with a long one', `HTTP/1.1 999 Denied\r\ncontent-length: 90000\r\n\r\n${'x'.repeat(90_000)}`, ''],
  ['the same with one that comes later', 'HTTP/1.1 999 Denied\r\ncontent-length: 2\r\n\r\n', 'ab'],
  ['the same with one that does not come', 'HTTP/1.1 999 Denied\r\ncontent-length: 2\r\n\r\n', null],
  ['a field twice that may come once', `HTTP/1.1 200 OK\r\n${TWICE}content-length: 2\r\n\r\nab`, ''],
  ['the same in 204', `HTTP/1.1 204 No Content\r\n${TWICE}\r\n`, ''],
  ['the same in 304', `HTTP/1.1 304 Not Modified\r\n${TWICE}\r\n`, ''],
])('what HTTP/2 cannot say is a bad answer, told whole: %s', async (_, first, later) => {
  serve = (_, response) => {
    const { socket } = response
    if (later === '') return void socket?.end(first)
    socket?.write(first)
    // Late enough for the head to be read before it, or the case is the same as one above.
    if (later !== null) setTimeout(() => socket?.end(later), 50)
  }
  const { status, headers, body } = await get('/open/x')
  expect([status, headers['x-iap-error']]).toEqual([502, 'upstream-bad-response'])
  expect(JSON.parse(body.toString())).toMatchObject({ status: 502 })
  // And nothing of it is under way any more.
  await eventually(async () => ((await underWay()) === 0 ? true : undefined))
})

test('headers of a service that HTTP/2 cannot say twice are a bad answer, the same value twice is not', async () => {
  serve = (request, response) => {
    const other = request.url === '/open/two' ? 'text/html' : 'text/plain'
    response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-type: ${other}\r\ncontent-length: 2\r\n\r\nab`)
  }
  expect((await get('/open/one')).headers['content-type']).toBe('text/plain')
  const two = await get('/open/two')
  expect([two.status, two.headers['x-iap-error']]).toEqual([502, 'upstream-bad-response'])
})

test('a connection more than there may be is told so, and nothing of it is carried out', async () => {
  let asked = 0
  serve = (_, response) => {
    asked++
    response.end('fine')
  }
  const few = await startTestProxy([upstream.origin], { listener: 'http2: true', limits: { connections: 1 } })
  const first = await RawHttp2.open(few.port)
  first.request(1, fieldsOf('GET', '/open/x'))
  expect(await first.until(() => first.endOf(1) === 'end')).toBe(true)
  const said: Buffer[] = []
  const second = await RawHttp2.open(few.port)
  second.socket.on('data', (chunk: Buffer) => said.push(chunk))
  second.request(1, fieldsOf('GET', '/open/second'))
  await second.until(() => second.closed)
  expect(Buffer.concat(said).toString('latin1')).toMatch(/^HTTP\/1\.1 503 .*\r\nx-iap-error: overloaded\r\n/s)
  const records = await few.audit(2)
  expect(records.map(({ path, code }) => [path, code])).toEqual([
    ['/open/x', null],
    [null, 'overloaded'],
  ])
  expect(asked).toBe(1)
  first.close()
  await few.close()
})

test('what was refused while its caller is recognized is not carried out afterwards', async () => {
  let asked = 0
  serve = (_, response) => {
    asked++
    response.end('fine')
  }
  const request = 1000
  await restartWith({ request, headers: request })
  proxy.issuer.slow(2 * request)
  const { status } = await replyOf(open('/users/x', { ':method': 'POST', authorization: proxy.bearer() }, false))
  expect(status).toBe(408)
  const known = await get('/users/y', { authorization: proxy.bearer() })
  expect(known.status).toBe(200)
  const [record] = await proxy.audit(1, '/users/x')
  expect(record).toMatchObject({ effect: 'reject', status: 408, code: 'request-timeout', complete: true, upstream: null })
  expect(asked).toBe(1)
})
