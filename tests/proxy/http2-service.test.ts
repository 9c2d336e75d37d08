/** Services that speak HTTP/2, with Node's own server: to clients of HTTP/1.1 and of HTTP/2. What only a strange service sends is in `http2-frames.test.ts`. */

import { createServer as createHttp1 } from 'node:http'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { type AddressInfo, connect as connectTcp, createServer as createTcp } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ask, outcomeOf } from '../support/ask.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestProxyOptions, underWayAt } from '../support/start-test-proxy.ts'
import { eventually, settled } from '../support/until.ts'

interface Service {
  readonly origin: string
  readonly server: Http2Server
  /** That were made to it. */
  sessions: number
  down(): Promise<void>
}

type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function startService(serve: Serve, port = 0): Promise<Service> {
  const server = createServer()
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('sessionError', () => {})
  const service: Service = {
    origin: '',
    server,
    sessions: 0,
    async down() {
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
  server.on('session', () => service.sessions++)
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    serve(stream, headers)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  closers.push(() => service.down())
  return Object.assign(service, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

async function startProxy(origins: readonly string[], service = '', options: TestProxyOptions = {}): Promise<TestProxy> {
  const all = { listener: 'http2: true', service: `protocol: http2${service && `, ${service}`}`, ...options }
  const app = await startTestProxy(origins, all)
  closers.push(() => app.close())
  return app
}

function openSession(app: TestProxy): ClientHttp2Session {
  const session = connect(app.origin)
  session.on('error', () => {})
  closers.push(() => session.destroy())
  return session
}

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly trailers: Readonly<Record<string, unknown>>
  readonly body: string
  readonly rst: number
}

function replyOf(stream: ClientHttp2Stream): Promise<Reply> {
  let headers: IncomingHttpHeaders = {}
  let trailers: Readonly<Record<string, unknown>> = {}
  const chunks: Buffer[] = []
  stream.on('error', () => {})
  stream.on('response', (found) => {
    headers = found
  })
  stream.on('trailers', (found) => {
    trailers = Object.fromEntries(Object.entries(found))
  })
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve) => {
    stream.on('close', () => {
      const status = Number(headers[':status'] ?? 0)
      resolve({ status, headers, trailers, body: Buffer.concat(chunks).toString(), rst: stream.rstCode ?? 0 })
    })
  })
}

const fields = (path: string, more: Readonly<Record<string, string>> = {}) => ({
  ':path': path,
  ':authority': 'app.test',
  ...more,
})

/** Answers with what it got. */
const mirror: Serve = (stream, headers) => {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
    stream.end(JSON.stringify({ headers, body: Buffer.concat(chunks).toString() }))
  })
}

describe('a request and its answer', () => {
  test('of a client of HTTP/1.1', async () => {
    const service = await startService(mirror)
    const app = await startProxy([service.origin])
    const lines = [
      'X-Twice: a',
      'x-twice: b',
      'Cookie: a=1; b=2',
      'X-Iap-User: forged',
      'TE: trailers',
      'Connection: x-gone',
      'X-Gone: 1',
    ]
    const { status, body, get } = await ask(app.port, 'POST /open/a%20b?q=1', lines, 'hello')
    expect([status, get('set-cookie')]).toEqual([200, 'a=1'])
    const seen = JSON.parse(body)
    expect(seen.body).toBe('hello')
    expect(seen.headers).toMatchObject({
      ':method': 'POST',
      ':path': '/open/a%20b?q=1',
      ':scheme': 'http',
      ':authority': 'app.test',
      'x-twice': 'a, b',
      cookie: 'a=1; b=2',
      'content-length': '5',
      te: 'trailers',
      'x-forwarded-host': 'app.test',
    })
    expect(Object.keys(seen.headers)).toContain('x-iap-assertion')
    for (const gone of ['x-iap-user', 'host', 'connection', 'x-gone', 'transfer-encoding'])
      expect(seen.headers).not.toHaveProperty(gone)
    expect((await app.audit(1))[0]).toMatchObject({
      complete: true,
      status: 200,
      upstream: { address: service.origin, status: 200 },
    })
  })

  test('of a client of HTTP/2', async () => {
    const service = await startService(mirror)
    const app = await startProxy([service.origin])
    const stream = openSession(app).request(fields('/open/x', { ':method': 'PUT', 'x-a': '1' }), { endStream: false })
    stream.end('hello')
    const { status, headers, body, rst } = await replyOf(stream)
    expect([status, headers['set-cookie'], rst]).toEqual([200, ['a=1', 'b=2'], 0])
    expect(JSON.parse(body)).toMatchObject({
      body: 'hello',
      headers: { ':method': 'PUT', ':path': '/open/x', 'x-a': '1', te: 'trailers' },
    })
  })

  test('on one connection for all', async () => {
    const service = await startService(mirror)
    const app = await startProxy([service.origin])
    const asked = Array.from({ length: 50 }, (_, n) => ask(app.port, `GET /open/${n}`))
    expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true)
    expect(service.sessions).toBe(1)
  })

  test('without a body: HEAD, 204 and 304', async () => {
    const service = await startService((stream, headers) => {
      const status = Number(String(headers[':path']).slice('/open/'.length))
      stream.respond({ ':status': status, ...(status === 200 && { 'content-length': '5' }) }, { endStream: true })
    })
    const app = await startProxy([service.origin])
    const head = await ask(app.port, 'HEAD /open/200')
    expect([head.status, head.get('content-length'), head.body]).toEqual([200, '5', ''])
    for (const status of [204, 304]) {
      expect(await ask(app.port, `GET /open/${status}`)).toMatchObject({ status, body: '' })
      expect(await replyOf(openSession(app).request(fields(`/open/${status}`)))).toMatchObject({ status, body: '', rst: 0 })
    }
  })

  test('a body that the policy has read goes on byte for byte', async () => {
    const service = await startService(mirror)
    const policy = `
type order = { amount: int }
service app at "app.test" { route order POST "/open/order" body order }
permit small on app.order to anyone when body.amount < 100
`
    const app = await startProxy([service.origin], '', { policy })
    const text = '{ "amount" : 12 }'
    const { status, body } = await ask(app.port, 'POST /open/order', ['Content-Type: application/json'], text)
    expect([status, JSON.parse(body).body]).toEqual([200, text])
  })

  test('`Expect: 100-continue` is answered once the service is there', async () => {
    const service = await startService(mirror)
    const app = await startProxy([service.origin])
    const client = new RawClient(app.port)
    client.send('POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 5\nExpect: 100-continue\n\n')
    expect((await client.response()).status).toBe(100)
    client.send('hello')
    const { status, body } = await client.response()
    expect([status, JSON.parse(body).body]).toEqual([200, 'hello'])
    client.close()
  })

  test('both bodies at once', async () => {
    const service = await startService((stream) => {
      stream.respond({ ':status': 200 })
      stream.on('data', (chunk) => stream.write(chunk))
      stream.on('end', () => stream.end())
    })
    const app = await startProxy([service.origin])
    const stream = openSession(app).request(fields('/open/x', { ':method': 'POST' }), { endStream: false })
    stream.on('error', () => {})
    for (const word of ['one', 'two', 'three']) {
      const answered = new Promise((resolve) => stream.once('data', (chunk) => resolve(String(chunk))))
      stream.write(word)
      expect(await answered).toBe(word)
    }
    const closed = replyOf(stream)
    stream.end()
    expect((await closed).rst).toBe(0)
  })

  test('a WebSocket is not to be had there', async () => {
    const service = await startService(mirror)
    const app = await startProxy([service.origin])
    const lines = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ]
    expect(outcomeOf(await ask(app.port, 'GET /open/x', lines))).toEqual([501, 'upgrade-unsupported'])
    expect(service.sessions).toBe(0)
  })
})

describe('trailers', () => {
  const trailing: Serve = (stream) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true })
    stream.on('wantTrailers', () => {
      stream.sendTrailers({
        'x-checksum': 'abc',
        'x-twice': ['1', '2'],
        'x-iap-user': 'forged',
        x_iap_assertion: 'forged',
        'set-cookie': 'a=1',
        'content-length': '5',
        'www-authenticate': 'Basic',
        host: 'elsewhere',
      })
    })
    stream.end('hello')
  }

  test('reach a client of HTTP/2, without the proxy’s own and those that steer', async () => {
    const service = await startService(trailing)
    const app = await startProxy([service.origin])
    const { status, body, trailers, rst } = await replyOf(openSession(app).request(fields('/open/x')))
    expect([status, body, rst]).toEqual([200, 'hello', 0])
    expect(trailers).toEqual({ 'x-checksum': 'abc', 'x-twice': '1, 2' })
    expect((await app.audit(1))[0]).toMatchObject({ complete: true })
  })

  test('reach a client of HTTP/1.1 that says so, and no other', async () => {
    const service = await startService(trailing)
    const app = await startProxy([service.origin])
    for (const te of [['TE: trailers'], ['TE: deflate;q=0.5, Trailers'], [], ['TE: deflate']]) {
      const client = new RawClient(app.port)
      client.send(['GET /open/x HTTP/1.1', 'Host: app.test', 'Connection: close', ...te, '', ''].join('\n'))
      const raw = await client.rest()
      expect(raw).toMatch(/^HTTP\/1\.1 200 /)
      expect(raw.includes('5\r\nhello\r\n0\r\n')).toBe(true)
      const after = raw.slice(raw.indexOf('\r\n0\r\n') + 5)
      expect(after).toBe(/trailers/i.test(te[0] ?? '') ? 'x-checksum: abc\r\nx-twice: 1\r\nx-twice: 2\r\n\r\n' : '\r\n')
    }
  })

  test('of a service of HTTP/1.1 reach a client of HTTP/2 where they are announced', async () => {
    const upstream = await startUpstream((_, response) => {
      response.setHeader('Trailer', 'x-checksum')
      response.write('hello')
      response.addTrailers({ 'X-Checksum': 'abc', 'X-Iap-User': 'forged' })
      response.end()
    })
    closers.push(() => upstream.close())
    const app = await startTestProxy([upstream.origin], { listener: 'http2: true' })
    closers.push(() => app.close())
    const { status, body, trailers, rst } = await replyOf(openSession(app).request(fields('/open/x')))
    expect([status, body, trailers, rst]).toEqual([200, 'hello', { 'x-checksum': 'abc' }, 0])
    const client = new RawClient(app.port)
    client.send('GET /open/x HTTP/1.1\nHost: app.test\nTE: trailers\nConnection: close\n\n')
    expect(await client.rest()).toMatch(/\r\n0\r\nX-Checksum: abc\r\n\r\n$/)
  })

  test('of a request do not reach the service', async () => {
    let seen: IncomingHttpHeaders | null = null
    const service = await startService((stream) => {
      stream.on('trailers', (found) => {
        seen = found
      })
      stream.on('data', () => {})
      stream.on('end', () => {
        stream.respond({ ':status': 200 })
        stream.end('fine')
      })
    })
    const app = await startProxy([service.origin])
    const stream = openSession(app).request(fields('/open/x', { ':method': 'POST' }), { endStream: false, waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-iap-assertion': 'forged', 'x-late': '1' }))
    stream.end('hello')
    expect(await replyOf(stream)).toMatchObject({ status: 200, body: 'fine' })
    const client = new RawClient(app.port)
    client.send('POST /open/x HTTP/1.1\nHost: app.test\nTransfer-Encoding: chunked\n\n5\nhello\n0\nX-Iap-Assertion: forged\n\n')
    expect(await client.response()).toMatchObject({ status: 200, body: 'fine' })
    client.close()
    expect(seen).toBe(null)
  })
})

describe('a service that does not speak HTTP/2', () => {
  test('a service that does not speak HTTP/2', async () => {
    const upstream = await startUpstream((_, response) => response.end('fine'))
    closers.push(() => upstream.close())
    const app = await startProxy([upstream.origin])
    expect(outcomeOf(await ask(app.port, 'POST /open/x', [], 'hello'))).toEqual([502, 'upstream-protocol'])
    expect((await app.audit(1))[0]?.detail).toMatch(/^NO_HTTP2: the service does not speak HTTP\/2: /)
  })

  test('one that refuses connections, and one that comes back', async () => {
    const first = await startService(mirror)
    const port = Number(new URL(first.origin).port)
    const app = await startProxy([first.origin])
    expect((await ask(app.port, 'GET /open/x')).status).toBe(200)
    await first.down()
    expect(outcomeOf(await ask(app.port, 'POST /open/x', [], 'hello'))).toEqual([502, 'upstream-unreachable'])
    await startService(mirror, port)
    expect((await ask(app.port, 'POST /open/x', [], 'hello')).status).toBe(200)
  })

  test('goes elsewhere with any method, as nothing of the request was carried out', async () => {
    const none = await startUpstream((_, response) => response.end('fine'))
    closers.push(() => none.close())
    const service = await startService(mirror)
    const app = await startProxy([none.origin, service.origin])
    for (let n = 0; n < 4; n++) {
      const { status, body } = await ask(app.port, 'POST /open/x', [], 'hello')
      expect([status, JSON.parse(body).body]).toEqual([200, 'hello'])
    }
    expect((await app.audit(4)).some(({ upstream }) => upstream?.attempts === 2)).toBe(true)
  })
})

describe('time-outs', () => {
  test('connect: one that takes connections and says nothing', async () => {
    const mute = createTcp((socket) => void socket.on('error', () => {}))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    closers.push(() => mute.close())
    const app = await startProxy([`http://127.0.0.1:${(mute.address() as AddressInfo).port}`], 'timeouts: { connect: 200ms }')
    expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([504, 'upstream-timeout'])
    expect((await app.audit(1))[0]?.detail).toMatch(/^UND_ERR_CONNECT_TIMEOUT: the service sent no HTTP\/2 frame within/)
  })

  test('first byte, and the service sees that it is not waited for', async () => {
    const resets: number[] = []
    const service = await startService((stream) => {
      stream.on('close', () => resets.push(stream.rstCode))
      stream.resume()
    })
    const app = await startProxy([service.origin], 'timeouts: { firstByte: 200ms, idle: 1h }, retries: { attempts: 1 }')
    for (const [method, body] of [
      ['GET', ''],
      ['POST', 'hello'],
    ] as const) {
      expect(outcomeOf(await ask(app.port, `${method} /open/x`, [], body))).toEqual([504, 'upstream-timeout'])
    }
    await eventually(() => (resets.length === 2 ? true : undefined))
    expect(resets).toEqual([constants.NGHTTP2_CANCEL, constants.NGHTTP2_CANCEL])
    // The connection has shown that it lives, and is kept.
    expect(service.sessions).toBe(1)
  })

  test('idle: an answer that stops is broken off; one whose client has more to say is not', async () => {
    const service = await startService((stream, headers) => {
      stream.respond({ ':status': 200 })
      stream.write('begun')
      if (headers[':path'] !== '/open/listens') return
      stream.resume()
      stream.on('end', () => stream.end(' ended'))
    })
    const app = await startProxy([service.origin], 'timeouts: { firstByte: 10s, idle: 2s }')
    const session = openSession(app)
    const stopped = await replyOf(session.request(fields('/open/stops')))
    expect([stopped.status, stopped.body]).toEqual([200, 'begun'])
    expect(stopped.rst).not.toBe(0)
    expect((await app.audit(1))[0]).toMatchObject({ code: 'upstream-timeout', complete: false })
    const stream = session.request(fields('/open/listens', { ':method': 'POST' }), { endStream: false })
    const reply = replyOf(stream)
    // All of them take longer than a pause may.
    for (let n = 0; n < 12; n++) {
      stream.write('x')
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    stream.end()
    expect(await reply).toMatchObject({ body: 'begun ended', rst: 0 })
  })

  test('whole', async () => {
    const service = await startService((stream) => {
      stream.respond({ ':status': 200 })
      const timer = setInterval(() => stream.write('x'), 20)
      stream.on('close', () => clearInterval(timer))
    })
    const app = await startProxy([service.origin], 'timeouts: { connect: 1s, firstByte: 2s, idle: 2s, total: 3s }')
    const { status, rst } = await replyOf(openSession(app).request(fields('/open/x')))
    expect(status).toBe(200)
    expect(rst).not.toBe(0)
    expect((await app.audit(1))[0]?.detail).toMatch(/^WHOLE_TIMEOUT: /)
  })
})

describe('what breaks', () => {
  test('a client that goes away in its request: the service sees it, and no end of the body', async () => {
    let ended = false
    const seen: (number | undefined)[] = []
    const service = await startService((stream) => {
      stream.resume()
      stream.on('end', () => {
        ended = !stream.aborted
      })
      stream.on('close', () => seen.push(stream.rstCode))
      stream.respond({ ':status': 200 })
    })
    const app = await startProxy([service.origin], 'timeout: 1h')
    const session = openSession(app)
    const stream = session.request(fields('/open/x', { ':method': 'POST' }), { endStream: false })
    stream.on('error', () => {})
    stream.write('hello')
    await new Promise((resolve) => stream.once('response', resolve))
    stream.destroy(new Error('gone'))
    await eventually(() => (seen.length === 1 ? true : undefined))

    const socket = connectTcp(app.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST /open/x HTTP/1.1\r\nHost: app.test\r\nContent-Length: 100\r\n\r\nhello')
    await new Promise((resolve) => socket.once('data', resolve))
    socket.destroy()
    await eventually(() => (seen.length === 2 ? true : undefined))
    expect(seen).toEqual([constants.NGHTTP2_CANCEL, constants.NGHTTP2_CANCEL])
    expect(ended).toBe(false)
    expect(service.sessions).toBe(1)
  })

  test('a service that is killed in its answer: nobody takes it for whole', async () => {
    const service = await startService((stream) => {
      stream.respond({ ':status': 200 })
      stream.write('begun')
    })
    const app = await startProxy([service.origin], 'timeout: 1h')
    const stream = openSession(app).request(fields('/open/x'))
    const reply = replyOf(stream)
    const client = new RawClient(app.port)
    let heard = false
    client.socket.on('data', (chunk) => {
      heard ||= String(chunk).includes('begun')
    })
    client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    await new Promise((resolve) => stream.once('data', resolve))
    await eventually(() => (heard ? true : undefined))
    await service.down()
    const { body, rst } = await reply
    expect(body).toBe('begun')
    expect(rst).not.toBe(0)
    expect(await client.rest()).not.toContain('\r\n0\r\n')
    const records = await app.audit(2)
    expect(records.map(({ code, complete }) => [code, complete])).toEqual(Array(2).fill(['upstream-closed', false]))
  })

  test('a service that answers before it has read the request', async () => {
    const service = await startService((stream) => {
      stream.respond({ ':status': 413 })
      stream.end('too much')
    })
    const app = await startProxy([service.origin])
    const stream = openSession(app).request(fields('/open/x', { ':method': 'POST' }), { endStream: false })
    const reply = replyOf(stream)
    stream.write(Buffer.alloc(1_000_000))
    expect(await reply).toMatchObject({ status: 413, body: 'too much' })
    expect((await ask(app.port, 'POST /open/x', [], 'x'.repeat(1000))).status).toBe(413)
    expect(service.sessions).toBe(1)
  })
})

describe('a stream that is refused when much of its body is there', () => {
  test.each([
    ['is sent again, whole, as long as all of it is held', 40_000, 30_000, 200],
    ['is not sent again once a part is gone', 400_000, 100_000, 502],
  ])('%s', async (_, size, refusedAfter, status) => {
    const bodies: number[] = []
    const service = await startService((stream) => {
      const nth = bodies.push(0) - 1
      stream.on('data', (chunk: Buffer) => {
        bodies[nth] = (bodies[nth] ?? 0) + chunk.length
        if (nth === 0 && (bodies[nth] ?? 0) >= refusedAfter) stream.close(constants.NGHTTP2_REFUSED_STREAM)
      })
      stream.on('end', () => {
        if (nth > 0) stream.respond({ ':status': 200 }, { endStream: true })
      })
    })
    const app = await startProxy([service.origin])
    expect((await ask(app.port, 'POST /open/x', [], 'x'.repeat(size))).status).toBe(status)
    expect(bodies.slice(1)).toEqual(status === 200 ? [size] : [])
  })
})

describe('back-pressure', () => {
  test('a client that does not read holds the service back, and nobody else', async () => {
    let sent = 0
    const service = await startService((stream, headers) => {
      stream.respond({ ':status': 200 })
      if (headers[':path'] === '/open/short') return void stream.end('fine')
      const chunk = Buffer.alloc(16_384)
      const more = (): void => {
        while (!stream.destroyed) {
          sent += chunk.length
          if (!stream.write(chunk)) return void stream.once('drain', more)
        }
      }
      more()
    })
    const app = await startProxy([service.origin])
    const stream = openSession(app).request(fields('/open/long'))
    stream.on('error', () => {})
    await new Promise((resolve) => stream.once('response', resolve))
    // All sides are in this process, and have had their turn.
    const turn = () => fetch(`${app.admin}/healthz`)
    expect(await settled(() => sent, turn)).toBeLessThan(4_000_000)
    expect((await ask(app.port, 'GET /open/short')).body).toBe('fine')
    expect(service.sessions).toBe(1)
    stream.close()
  })

  test('a service that does not read holds the client back', async () => {
    const service = await startService((stream) => {
      stream.respond({ ':status': 200 })
      stream.pause()
    })
    const app = await startProxy([service.origin])
    const stream = openSession(app).request(fields('/open/x', { ':method': 'POST' }), { endStream: false })
    stream.on('error', () => {})
    let sent = 0
    const chunk = Buffer.alloc(16_384)
    const more = (): void => {
      while (!stream.destroyed) {
        sent += chunk.length
        if (!stream.write(chunk)) return void stream.once('drain', more)
      }
    }
    more()
    // All sides are in this process, and have had their turn.
    const turn = () => fetch(`${app.admin}/healthz`)
    expect(await settled(() => sent, turn)).toBeLessThan(4_000_000)
    stream.close()
  })

  test('64 MB each way arrive whole', async () => {
    const size = 64 * 1024 * 1024
    const service = await startService((stream, headers) => {
      if (headers[':method'] === 'POST') {
        let count = 0
        stream.on('data', (chunk) => {
          count += chunk.length
        })
        stream.on('end', () => {
          stream.respond({ ':status': 200 })
          stream.end(String(count))
        })
        return
      }
      stream.respond({ ':status': 200 })
      stream.end(Buffer.alloc(size))
    })
    const app = await startProxy([service.origin])
    const down = openSession(app).request(fields('/open/x'))
    let count = 0
    down.on('data', (chunk) => {
      count += chunk.length
    })
    await new Promise((resolve) => down.on('close', resolve))
    expect(count).toBe(size)
    const up = openSession(app).request(fields('/open/x', { ':method': 'POST' }), { endStream: false })
    const reply = replyOf(up)
    up.end(Buffer.alloc(size))
    expect(await reply).toMatchObject({ status: 200, body: String(size) })
  })
})

test('limits.connections are requests under way at an address', async () => {
  const waiting: ServerHttp2Stream[] = []
  const service = await startService((stream) => waiting.push(stream))
  const app = await startProxy([service.origin], 'limits: { connections: 2 }')
  const asked = [ask(app.port, 'GET /open/1'), ask(app.port, 'GET /open/2')]
  await eventually(() => (waiting.length === 2 ? true : undefined))
  expect(outcomeOf(await ask(app.port, 'GET /open/3'))).toEqual([503, 'upstream-busy'])
  for (const stream of waiting.splice(0)) {
    stream.respond({ ':status': 200 })
    stream.end()
  }
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200])
})

test('health checks are asked over HTTP/2', async () => {
  let well = false
  const service = await startService((stream, headers) => {
    stream.respond({ ':status': headers[':path'] !== '/healthz' || well ? 200 : 503 }, { endStream: true })
  })
  const app = await startProxy(
    [service.origin],
    'panic: false, health: { path: /healthz, interval: 100ms, healthy: 1, unhealthy: 1 }',
  )
  await eventually(async () => ((await ask(app.port, 'GET /open/x')).status === 503 ? true : undefined))
  well = true
  await eventually(async () => ((await ask(app.port, 'GET /open/x')).status === 200 ? true : undefined))
})

test('the proxy ends: what is under way goes to its end, and the connection is closed', async () => {
  let answer: ServerHttp2Stream | undefined
  const service = await startService((stream) => {
    answer = stream
  })
  const app = await startTestProxy([service.origin], { service: 'protocol: http2', drain: 5000 })
  const asked = ask(app.port, 'GET /open/x')
  await eventually(() => answer)
  const closed = app.close()
  answer?.respond({ ':status': 200 })
  answer?.end('fine')
  expect(await asked).toMatchObject({ status: 200, body: 'fine' })
  await closed
  await eventually(async () => {
    const open = await new Promise<number>((resolve) => service.server.getConnections((_, count) => resolve(count)))
    return open === 0 || undefined
  })
})

test('a server of HTTP/1.1 that closes at once is no service of HTTP/2 either', async () => {
  const server = createHttp1()
  server.on('clientError', (_, socket) => void socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const app = await startProxy([`http://127.0.0.1:${(server.address() as AddressInfo).port}`])
  expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-closed'])
})

test('clients that leave cost others nothing: a service bears as many resets on a connection, and no more', async () => {
  let finish: () => void = () => {}
  const service = await startService((stream, headers) => {
    if (headers[':method'] === 'POST') finish = () => stream.respond({ ':status': 200 }, { endStream: true })
  })
  // The request that waits outlasts all rounds, also on a busy machine.
  const app = await startProxy([service.origin], '', { timeout: '1h' })
  const waiting = ask(app.port, 'POST /open/wait', [], 'hello')
  await eventually(() => (service.sessions === 1 ? true : undefined))
  const underWay = () => app.metric(underWayAt(service.origin))
  for (let round = 0; round < 15; round++) {
    const clients = Array.from({ length: 80 }, () => new RawClient(app.port))
    for (const client of clients) client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    await eventually(async () => ((await underWay()) === 81 ? true : undefined))
    for (const client of clients) client.close()
    await eventually(async () => ((await underWay()) === 1 ? true : undefined))
  }
  finish()
  expect(outcomeOf(await waiting)).toEqual([200, null])
})
