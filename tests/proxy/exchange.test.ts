import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let upstream: TestUpstream
let app: TestProxy
let seen: { method: string; url: string; headers: IncomingMessage['headers']; rawHeaders: string[]; body: string }[]

/** What the path asks for. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const chunk of request) body += chunk
  const { method = '', url = '', headers, rawHeaders } = request
  seen.push({ method, url, headers, rawHeaders, body })
  if (url.endsWith('/empty')) response.writeHead(204).end()
  else if (url.endsWith('/unchanged')) response.writeHead(304, { etag: '"x"' }).end()
  else if (url.endsWith('/length')) response.writeHead(200, { 'content-length': 5 }).end('hello')
  else if (url.endsWith('/chunks')) {
    response.write('hello, ')
    response.end('world')
  } else if (url.endsWith('/hints')) {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' })
    response.end('after hints')
  } else if (url.endsWith('/odd-headers')) {
    response.writeHead(418, [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['X-Iap-Error', 'forged'],
      ['X_Iap_Request_Id', 'forged'],
      ['Connection', 'x-hop'],
      ['X-Hop', 'for the proxy'],
      ['Keep-Alive', 'timeout=5'],
      ['Content-Disposition', `attachment; filename=${Buffer.from('ü').toString('latin1')}`],
      ['Content-Length', '2'],
    ] as unknown as string[])
    // Node writes headers in the encoding of a text that follows.
    if (url.includes('late')) response.write(Buffer.alloc(0))
    setTimeout(() => response.end(Buffer.from('ok')), url.includes('late') ? 50 : 0)
  } else if (url.endsWith('/trailers')) {
    response.writeHead(200, { trailer: 'x-sum' })
    response.write('body')
    response.addTrailers({ 'x-sum': '4', 'x-iap-error': 'forged' })
    response.end()
  } else response.end(`${method} ${url} ${body}`)
}

beforeAll(async () => {
  upstream = await startUpstream((request, response) => void serve(request, response))
  app = await startTestProxy([upstream.origin], { limits: { linger: 300 } })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

beforeEach(() => {
  seen = []
})

/** On a connection of its own, kept open. */
function client(): RawClient {
  return new RawClient(app.port)
}

const get = (target: string, ...lines: string[]) => ['GET', target, ...lines] as const
const request = ([method, target, ...lines]: readonly string[], body = '') =>
  `${method} ${target} HTTP/1.1\nHost: app.test\n${lines.map((line) => `${line}\n`).join('')}\n${body}`

describe('answers', () => {
  test.each([
    ['/open/length', 'hello', 'content-length', '5'],
    ['/open/chunks', 'hello, world', 'transfer-encoding', 'chunked'],
  ])('%s keeps its framing and its connection', async (target, body, name, value) => {
    const c = client()
    for (let i = 0; i < 3; i++) {
      c.send(request(get(target)))
      const response = await c.response()
      expect([response.status, response.body, response.get(name)]).toEqual([200, body, value])
    }
    c.close()
  })

  test.each([
    ['HEAD', '/open/length', 200, '5'],
    ['HEAD', '/open/chunks', 200, undefined],
    ['GET', '/open/empty', 204, undefined],
    ['GET', '/open/unchanged', 304, undefined],
  ])('%s %s has no body, and the connection goes on', async (method, target, status, length) => {
    const c = client()
    c.send(request([method, target]))
    const response = await c.response(true)
    expect([response.status, response.get('content-length'), response.get('transfer-encoding')]).toEqual([
      status,
      length,
      undefined,
    ])
    c.send(request(get('/open/length')))
    expect(await c.response()).toMatchObject({ status: 200, body: 'hello' })
    c.close()
  })

  test('in HTTP/1.0 an answer of unknown length ends with its connection', async () => {
    const c = client()
    c.send('GET /open/chunks HTTP/1.0\nHost: app.test\n\n')
    const text = await c.rest()
    expect(text).toMatch(/\r\n\r\nhello, world$/)
    expect(text).not.toMatch(/transfer-encoding/i)
  })

  test.each(['/open/odd-headers', '/open/late/odd-headers'])(
    '%s: what a service may not say, and what it may',
    async (target) => {
      const c = client()
      c.send(request(get(target)))
      const response = await c.response()
      expect(response.status).toBe(418)
      const named = (name: string) => response.headers.filter(([each]) => each === name).map(([, value]) => value)
      expect(named('set-cookie')).toEqual(['a=1', 'b=2'])
      expect(named('content-disposition')).toEqual([`attachment; filename=${Buffer.from('ü').toString('latin1')}`])
      for (const name of ['x-iap-error', 'x_iap_request_id', 'x-hop']) expect(named(name)).toEqual([])
      c.close()
    },
  )

  test('early hints go before the answer, and trailers are left out', async () => {
    const c = client()
    c.send(request(get('/open/hints')))
    expect(await c.response()).toMatchObject({ status: 103 })
    expect(await c.response()).toMatchObject({ status: 200, body: 'after hints' })
    c.send(request(get('/open/trailers')))
    const response = await c.response()
    expect([response.body, response.get('trailer')]).toEqual(['body', undefined])
    c.close()
  })
})

describe('requests', () => {
  test('path and query arrive byte for byte', async () => {
    const c = client()
    for (const target of ['/open/a%20b/%7E~/?x=%2F&y=[1];z', '/open/', '/open/%252e', '/open/a?', "/open/!$&'()*+,=:@"]) {
      c.send(request(get(target)))
      await c.response()
      expect(seen.at(-1)?.url).toBe(target)
    }
    c.close()
  })

  test.each([
    ['with a length', ['Content-Length: 11'], 'hello world'],
    ['in chunks', ['Transfer-Encoding: chunked'], '5\nhello\n6\n world\n0\n\n'],
    ['in chunks with trailers', ['Transfer-Encoding: chunked'], 'b\nhello world\n0\nX-Iap-User: forged\n\n'],
  ])('a body %s', async (_, lines, body) => {
    const c = client()
    for (const method of ['POST', 'PUT', 'DELETE', 'GET']) {
      c.send(request([method, '/open/body', ...lines], body))
      const response = await c.response()
      expect([response.status, seen.at(-1)?.method, seen.at(-1)?.body]).toEqual([200, method, 'hello world'])
      expect(seen.at(-1)?.rawHeaders.join()).not.toContain('forged')
    }
    c.close()
  })

  test('a POST without a body has the length 0', async () => {
    const c = client()
    c.send(request(['POST', '/open/x']))
    expect((await c.response()).status).toBe(200)
    expect(seen[0]?.headers['content-length']).toBe('0')
    c.close()
  })

  test('what the service is told', async () => {
    const token = app.bearer()
    const c = client()
    c.send(
      request([
        'GET',
        '/users/x',
        `Authorization: ${token}`,
        'Cookie: a=1; b=2',
        'X_IAP_Assertion: forged',
        'X.Iap.User: forged',
        'x--iap-request-id: forged',
        'Forwarded: for=6.6.6.6',
        'X-Forwarded-For: 6.6.6.6',
        'X_Forwarded_Host: evil.test',
        'X-Forwarded-Prefix: /x',
        'X-Real-IP: 6.6.6.6',
        'X-Original-URL: /admin/x',
        'X-HTTP-Method-Override: DELETE',
        'Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
        'X-Request-Id: theirs',
        'Proxy-Authorization: Basic eA==',
        'X-Hop: x',
        'TE: trailers',
        'Connection: X-Hop, x-iap-assertion',
      ]),
    )
    expect((await c.response()).status).toBe(200)
    const { 'x-iap-assertion': assertion, 'x-iap-request-id': id, ...headers } = seen[0]?.headers ?? {}
    expect(headers).toEqual({
      host: 'app.test',
      connection: 'keep-alive',
      cookie: 'a=1; b=2',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      'x-request-id': 'theirs',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'app.test',
    })
    const [, claims = ''] = String(assertion).split('.')
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: 'app', sub: 'ann', identity: 'user' })
    const [record] = await app.audit(1, '/users/x')
    expect(record).toMatchObject({ requestId: id, traceId: '4bf92f3577b34da6a3ce929d0e0e4736' })
    expect(record?.strippedHeaders.toSorted()).toEqual(
      [
        'forwarded',
        'x--iap-request-id',
        'x-forwarded-for',
        'x-forwarded-prefix',
        'x-http-method-override',
        'x-original-url',
        'x-real-ip',
      ]
        .concat(['x.iap.user', 'x_forwarded_host', 'x_iap_assertion'])
        .toSorted(),
    )
    c.close()
  })

  test('the canonical host is what the service sees', async () => {
    const c = client()
    c.send('GET /open/x HTTP/1.1\nHost: APP.Test.:8443\n\n')
    await c.response()
    expect(seen[0]?.headers).toMatchObject({ host: 'app.test:8443', 'x-forwarded-host': 'app.test:8443' })
    c.close()
  })
})

describe('a connection', () => {
  test('answers what was sent ahead in order, refusals among them', async () => {
    const c = client()
    const targets = ['/open/length', '/admin/x', '/open/chunks', '/nowhere', '/open/empty', '/open/length']
    c.send(targets.map((target) => request(get(target))).join(''))
    const statuses: number[] = []
    for (const _ of targets) statuses.push((await c.response()).status)
    expect(statuses).toEqual([200, 401, 200, 403, 204, 200])
    c.close()
  })

  test('is used again after refusals with bodies that were not read', async () => {
    const c = client()
    for (let i = 0; i < 3; i++) {
      c.send(request(['POST', '/admin/x', 'Content-Length: 100000'], 'x'.repeat(100_000)))
      expect((await c.response()).status).toBe(401)
      c.send(request(['POST', '/admin/x', 'Transfer-Encoding: chunked'], '5\nGET /\n0\n\n'.replace('GET /', 'GET /')))
      expect((await c.response()).status).toBe(401)
    }
    c.send(request(get('/open/length')))
    expect((await c.response()).body).toBe('hello')
    expect(seen).toHaveLength(1)
    c.close()
  })

  test('ends when the rest of a refused body does not come', async () => {
    const c = client()
    c.send(request(['POST', '/admin/x', 'Content-Length: 100000'], 'x'))
    expect((await c.response()).status).toBe(401)
    expect(await c.rest()).toBe('')
  })

  test('a body is not asked for before the request is permitted', async () => {
    const c = client()
    c.send(request(['POST', '/admin/x', 'Content-Length: 5', 'Expect: 100-continue']))
    const refused = await c.response()
    expect([refused.status, refused.get('connection')]).toEqual([401, 'close'])
    const d = client()
    d.send(request(['POST', '/open/x', 'Content-Length: 5', 'Expect: 100-continue']))
    expect((await d.response()).status).toBe(100)
    d.send('hello')
    expect(await d.response()).toMatchObject({ status: 200, body: 'POST /open/x hello' })
    expect(seen[0]?.headers.expect).toBeUndefined()
    d.send(request(['POST', '/open/x', 'Content-Length: 5', 'Expect: x-100-continue'], 'hello'))
    const unknown = await d.response()
    expect([unknown.status, unknown.get('x-iap-error')]).toEqual([417, 'expectation-failed'])
    c.close()
    d.close()
  })

  test('is not turned into one of WebSocket by a handshake that is none', async () => {
    const upgrade = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: eA==', 'Sec-WebSocket-Version: 13']
    for (const [path, wanted] of [
      ['/admin/x', [401, 'unauthenticated']],
      ['/open/x', [400, 'websocket-handshake']],
    ] as const) {
      const c = client()
      c.send(request(get(path, ...upgrade)))
      const response = await c.response()
      expect([response.status, response.get('x-iap-error'), response.get('connection')]).toEqual([...wanted, 'close'])
      c.close()
    }
    expect(seen).toEqual([])
  })

  test.each([
    ['CONNECT app.test:443 HTTP/1.1\nHost: app.test\n\n', 405, 'method-not-allowed'],
    ['GET /open/x HTTP/1.1\n\n', 400, 'host-missing'],
    ['\x16\x03\x01 is TLS\n\n', 400, 'request-malformed'],
    [`GET /${'x'.repeat(9000)} HTTP/1.1\nHost: app.test\n\n`, 414, 'target-too-long'],
    [`GET /open/x HTTP/1.1\nHost: app.test\nX: ${'x'.repeat(20_000)}\n\n`, 431, 'headers-too-large'],
    [`GET /open/x HTTP/1.1\nHost: app.test\nX: ${'x'.repeat(200_000)}\n\n`, 431, 'headers-too-large'],
    [`GET /open/x HTTP/1.1\nHost: app.test\n${'X: x\n'.repeat(2500)}\n`, 431, 'headers-too-many'],
    ['POST /open/x HTTP/1.1\nHost: app.test\nTransfer-Encoding: chunked\n\nzz\n', 400, 'request-malformed'],
  ])('is answered and ended after %.40j', async (text, status, code) => {
    const c = client()
    c.send(text)
    const response = await c.response()
    expect([response.status, response.get('x-iap-error'), response.get('connection')]).toEqual([status, code, 'close'])
    expect(JSON.parse(response.body)).toMatchObject({ status, code, requestId: response.get('x-iap-request-id') })
    c.send(request(get('/open/length')))
    await c.rest()
    expect(seen).toEqual([])
  })
})

test('100 connections are counted and forgotten', async () => {
  const clients = Array.from({ length: 100 }, () => client())
  for (const c of clients) c.send(request(get('/open/length')))
  for (const c of clients) await c.response()
  expect(await app.metric('iap_connections')).toBeGreaterThanOrEqual(100)
  for (const c of clients) c.close()
  await eventually(async () => ((await app.metric('iap_connections')) === 0 ? true : undefined))
})
