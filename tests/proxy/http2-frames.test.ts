/** Services of HTTP/2 that refuse, end connections, break off or send what they should not: frame by frame. */
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { afterEach, describe, expect, test } from 'vitest'
import { ask, outcomeOf } from '../support/ask.ts'
import { RawClient } from '../support/raw-client.ts'
import { encodeFields, FLAG, FRAME } from '../support/raw-http2.ts'
import {
  type RawHttp2Connection,
  type RawHttp2Service,
  type RawHttp2ServiceOptions,
  startRawHttp2Service,
} from '../support/raw-http2-service.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let service: RawHttp2Service
let app: TestProxy
let session: ClientHttp2Session | undefined

afterEach(async () => {
  session?.destroy()
  session = undefined
  await app?.close()
  await service?.close()
})

async function start(serve: RawHttp2Service['serve'], options: RawHttp2ServiceOptions = {}, config = ''): Promise<void> {
  service = await startRawHttp2Service(serve, options)
  app = await startTestProxy([service.origin], { listener: 'http2: true', service: `protocol: http2${config && `, ${config}`}` })
}

const fine = (connection: RawHttp2Connection, stream: number): void => {
  connection.head(stream, 200, [['content-length', '4']])
  connection.data(stream, 'fine', true)
}

/**
 * How a stream of a client of HTTP/2 has ended.
 *
 * @param answered called when the head of the response has arrived
 */
function get(
  path: string,
  answered = () => {},
): Promise<{ readonly status: number; readonly body: string; readonly rst: number; readonly trailers: object }> {
  session ??= connect(app.origin)
  session.on('error', () => {})
  const stream = session.request({ ':path': path, ':authority': 'app.test' })
  let [status, body, trailers] = [0, '', {}]
  stream.on('error', () => {})
  stream.on('response', (headers) => {
    status = Number(headers[':status'])
    answered()
  })
  stream.on('trailers', (found) => {
    trailers = Object.fromEntries(Object.entries(found))
  })
  stream.on('data', (chunk) => {
    body += chunk
  })
  return new Promise((resolve) => stream.on('close', () => resolve({ status, body, rst: stream.rstCode ?? 0, trailers })))
}

const post = () => ask(app.port, 'POST /open/x', [], 'hello')

describe('GOAWAY', () => {
  test('under load, with requests behind the last one that is taken: none fails', async () => {
    let served = 0
    await start((connection, stream) => {
      // Ten requests a connection; what comes behind them is not looked at.
      if (stream > 19) return
      const at = setInterval(() => {
        if (!connection.hasEnded(stream)) return
        clearInterval(at)
        served++
        fine(connection, stream)
      }, 1)
      if (stream === 19) connection.goaway(19)
    })
    const asked = Array.from({ length: 200 }, () => post())
    const answers = await Promise.all(asked)
    expect(answers.filter(({ status, body }) => status !== 200 || body !== 'fine')).toEqual([])
    expect(served).toBe(200)
    expect(service.connections.length).toBeGreaterThanOrEqual(20)
  })

  test('again and again: it is not tried for ever', async () => {
    await start((connection) => connection.goaway(0))
    expect(outcomeOf(await post())).toEqual([502, 'upstream-closed'])
    expect(service.connections.length).toBeLessThanOrEqual(8)
    expect((await app.audit(1))[0]?.detail).toMatch(/GOAWAY/)
  })

  test('with a code: what it had begun with fails, what it had not is sent again', async () => {
    await start((connection, stream) => {
      if (connection.nth > 0) fine(connection, stream)
      else if (stream === 3) connection.goaway(1, constants.NGHTTP2_INTERNAL_ERROR)
    })
    const first = post()
    await eventually(() => service.connections[0]?.frames.find(({ type }) => type === FRAME.headers))
    const second = post()
    expect(outcomeOf(await first)).toEqual([502, 'upstream-closed'])
    expect(await second).toMatchObject({ status: 200, body: 'fine' })
  })

  test('while nothing is under way: the next request has a new connection', async () => {
    await start((connection, stream) => {
      fine(connection, stream)
      connection.goaway(stream)
    })
    for (let n = 0; n < 3; n++) expect(await post()).toMatchObject({ status: 200, body: 'fine' })
    expect(service.connections).toHaveLength(3)
  })
})

describe('REFUSED_STREAM', () => {
  test('a POST is sent again, with its body', async () => {
    let count = 0
    await start((connection, stream) => {
      if (count++ === 0) return connection.reset(stream, constants.NGHTTP2_REFUSED_STREAM)
      const timer = setInterval(() => {
        if (!connection.hasEnded(stream)) return
        clearInterval(timer)
        const sent = connection.frames.filter((frame) => frame.type === FRAME.data && frame.stream === stream)
        connection.head(stream, 200, [['content-length', '5']])
        connection.data(stream, Buffer.concat(sent.map(({ payload }) => payload)).toString(), true)
      }, 1)
    })
    expect(await post()).toMatchObject({ status: 200, body: 'hello' })
    expect((await app.audit(1))[0]?.upstream?.attempts).toBe(2)
  })

  test('for ever: 502, after as many attempts as there may be', async () => {
    let count = 0
    await start((connection, stream) => {
      count++
      connection.reset(stream, constants.NGHTTP2_REFUSED_STREAM)
    })
    expect(outcomeOf(await post())).toEqual([502, 'upstream-closed'])
    expect(count).toBe(2)
  })

  test('another code, before an answer: a POST is not sent again', async () => {
    let count = 0
    await start((connection, stream) => {
      count++
      connection.reset(stream, constants.NGHTTP2_INTERNAL_ERROR)
    })
    expect(outcomeOf(await post())).toEqual([502, 'upstream-closed'])
    expect(count).toBe(1)
  })

  test('a service that wants HTTP/1.1', async () => {
    await start((connection, stream) => connection.reset(stream, constants.NGHTTP2_HTTP_1_1_REQUIRED))
    expect(outcomeOf(await post())).toEqual([502, 'upstream-protocol'])
  })
})

describe('SETTINGS_MAX_CONCURRENT_STREAMS', () => {
  test('of 1 is kept: each connection has one request at a time', async () => {
    await start((connection, stream) => void setTimeout(() => fine(connection, stream), 20), { streams: 1 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => post()))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(Math.max(...service.connections.map(({ most }) => most))).toBe(1)
    // Those that are there are used.
    for (let n = 0; n < 5; n++) expect((await post()).status).toBe(200)
    expect(service.connections.length).toBeLessThanOrEqual(20)
  })

  test('of 0: it takes nothing', async () => {
    await start(fine, { streams: 0 })
    expect(outcomeOf(await post())).toEqual([502, 'upstream-closed'])
    // Nor are connections kept that are good for nothing.
    await eventually(() => service.connections.every(({ socket }) => socket.readableEnded) || undefined)
  })
})

describe('an answer that is broken off', () => {
  test.each([
    ['NO_ERROR', constants.NGHTTP2_NO_ERROR],
    ['CANCEL', constants.NGHTTP2_CANCEL],
    ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR],
  ])('by RST_STREAM with %s is not taken for whole', async (_, code) => {
    await start((connection, stream) => {
      connection.head(stream, 200)
      connection.data(stream, 'begun')
      // All sides are in this process: the client has the beginning once the proxy has answered twice.
      const turn = () => fetch(`${app.admin}/healthz`)
      void turn()
        .then(turn)
        .then(() => connection.reset(stream, code))
    })
    const { status, body, rst } = await get('/open/x')
    expect([status, body]).toEqual([200, 'begun'])
    expect(rst).not.toBe(0)
    const client = new RawClient(app.port)
    client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect(await client.rest()).not.toContain('\r\n0\r\n')
    expect((await app.audit(2)).map(({ complete }) => complete)).toEqual([false, false])
    // The connection to the service has other streams.
    expect(service.connections).toHaveLength(1)
  })

  test('with NO_ERROR, all in one piece, is not taken for whole either', async () => {
    await start((connection, stream) => {
      connection.socket.cork()
      connection.head(stream, 200)
      connection.data(stream, 'begun')
      connection.reset(stream, constants.NGHTTP2_NO_ERROR)
      connection.socket.uncork()
    })
    // Nothing of it has gone out yet, so there is another answer in its place.
    expect((await get('/open/x')).status).toBe(502)
    expect((await app.audit(1))[0]).toMatchObject({ status: 502, code: 'upstream-closed' })
  })

  test('does not count against the address, as a request may bring it about; a refusal does', async () => {
    await start(
      (connection, stream) => connection.reset(stream, constants.NGHTTP2_INTERNAL_ERROR),
      {},
      'panic: false, eject: { failures: 2 }',
    )
    for (let n = 0; n < 4; n++) expect(outcomeOf(await post())).toEqual([502, 'upstream-closed'])
    service.serve = (connection, stream) => connection.reset(stream, constants.NGHTTP2_REFUSED_STREAM)
    await eventually(async () => ((await post()).status === 503 ? true : undefined))
  })

  test('before its length', async () => {
    await start((connection, stream) => {
      connection.head(stream, 200, [['content-length', '10']])
      connection.data(stream, 'begun', true)
    })
    expect((await get('/open/x')).status).toBe(502)
    expect((await app.audit(1))[0]).toMatchObject({ status: 502, code: 'upstream-bad-response' })
  })
})

describe('what no answer may hold', () => {
  test.each([
    ['with a body', false],
    ['with a long body', 'x'.repeat(16_000)],
    ['that is its head alone', true],
    ['that is its head and trailers', null],
  ] as const)(
    'two values of a field that may come once, in an answer %s: there is another in its place, whole',
    async (_, last) => {
      await start((connection, stream) => {
        connection.head(
          stream,
          200,
          [
            ['etag', '"a"'],
            ['etag', '"b"'],
          ],
          last === true,
        )
        if (last === false) connection.data(stream, 'fine', true)
        if (typeof last === 'string') connection.data(stream, last, true)
        if (last === null) connection.trailers(stream, [['x-sum', '1']])
      })
      const { status, body, rst } = await get('/open/x')
      expect([status, rst]).toEqual([502, 0])
      expect(JSON.parse(body)).toMatchObject({ status: 502 })
      expect((await app.audit(1))[0]).toMatchObject({ status: 502, code: 'upstream-bad-response', complete: true })
    },
  )

  test.each([
    ['a line’s end in a value', [['x-a', 'a\r\nx-b: b']]],
    ['a NUL in a value', [['x-a', 'a\0b']]],
    ['a name in upper case', [['X-A', 'a']]],
    ['a field of the connection', [['connection', 'close']]],
    ['a transfer coding', [['transfer-encoding', 'chunked']]],
  ] as const)('%s', async (_, fields) => {
    await start((connection, stream) => {
      connection.head(stream, 200, [...fields, ['x-good', '1']])
      connection.data(stream, 'fine', true)
    })
    const { status, get: header } = await ask(app.port, 'GET /open/x')
    const answered = [status, header('x-iap-error') ?? null, header('x-b') ?? null, header('transfer-encoding') ?? null]
    // nghttp2 breaks off, or leaves out what cannot be.
    expect([
      [502, 'upstream-bad-response', null, null],
      [200, null, null, 'chunked'],
    ]).toContainEqual(answered)
    if (status === 200) expect([header('x-a'), header('x-good')]).toEqual([undefined, '1'])
  })

  test('a status that is none', async () => {
    await start((connection, stream) => connection.head(stream, 42, [], true))
    expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-bad-response'])
  })

  test('a status of an upgrade', async () => {
    await start((connection, stream) => connection.head(stream, 101))
    expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-bad-response'])
  })

  test('a change of its own headers', async () => {
    await start((connection, stream) => {
      connection.head(stream, 200, [
        ['x-iap-request-id', 'forged'],
        ['x_iap_error', 'forged'],
      ])
      connection.data(stream, 'fine')
      connection.trailers(stream, [
        ['x-iap-error', 'forged'],
        ['x.iap.user', 'forged'],
        ['x-sum', '1'],
      ])
    })
    expect(await get('/open/x')).toEqual({ status: 200, body: 'fine', rst: 0, trailers: { 'x-sum': '1' } })
    const { headers } = await ask(app.port, 'GET /open/x')
    expect(headers.filter(([name]) => /iap/.test(name))).toEqual([])
  })

  test('trailers that HTTP/2 cannot say: the answer is broken off', async () => {
    await start((connection, stream) => {
      connection.head(stream, 200)
      connection.data(stream, 'fine')
      connection.trailers(stream, [
        ['etag', '"a"'],
        ['etag', '"b"'],
      ])
    })
    const { status, rst } = await get('/open/x')
    expect(status).toBe(200)
    expect(rst).not.toBe(0)
    expect((await app.audit(1))[0]).toMatchObject({ code: 'upstream-bad-response', complete: false })
    expect((await get('/open/y')).status).toBe(200)
  })

  test('more header lines than are read', async () => {
    await start((connection, stream) => {
      const lines = Array.from({ length: 100 }, (_, n) => [`x-${n}`, 'x'.repeat(200)] as const)
      const block = encodeFields([[':status', '200'], ...lines])
      connection.send(FRAME.headers, FLAG.endStream, stream, block.subarray(0, 16_000))
      connection.send(FRAME.continuation, FLAG.endHeaders, stream, block.subarray(16_000))
    })
    expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-bad-response'])
  })

  test('frames of nobody’s stream: the connection is given up', async () => {
    await start(
      (connection, stream) => {
        if (connection.nth > 0) fine(connection, stream)
        else connection.send(FRAME.data, 0, stream + 100, 'nobody has asked')
      },
      {},
      'timeout: 500ms',
    )
    // Node 24 ends such a connection; in Node 20 it is dead, and found to be.
    expect([
      [502, 'upstream-bad-response'],
      [504, 'upstream-timeout'],
    ]).toContainEqual(outcomeOf(await post()))
    await eventually(async () => ((await post()).body === 'fine' ? true : undefined))
    expect(service.connections).toHaveLength(2)
  })
})

test('informational answers are passed over, but for early hints', async () => {
  await start((connection, stream) => {
    connection.head(stream, 102)
    connection.head(stream, 103, [
      ['link', '</a.css>; rel=preload'],
      ['set-cookie', 'a=1'],
    ])
    fine(connection, stream)
  })
  const client = new RawClient(app.port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  const { status, headers } = await client.response()
  expect([status, Object.fromEntries(headers)]).toEqual([103, { link: '</a.css>; rel=preload' }])
  expect(await client.response()).toMatchObject({ status: 200, body: 'fine' })
  client.close()
})

test('without an end of them', async () => {
  await start((connection, stream) => {
    for (let n = 0; n < 200; n++) connection.head(stream, 102)
  })
  expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-bad-response'])
})

test.each<[string, (connection: RawHttp2Connection, stream: number) => void]>([
  ['data that are none', (connection, stream) => connection.data(stream, '')],
  ['settings', (connection) => connection.send(FRAME.settings, 0, 0)],
  ['pings', (connection) => connection.send(FRAME.ping, 0, 0, Buffer.alloc(8))],
])('a service that floods with %s loses the connection, and is to blame', async (_, frame) => {
  // A flood that arrives with the head is answered with 502.
  let flood = () => {}
  await start((connection, stream) => {
    connection.head(stream, 200)
    connection.socket.pause()
    flood = () => {
      const timer = setInterval(() => {
        for (let at = 0; at < 2000; at++) frame(connection, stream)
      }, 1)
      connection.socket.once('close', () => clearInterval(timer))
    }
  })
  const { status, rst } = await get('/open/x', () => flood())
  expect([status, rst]).toEqual([200, constants.NGHTTP2_INTERNAL_ERROR])
  const [record] = await app.audit(1)
  expect(record).toMatchObject({ complete: false, code: 'upstream-bad-response' })
})
