/** WebSockets through the proxy, with the library that most services and clients of Node use. */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { eventually, settled } from '../support/until.ts'

const PAGE = 'https://app.example'

let server: Server
let sockets: WebSocketServer
let proxy: TestProxy
/** Requests that came to the service. */
let seen: { readonly url: string; readonly headers: NodeJS.Dict<string | string[]> }[]

beforeEach(async () => {
  seen = []
  server = createServer((request, response) => response.writeHead(404).end(`no ${request.url}`))
  sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true })
  server.on('upgrade', (request, socket, head) => {
    seen.push({ url: request.url ?? '', headers: request.headers })
    if (request.url === '/open/no') return void socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno')
    sockets.handleUpgrade(request, socket, head, (one) => {
      one.on('message', (data, isBinary) => one.send(data, { binary: isBinary }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy = await start()
})

function start(clock = Date.now): Promise<TestProxy> {
  const { port } = server.address() as AddressInfo
  return startTestProxy([`http://127.0.0.1:${port}`], {
    service: `origins: [${PAGE}]`,
    timeout: '1h',
    drain: 300,
    limits: { linger: 200 },
    clock,
  })
}

afterEach(async () => {
  for (const one of sockets.clients) (one as unknown as { readonly _socket: Socket })._socket.resetAndDestroy()
  await proxy.close()
  server.closeAllConnections()
  server.close()
})

interface Opening {
  readonly headers?: Readonly<Record<string, string>>
  readonly origin?: string
}

function open(path: string, { headers = {}, origin }: Opening = {}): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}${path}`, {
    headers: { host: 'app.test', ...headers },
    ...(origin !== undefined && { origin }),
  })
  socket.on('error', () => {})
  return socket
}

/** The status that it is refused with, and by whom; null: it opened. */
async function refusal(path: string, opening?: Opening): Promise<readonly [number | undefined, unknown] | null> {
  const socket = open(path, opening)
  return await new Promise((resolve) => {
    socket.on('open', () => {
      socket.terminate()
      resolve(null)
    })
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve([response.statusCode, response.headers['x-iap-error']])
    })
  })
}

test('messages go both ways, and the record tells of the whole', async () => {
  const socket = open('/open/chat?room=1', { headers: { 'x-iap-user': 'forged' } })
  await once(socket, 'open')
  const texts = ['hello', 'a'.repeat(200_000), 'last']
  const received: string[] = []
  socket.on('message', (data) => received.push(data.toString()))
  for (const text of texts) socket.send(text)
  await eventually(() => (received.length === texts.length ? true : undefined))
  expect(received).toEqual(texts)
  expect(await proxy.metric('iap_tunnels')).toBe(1)
  socket.close(1000)
  await once(socket, 'close')
  const [record] = await proxy.audit(1)
  expect(record).toMatchObject({ path: '/open/chat', effect: 'permit', status: 101, complete: true })
  expect(record?.responseBytes).toBeGreaterThan(5)
  expect(record?.upstream).toMatchObject({ status: 101 })
  expect(seen[0]).toMatchObject({ url: '/open/chat?room=1' })
  expect(seen[0]?.headers).toMatchObject({ host: 'app.test', upgrade: 'websocket' })
  expect(seen[0]?.headers).toHaveProperty('x-iap-assertion')
  expect(seen[0]?.headers).not.toHaveProperty('x-iap-user')
  expect(await proxy.metric('iap_tunnels')).toBe(0)
})

test('it is decided like any request', async () => {
  expect(await refusal('/users/chat')).toEqual([401, 'unauthenticated'])
  expect(await refusal('/admin/chat', { headers: { authorization: proxy.bearer() } })).toEqual([403, 'denied'])
  expect(await refusal('/none')).toEqual([403, 'no-route'])
  expect(await refusal('/open/a;b')).toEqual([400, 'semicolon'])
  expect(seen).toEqual([])
  expect(await refusal('/users/chat', { headers: { authorization: proxy.bearer() } })).toBeNull()
  expect(seen[0]?.headers).not.toHaveProperty('authorization')
})

test.each([
  ['none', undefined, null],
  ['the own one', 'http://app.test', null],
  ['the own one in upper case', 'HTTP://APP.TEST', null],
  ['one of the configuration', PAGE, null],
  ['the own host by another scheme', 'https://app.test', 403],
  ['the own host at another port', 'http://app.test:8080', 403],
  ['one that ends alike', 'https://evil-app.example', 403],
  ['one that begins alike', `${PAGE}.evil.test`, 403],
  ['of a page without one', 'null', 403],
  ['empty', '', 403],
])('an origin: %s', async (_, origin, status) => {
  const found = await refusal('/open/chat', { ...(origin !== undefined && { headers: { origin } }) })
  expect(found).toEqual(status === null ? null : [status, 'websocket-origin'])
  expect(seen).toHaveLength(status === null ? 1 : 0)
})

describe('what is no handshake', () => {
  const head = (...lines: string[]) =>
    `${['GET /open/chat HTTP/1.1', 'Host: app.test', 'Connection: Upgrade', ...lines].join('\n')}\n\n`
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
  const version = 'Sec-WebSocket-Version: 13'
  test.each([
    ['no key', head('Upgrade: websocket', version), 400, 'websocket-handshake'],
    ['a key that is none', head('Upgrade: websocket', 'Sec-WebSocket-Key: abc', version), 400, 'websocket-handshake'],
    ['two keys', head('Upgrade: websocket', key, key, version), 400, 'websocket-handshake'],
    ['an older version', head('Upgrade: websocket', key, 'Sec-WebSocket-Version: 8'), 426, 'websocket-handshake'],
    ['a body', head('Upgrade: websocket', key, version, 'Content-Length: 3').concat('abc'), 400, 'websocket-handshake'],
    ['another method', head('Upgrade: websocket', key, version).replace('GET', 'POST'), 400, 'websocket-handshake'],
  ])('%s', async (_, text, status, code) => {
    const client = new RawClient(proxy.port)
    client.send(text)
    const response = await client.response()
    expect([response.status, response.get('x-iap-error')]).toEqual([status, code])
    expect(response.get('connection')).toBe('close')
    await eventually(() => (client.socket.closed ? true : undefined))
    expect(seen).toEqual([])
  })
})

test('an answer of the service that is no agreement is passed on', async () => {
  expect(await refusal('/open/no')).toEqual([404, undefined])
  const [record] = await proxy.audit(1)
  expect(record).toMatchObject({ status: 404, complete: true })
})

test.each([
  ['without an accept', ''],
  ['with another accept', 'sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
])('a service that changes the protocol %s is not believed', async (_, line) => {
  const reads: string[] = []
  const liar = createTcpServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      reads.push(chunk.toString('latin1'))
      if (reads.length === 1)
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n${line}${line && '\r\n'}\r\n`,
        )
    })
  })
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve))
  const other = await startTestProxy([`http://127.0.0.1:${(liar.address() as AddressInfo).port}`])
  const client = new RawClient(other.port)
  client.send(
    'GET /open/x HTTP/1.1\nHost: app.test\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Version: 13\n\n',
  )
  // What was sent ahead must not become a request to the service.
  client.send('GET /admin/secret HTTP/1.1\nHost: app.test\n\n')
  const response = await client.response()
  expect([response.status, response.get('x-iap-error')]).toEqual([502, 'upstream-bad-response'])
  expect(reads.join('')).not.toContain('/admin/secret')
  await other.close()
  liar.close()
})

test('a service that dies, or a client, ends the other side, and the record says that it was cut off', async () => {
  const one = open('/open/one')
  await once(one, 'open')
  for (const each of sockets.clients) each.terminate()
  await once(one, 'close')

  const two = open('/open/two')
  await once(two, 'open')
  const [service] = [...sockets.clients].filter(({ readyState }) => readyState === WebSocket.OPEN)
  two.terminate()
  await once(service as WebSocket, 'close')
  expect((await proxy.audit(1, '/open/one'))[0]).toMatchObject({ status: 101 })
  expect((await proxy.audit(1, '/open/two'))[0]).toMatchObject({ status: 101 })
})

test.each([
  ['with a reset', (socket: Socket) => socket.resetAndDestroy()],
  ['with an end', (socket: Socket) => socket.destroy()],
])('a client that leaves %s before the service has agreed is seen by the service', async (_, leave) => {
  const left = new Promise<void>((resolve) => {
    server.removeAllListeners('upgrade')
    server.on('upgrade', (_request, socket) => {
      seen.push({ url: '/late', headers: {} })
      socket
        .on('error', () => {})
        .on('end', () => resolve())
        .on('close', () => resolve())
      socket.resume()
    })
  })
  const client = new RawClient(proxy.port)
  client.send(
    'GET /open/x HTTP/1.1\nHost: app.test\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Version: 13\n\n',
  )
  await eventually(() => (seen.length === 1 ? true : undefined))
  leave(client.socket as Socket)
  await left
  expect((await proxy.audit(1))[0]).toMatchObject({ path: '/open/x', code: 'client-closed', complete: false })
})

test('what is not read does not fill memory', async () => {
  const socket = open('/open/flood')
  await once(socket, 'open')
  const raw = (socket as unknown as { readonly _socket: Socket })._socket
  raw.pause()
  const [service] = [...sockets.clients] as [WebSocket]
  const chunk = Buffer.alloc(1_000_000)
  const before = process.memoryUsage().rss
  // Client, proxy and service are one process here: what a service has queued itself is counted away.
  for (let sent = 0; sent < 100; sent += 1) service.send(chunk, { compress: false })
  // All of them are in this process: whoever would take more has had their turn.
  await settled(
    () => service.bufferedAmount,
    () => fetch(`${proxy.admin}/healthz`),
  )
  expect(service.bufferedAmount).toBeGreaterThan(80_000_000)
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6)
  raw.resume()
  await eventually(() => (service.bufferedAmount === 0 ? true : undefined))
  socket.terminate()
})

test('it does not outlive the credential that opened it', async () => {
  await proxy.close()
  // However long it takes to open, two seconds are left: the clocks of issuers may be 30 s behind.
  const now = Date.now()
  proxy = await start(() => now)
  const socket = open('/users/chat', { headers: { authorization: proxy.bearer({ exp: Math.floor(now / 1000) - 28 }) } })
  await once(socket, 'open')
  await once(socket, 'close')
  expect((await proxy.audit(1))[0]).toMatchObject({ status: 101, code: 'expired', complete: false })
})

test('a service that resets the connection is named in the audit record', async () => {
  const socket = open('/open/chat').on('error', () => {})
  await once(socket, 'open')
  for (const one of sockets.clients) (one as unknown as { readonly _socket: Socket })._socket.resetAndDestroy()
  await once(socket, 'close')
  expect((await proxy.audit(1))[0]).toMatchObject({ status: 101, code: 'upstream-closed', complete: false })
})

test('a proxy that closes ends it when its time is over', async () => {
  const socket = open('/open/chat')
  await once(socket, 'open')
  const begun = performance.now()
  const [[code]] = await Promise.all([once(socket, 'close'), proxy.proxy.close()])
  expect(performance.now() - begun).toBeGreaterThan(250)
  expect(code).toBe(1001)
  expect((await proxy.audit(1))[0]).toMatchObject({ code: 'shutdown', complete: false })
})

test('one that is sent ahead of an answer ends its connection', async () => {
  const client = new RawClient(proxy.port)
  client.send(
    'GET /open/x HTTP/1.1\nHost: app.test\n\nGET /open/chat HTTP/1.1\nHost: app.test\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\nSec-WebSocket-Version: 13\n\n',
  )
  await eventually(() => (client.socket.closed ? true : undefined))
  expect(seen).toEqual([])
  const ahead = async () => (await proxy.audit(1)).find(({ code }) => code === 'request-malformed')
  expect(await eventually(ahead)).toMatchObject({ effect: 'reject', method: 'GET', status: null, complete: false })
})
