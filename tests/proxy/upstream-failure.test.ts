import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { selfSigned } from '../support/self-signed.ts'
import { startTestProxy, startUpstream, type TestProxy } from '../support/start-test-proxy.ts'

/** What the service says, byte for byte, when a request comes. */
let answer: (socket: Socket) => void
let server: Server
let app: TestProxy

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  app = await startTestProxy([originOf(server)], { timeout: '600ms' })
})

afterAll(async () => {
  await app?.close()
  server?.close()
})

function originOf(of: { address(): ReturnType<Server['address']> }, scheme = 'http'): string {
  return `${scheme}://127.0.0.1:${(of.address() as AddressInfo).port}`
}

async function ask(
  of: TestProxy,
  text = 'GET /open/x HTTP/1.1\nHost: app.test\n\n',
): Promise<[status: number, code: string | undefined]> {
  const c = new RawClient(of.port)
  c.send(text)
  const response = await c.response()
  c.close()
  return [response.status, response.get('x-iap-error')]
}

describe('an answer that is none', () => {
  test.each([
    ['nothing', '', 'upstream-closed'],
    ['not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'upstream-bad-response'],
    ['a header that is none', 'HTTP/1.1 200 OK\r\nbad header\r\n\r\n', 'upstream-bad-response'],
    ['a control byte in a header', 'HTTP/1.1 200 OK\r\nx: a\u0001b\r\ncontent-length: 0\r\n\r\n', 'upstream-bad-response'],
    ['lengths that differ', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 'upstream-bad-response'],
    ['a head that is too large', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`, 'upstream-bad-response'],
    [
      'a protocol that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
      'upstream-bad-response',
    ],
    ['half a head', 'HTTP/1.1 200 OK\r\nx: a', 'upstream-closed'],
  ])('%s', async (_, bytes, code) => {
    answer = (socket) => socket.end(bytes, 'latin1')
    expect(await ask(app)).toEqual([502, code])
  })

  test('length and chunks together are not passed on', async () => {
    answer = (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n')
    const c = new RawClient(app.port)
    c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    const response = await c.response()
    if (response.status === 200) expect([response.get('content-length'), response.body]).toEqual([undefined, 'hello'])
    else expect(response.get('x-iap-error')).toBe('upstream-bad-response')
    c.close()
  })
})

describe('an answer that does not come', () => {
  test('at all', async () => {
    answer = () => {}
    expect(await ask(app, 'GET /open/silent HTTP/1.1\nHost: app.test\n\n')).toEqual([504, 'upstream-timeout'])
    expect((await app.audit(1, '/open/silent'))[0]).toMatchObject({
      effect: 'permit',
      status: 504,
      code: 'upstream-timeout',
      rules: ['open_to_all'],
      upstream: { address: originOf(server), status: null },
    })
    expect(await app.metric('iap_upstream_errors_total{service="app",code="upstream-timeout"}')).toBeGreaterThan(0)
  })

  test('to its end', async () => {
    answer = (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nbegun')
    const c = new RawClient(app.port)
    c.send('GET /open/stalls HTTP/1.1\nHost: app.test\n\n')
    expect(await c.rest()).toMatch(/\r\n\r\nbegun$/)
    const [record] = await app.audit(1, '/open/stalls')
    expect(record).toMatchObject({ effect: 'permit', status: 200, code: 'upstream-timeout', complete: false, responseBytes: 5 })
  })
})

test('a service that refuses connections, and one that comes back', async () => {
  const down = createServer()
  await new Promise<void>((resolve) => down.listen(0, '127.0.0.1', resolve))
  const origin = originOf(down)
  await new Promise((resolve) => down.close(resolve))
  const other = await startTestProxy([origin])
  expect(await ask(other)).toEqual([502, 'upstream-unreachable'])
  expect(await ask(other, 'POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 5\n\nhello')).toEqual([
    502,
    'upstream-unreachable',
  ])
  const up = createServer((socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')))
  await new Promise<void>((resolve) => up.listen(Number(new URL(origin).port), '127.0.0.1', resolve))
  expect(await ask(other)).toEqual([200, undefined])
  await other.close()
  up.close()
})

test('a service whose name does not resolve', async () => {
  const other = await startTestProxy(['http://nowhere.invalid'])
  expect(await ask(other)).toEqual([502, 'upstream-unreachable'])
  await other.close()
})

test('a service that nobody vouches for', async () => {
  const tls = createTlsServer(selfSigned('127.0.0.1'), (_, response) => response.end('never'))
  tls.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
  const other = await startTestProxy([originOf(tls, 'https')])
  expect(await ask(other)).toEqual([502, 'upstream-tls'])
  await other.close()
  tls.close()
})

test('several addresses are taken in turn', async () => {
  const all = await Promise.all(['a', 'b', 'c'].map((name) => startUpstream((_, response) => response.end(name))))
  const other = await startTestProxy(all.map(({ origin }) => origin))
  const c = new RawClient(other.port)
  const answers: string[] = []
  for (let i = 0; i < 6; i++) {
    c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    answers.push((await c.response()).body)
  }
  expect(answers.slice(0, 3).toSorted()).toEqual(['a', 'b', 'c'])
  expect(answers.slice(3)).toEqual(answers.slice(0, 3))
  c.close()
  await other.close()
  await Promise.all(all.map((each) => each.close()))
})
