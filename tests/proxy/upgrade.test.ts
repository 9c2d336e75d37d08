import { execFile } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

/** `Upgrade` to anything but a WebSocket is ignored (RFC 9110 §7.8): the request is served over HTTP/1.1, and so are those behind it. */
let upstream: TestUpstream
let app: TestProxy
let seen: IncomingMessage['headers'][]

beforeAll(async () => {
  upstream = await startUpstream(async (request, response) => {
    seen.push(request.headers)
    let body = ''
    for await (const chunk of request) body += chunk
    response.end(`${request.method} ${request.url} ${body}`)
  })
  app = await startTestProxy([upstream.origin], { listener: 'http2: true' })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

beforeEach(() => {
  seen = []
})

const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA']
const KEY = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13']

function requestOf(line: string, lines: readonly string[], body = '', version = '1.1'): string {
  return `${[`${line} HTTP/${version}`, 'Host: app.test', ...lines].join('\n')}\n\n${body}`
}

test.each<[string, readonly string[]]>([
  ['h2c', H2C],
  ['TLS', ['Connection: Upgrade', 'Upgrade: TLS/1.2']],
  ['several protocols, a WebSocket among them', ['Connection: Upgrade', 'Upgrade: h2c, websocket', ...KEY]],
  ['a WebSocket twice', ['Connection: Upgrade', 'Upgrade: websocket', 'Upgrade: websocket', ...KEY]],
  ['a WebSocket that `Connection` does not name', ['Upgrade: websocket', ...KEY]],
])('%s', async (_, lines) => {
  const c = new RawClient(app.port)
  c.send(requestOf('GET /open/a', lines))
  expect(await c.response()).toMatchObject({ status: 200, body: 'GET /open/a ' })
  c.send(requestOf('GET /open/b', lines))
  expect(await c.response()).toMatchObject({ status: 200, body: 'GET /open/b ' })
  c.send(requestOf('POST /open/c', [...lines, 'Content-Length: 5'], 'hello'))
  expect(await c.response()).toMatchObject({ status: 200, body: 'POST /open/c hello' })
  c.close()
  const d = new RawClient(app.port)
  d.send(requestOf('POST /open/d', [...lines, 'Transfer-Encoding: chunked'], '5\nhello\n0\n\n'))
  expect(await d.response()).toMatchObject({ status: 200, body: 'POST /open/d hello' })
  d.close()
  expect(seen).toHaveLength(4)
  for (const headers of seen) {
    expect(headers).not.toHaveProperty('upgrade')
    expect(headers).not.toHaveProperty('http2-settings')
    expect(headers.connection).toBe('keep-alive')
  }
})

test('of HTTP/1.0 a WebSocket is ignored too', async () => {
  const c = new RawClient(app.port)
  c.send(requestOf('GET /open/a', ['Connection: Upgrade', 'Upgrade: websocket', ...KEY], '', '1.0'))
  expect(await c.rest()).toMatch(/^HTTP\/1\.1 200 [\s\S]*GET \/open\/a $/)
})

test('it is decided like any request', async () => {
  const c = new RawClient(app.port)
  c.send(requestOf('GET /admin/x', H2C))
  const refused = await c.response()
  expect([refused.status, refused.get('x-iap-error')]).toEqual([401, 'unauthenticated'])
  c.close()
})

test.each([
  ['of a request without a body', requestOf('GET /open/a', H2C)],
  ['of a request with a body', requestOf('POST /open/a', [...H2C, 'Content-Length: 5'], 'hello')],
])('a request that was sent ahead behind that %s is not answered, and the client is told', async (_, first) => {
  const c = new RawClient(app.port)
  c.send(first + requestOf('GET /open/b', []))
  const response = await c.response()
  expect([response.status, response.get('connection')]).toEqual([200, 'close'])
  expect(await c.rest()).toBe('')
  expect(seen).toHaveLength(1)
})

test('one that was sent ahead of it is answered before it', async () => {
  const c = new RawClient(app.port)
  c.send(requestOf('GET /open/a', []) + requestOf('GET /open/b', H2C))
  expect((await c.response()).body).toBe('GET /open/a ')
  expect((await c.response()).body).toBe('GET /open/b ')
  expect(await c.rest()).toBe('')
})

test('curl --http2 is served over HTTP/1.1', async () => {
  const url = `http://127.0.0.1:${app.port}/open/x`
  const format = '%{http_code} %{http_version}'
  const curl = async (...args: string[]) =>
    (await promisify(execFile)('curl', ['-sS', '-o', '/dev/null', '-w', format, '-H', 'Host: app.test', ...args, url])).stdout
  expect(await curl('--http2')).toBe('200 1.1')
  expect(await curl('--http2', '-d', 'hello')).toBe('200 1.1')
  expect(await curl('--http2-prior-knowledge')).toBe('200 2')
})

describe('HEAD', () => {
  let service: RawService
  let proxy: TestProxy

  beforeAll(async () => {
    service = await startRawService((request) => request.answer('hello'))
    proxy = await startTestProxy([service.origin])
  })

  afterAll(async () => {
    await proxy?.close()
    await service?.close()
  })

  test('leaves its connection to the service open', async () => {
    const heads: string[] = []
    service.serve = (request) => {
      heads.push(`${request.nth} ${request.line} ${/^connection: .*$/im.exec(request.text)?.[0]}`)
      request.answer('hello')
    }
    const c = new RawClient(proxy.port)
    for (const line of ['HEAD /open/a', 'HEAD /open/b', 'GET /open/c', 'HEAD /open/d']) {
      c.send(requestOf(line, []))
      const response = await c.response(line.startsWith('HEAD'))
      expect([response.status, response.get('content-length')]).toEqual([200, '5'])
    }
    c.close()
    expect(heads).toEqual([
      '1 HEAD /open/a connection: keep-alive',
      '2 HEAD /open/b connection: keep-alive',
      '3 GET /open/c connection: keep-alive',
      '4 HEAD /open/d connection: keep-alive',
    ])
  })

  test('ends it where the service says so', async () => {
    service.serve = ({ socket }) => socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\n')
    const c = new RawClient(proxy.port)
    const before = service.requests.length
    for (let i = 0; i < 2; i++) {
      c.send(requestOf('HEAD /open/a', []))
      expect((await c.response(true)).status).toBe(200)
    }
    c.close()
    expect(service.requests).toHaveLength(before + 2)
    expect(service.mostSockets).toBeLessThanOrEqual(2)
  })
})
