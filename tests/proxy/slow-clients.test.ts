/** Clients that do not take their answers are cut, whatever they speak; those that take them slowly, or wait for one, are not. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { RawClient } from '../support/raw-client.ts'
import { FRAME, RawHttp2 } from '../support/raw-http2.ts'
import { selfSigned } from '../support/self-signed.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const STALLED = 500
/** Longer than a client that takes its answer slowly takes nothing, also on a busy machine. */
const STALLED_LONG = 4000

let upstream: TestUpstream
/** Answers that the service has had to break off. */
let brokenOff = 0
const certificate = selfSigned('app.test')

beforeAll(async () => {
  upstream = await startUpstream((request, response) => serve(request, response))
  const sockets = new WebSocketServer({ server: upstream.server })
  sockets.on('connection', (socket) => {
    const timer = setInterval(() => socket.bufferedAmount < 1 << 20 && socket.send(Buffer.alloc(1 << 16)), 1)
    socket.on('close', () => clearInterval(timer))
    socket.on('error', () => {})
  })
})

afterAll(() => upstream?.close())

function serve({ url }: IncomingMessage, response: ServerResponse): void {
  // For longer than a client may take nothing.
  if (url === '/open/later') return void setTimeout(() => response.end('fine'), STALLED * 3)
  if (url === '/open/much-later') return void setTimeout(() => response.end('fine'), STALLED_LONG * 2)
  if (url === '/open/short') return void response.end('fine')
  response.on('close', () => {
    if (!response.writableFinished) brokenOff++
  })
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(1 << 16)));
  }
  response.on('drain', more)
  more()
}

async function start(listener: string, stalled = STALLED): Promise<TestProxy> {
  const files = { 'a.pem': certificate.cert, 'a.key': certificate.key }
  const app = await startTestProxy([upstream.origin], { listener, files, limits: { stalled }, drain: 0 })
  onTestFinished(() => app.close())
  return app
}

const HEAD = 'GET /open/endless HTTP/1.1\r\nHost: app.test\r\n'
const TLS = 'tls: { cert: ./a.pem, key: ./a.key }'
const stalls: readonly (readonly [string, string, (port: number) => Socket])[] = [
  ['HTTP/1.1', '', (port) => asks(connect(port, '127.0.0.1'), `${HEAD}\r\n`)],
  ['HTTP/1.1 over TLS', `${TLS}, http2: false`, (port) => asks(tls(port), `${HEAD}\r\n`)],
  [
    'a WebSocket',
    '',
    (port) =>
      asks(
        connect(port, '127.0.0.1'),
        `${HEAD}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      ),
  ],
]

function tls(port: number, ALPNProtocols = ['http/1.1']): TLSSocket {
  return connectTls({ port, host: '127.0.0.1', servername: 'app.test', rejectUnauthorized: false, ALPNProtocols })
}

function asks(socket: Socket, text: string): Socket {
  socket.on('error', () => {})
  socket.write(text)
  socket.pause()
  return socket
}

/** `most`: of a connection of HTTP/2, its streams may be found first. */
async function cut(app: TestProxy, most = 1): Promise<void> {
  expect(await app.audit(1, '/open/endless')).toMatchObject([{ effect: 'permit', code: 'client-stalled', complete: false }])
  const stalled = await app.metric('iap_stalled_total')
  expect(stalled).toBeGreaterThanOrEqual(1)
  expect(stalled).toBeLessThanOrEqual(most)
  await eventually(async () => ((await app.metric('iap_connections')) === 0 ? true : undefined))
}

test.each(stalls)(
  '%s: who takes nothing is cut, the service is let go, and the record says that it is not whole',
  async (name, listener, open) => {
    const app = await start(listener)
    const before = brokenOff
    const client = open(app.port)
    onTestFinished(() => void client.destroy())
    await cut(app)
    if (name !== 'a WebSocket') await eventually(() => brokenOff > before || undefined)
  },
)

test.each([
  ['', async (port: number) => connect(port, '127.0.0.1')],
  [`, ${TLS}`, async (port: number) => await secured(tls(port, ['h2']))],
])('HTTP/2: a connection that is not read is cut (http2: true%s)', async (listener, open) => {
  const app = await start(`http2: true${listener}`)
  const before = brokenOff
  const client = await RawHttp2.open(await open(app.port))
  onTestFinished(() => client.close())
  // Room for more than the system keeps: SETTINGS_INITIAL_WINDOW_SIZE, and that of the connection.
  client.send(FRAME.settings, 0, 0, Buffer.concat([Buffer.from([0, 4]), number(2 ** 30)]))
  client.send(FRAME.window, 0, 0, number(2 ** 30))
  client.request(1, fieldsOf('/open/endless'))
  client.socket.pause()
  await cut(app, 2)
  await eventually(() => brokenOff > before || undefined)
})

function secured(socket: TLSSocket): Promise<TLSSocket> {
  return new Promise((resolve) => socket.once('secureConnect', () => resolve(socket)))
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function fieldsOf(path: string): readonly (readonly [string, string])[] {
  return [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'app.test'],
  ]
}

test('HTTP/2: a stream that is given no room is reset, and others of its connection go on', async () => {
  const app = await start('http2: true')
  const before = brokenOff
  const client = await RawHttp2.open(app.port)
  onTestFinished(() => client.close())
  // The connection has room; the stream has what it began with.
  client.send(FRAME.window, 0, 0, number(2 ** 30))
  client.request(1, fieldsOf('/open/endless'))
  await eventually(() => brokenOff > before || undefined)
  client.request(3, fieldsOf('/open/short'))
  await eventually(() => (client.endOf(3) === 'end' ? true : undefined))
  expect(typeof client.endOf(1)).toBe('number')
  expect(await app.audit(1, '/open/endless')).toMatchObject([{ code: 'client-stalled', complete: false }])
  expect(await app.metric('iap_stalled_total')).toBe(1)
})

test('HTTP/2: a stream that is given no room is reset while the proxy closes, too', async () => {
  const files = { 'a.pem': certificate.cert, 'a.key': certificate.key }
  const app = await startTestProxy([upstream.origin], {
    listener: 'http2: true',
    files,
    limits: { stalled: STALLED },
    drain: 3_600_000,
  })
  const before = brokenOff
  const client = await RawHttp2.open(app.port)
  onTestFinished(() => client.close())
  client.send(FRAME.window, 0, 0, number(2 ** 30))
  client.request(1, fieldsOf('/open/endless'))
  await eventually(() => (client.frames.some(({ type }) => type === FRAME.data) ? true : undefined))
  await app.close()
  await eventually(() => brokenOff > before || undefined)
})

test('who waits for an answer is not cut', async () => {
  const app = await start('')
  const waiting = new RawClient(app.port)
  waiting.send('GET /open/later HTTP/1.1\nHost: app.test\n\n')
  expect((await waiting.response()).status).toBe(200)
  waiting.close()
  expect(await app.metric('iap_stalled_total')).toBe(0)
})

test('who takes an answer slowly is not cut', async () => {
  const app = await start('', STALLED_LONG)
  const waiting = new RawClient(app.port)
  waiting.send('GET /open/much-later HTTP/1.1\nHost: app.test\n\n')
  const slow = asks(connect(app.port, '127.0.0.1'), `${HEAD}\r\n`)
  let bytes = 0
  slow.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    slow.pause()
  })
  const timer = setInterval(() => slow.resume(), 5)
  expect((await waiting.response()).status).toBe(200)
  const seen = bytes
  await eventually(() => bytes > seen + (1 << 20) || undefined)
  expect(slow.destroyed).toBe(false)
  clearInterval(timer)
  slow.destroy()
  waiting.close()
  expect(await app.metric('iap_stalled_total')).toBe(0)
})
