/** Scripts of pages of other origins (WHATWG Fetch §3.2): preflights, answers, and refusals that they can read. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

const PAGE = 'https://page.example'
const POLICY = `
identity user via jwt { sub: string }
service app at "app.test" {
  route open    GET, POST "/open/{rest...}"
  route any     ANY       "/any/{rest...}"
  route options OPTIONS   "/options"
  route users   GET       "/users"
}
service free at "free.test" { route all ANY "/{rest...}" }
service none at "none.test" { route all ANY "/{rest...}" }
permit open_to_all on app.open, app.any, app.options, free.all, none.all to anyone
permit users_in on app.users to user
`

let upstream: TestUpstream
let proxy: TestProxy
let session: ClientHttp2Session
let seen: IncomingMessage[]
let serve: (request: IncomingMessage, response: ServerResponse) => void

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    seen.push(request)
    serve(request, response)
  })
  const at = `upstreams: ["${upstream.origin}"]`
  proxy = await startTestProxy([], {
    policy: POLICY,
    listener: 'http2: true',
    services: `{
      app: { ${at}, cors: { origins: [${PAGE}, "http://localhost:5173"], methods: [GET, PUT, OPTIONS], headers: [X-A, content-type], expose: [X-B], credentials: true, maxAge: 1h } },
      free: { ${at}, cors: { origins: ["*"] } },
      none: { ${at} }
    }`,
  })
  session = connect(proxy.origin)
})

beforeEach(() => {
  seen = []
  serve = (_, response) => response.end('fine')
})

afterAll(async () => {
  session?.destroy()
  await proxy?.close()
  await upstream?.close()
})

interface Told {
  readonly status: number
  readonly code: string | null
  readonly requestId?: string
  /** Every `access-control-` header, without that beginning, and `vary` as one list. */
  readonly cors: Readonly<Record<string, string>>
}

type Fields = Readonly<Record<string, string>>

async function overHttp1(line: string, fields: Fields): Promise<Told> {
  const [method = '', path = ''] = line.split(' ')
  const client = new RawClient(proxy.port)
  const lines = Object.entries({ host: 'app.test', ...fields }).map(([name, value]) => `${name}: ${value}\n`)
  client.send(`${method} ${path} HTTP/1.1\n${lines.join('')}\n`)
  const { status, headers } = await client.response(method === 'HEAD')
  client.close()
  return toldBy(status, headers)
}

async function overHttp2(line: string, { host = 'app.test', ...fields }: Fields): Promise<Told> {
  const [method = '', path = ''] = line.split(' ')
  const stream = session.request({ ':method': method, ':path': path, ':authority': host, ...fields }, { endStream: true })
  return new Promise((resolve, reject) => {
    stream.on('error', reject).on('response', (headers) => {
      const lines = Object.entries(headers).flatMap(([name, value]) =>
        [value].flat().map((each) => [name, String(each)] as const),
      )
      resolve(toldBy(Number(headers[':status']), lines))
    })
    stream.resume()
  })
}

function toldBy(status: number, headers: readonly (readonly [string, string])[]): Told {
  const cors: Record<string, string> = {}
  for (const [name, value] of headers) {
    const key = name.replace(/^access-control-/, '')
    if (key !== name || name === 'vary') cors[key] = key in cors ? `${cors[key]}, ${value}` : value
  }
  const of = (wanted: string) => headers.find(([name]) => name === wanted)?.[1]
  const requestId = of('x-iap-request-id')
  return { status, code: of('x-iap-error') ?? null, cors, ...(requestId !== undefined && { requestId }) }
}

const VARY = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers'

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('over %s', (version, ask) => {
  const preflight = (path: string, method: string, fields: Fields = {}) =>
    ask(`OPTIONS ${path}`, { origin: PAGE, 'access-control-request-method': method, ...fields })

  describe('a preflight', () => {
    const allowed = {
      'allow-origin': PAGE,
      'allow-credentials': 'true',
      'allow-methods': 'GET, PUT, OPTIONS',
      'allow-headers': 'x-a, content-type',
      'max-age': '3600',
      vary: VARY,
    }

    test.each<[string, string, Fields]>([
      ['for a method that a route has', 'GET', {}],
      ['for a method of any route', 'PUT', {}],
      ['with headers', 'GET', { 'access-control-request-headers': 'content-type,x-a' }],
      ['with headers in other letters', 'GET', { 'access-control-request-headers': 'X-A , Content-Type' }],
      ['with no headers', 'GET', { 'access-control-request-headers': '' }],
      ['with a credential that does not count', 'GET', { authorization: 'Bearer garbage' }],
    ])('%s is answered, and goes to no service', async (_name, method, fields) => {
      expect(await preflight('/any/x', method, fields)).toEqual({ status: 204, code: null, cors: allowed })
      expect(seen).toEqual([])
    })

    test('for a route that needs a caller is answered without one', async () => {
      expect(await preflight('/users', 'GET')).toEqual({ status: 204, code: null, cors: allowed })
    })

    test('is in the record', async () => {
      const path = `/any/recorded over ${version}`
      await preflight(encodeURI(path), 'GET')
      expect(await proxy.audit(1, path)).toMatchObject([
        {
          method: 'OPTIONS',
          route: 'app.any',
          service: 'app',
          effect: 'permit',
          status: 204,
          code: null,
          rules: [],
          caller: null,
          upstream: null,
          detail: 'a preflight, answered from the configuration',
        },
      ])
    })

    test('of any origin is answered the same for all', async () => {
      for (const origin of [PAGE, 'https://evil.example', 'null'])
        expect(await preflight('/x', 'DELETE', { origin, host: 'free.test' })).toEqual({
          status: 204,
          code: null,
          cors: {
            'allow-origin': '*',
            'allow-methods': 'DELETE',
            'allow-headers': 'authorization, content-type',
            'max-age': '600',
            vary: VARY,
          },
        })
    })

    test.each<[string, string, Fields, boolean]>([
      ['another origin', 'GET', { origin: 'https://evil.example' }, false],
      ['an origin that only begins so', 'GET', { origin: `${PAGE}.evil.example` }, false],
      ['an origin in capitals', 'GET', { origin: PAGE.toUpperCase() }, false],
      ['another scheme', 'GET', { origin: 'http://page.example' }, false],
      ['another port', 'GET', { origin: `${PAGE}:8443` }, false],
      ['no origin at all', 'GET', { origin: 'null' }, false],
      ['a method that is not listed', 'DELETE', {}, true],
      ['a header that is not listed', 'GET', { 'access-control-request-headers': 'x-a,authorization' }, true],
    ])('of %s is refused', async (_name, method, fields, known) => {
      const { status, code, cors, requestId } = await preflight('/any/x', method, fields)
      expect([status, code]).toEqual([403, 'cors-refused'])
      expect('allow-origin' in cors).toBe(known)
      expect(cors).not.toHaveProperty('allow-methods')
      expect(seen).toEqual([])
      expect(await proxy.record(requestId)).toMatchObject({
        effect: 'reject',
        code: 'cors-refused',
        detail: expect.stringMatching(/^(?:the origin|the method|a header) is not in `cors\./),
      })
    })

    test('of a request that no route takes is a request like any other', async () => {
      expect(await preflight('/nowhere', 'GET')).toMatchObject({ status: 403, code: 'no-route', cors: {} })
      // A route that takes OPTIONS, and not what is asked for.
      expect(await preflight('/options', 'GET')).toMatchObject({ status: 200 })
      expect(await preflight('/open/x', 'PUT')).toMatchObject({ status: 403, code: 'no-route' })
      expect(seen).toHaveLength(1)
    })

    test('of a service that is not configured for it is a request like any other', async () => {
      serve = (_request, response) => response.writeHead(204, { 'access-control-allow-origin': 'https://own.example' }).end()
      expect(await preflight('/x', 'GET', { host: 'none.test' })).toEqual({
        status: 204,
        code: null,
        cors: { 'allow-origin': 'https://own.example' },
      })
      expect(seen).toHaveLength(1)
    })

    test.each<[string, Fields]>([
      ['without an origin', { 'access-control-request-method': 'GET' }],
      ['without a method', { origin: PAGE }],
      ['for a method that no request has', { origin: PAGE, 'access-control-request-method': 'ge t' }],
    ])('%s is none', async (_name, fields) => {
      expect((await ask('OPTIONS /any/x', fields)).status).toBe(200)
      expect((await ask('OPTIONS /open/x', fields)).code).toBe('no-route')
      expect(seen).toHaveLength(1)
    })

    test('is OPTIONS', async () => {
      expect((await ask('GET /any/x', { origin: PAGE, 'access-control-request-method': 'GET' })).status).toBe(200)
      expect(seen).toHaveLength(1)
    })
  })

  describe('an answer', () => {
    beforeEach(() => {
      serve = (_, response) =>
        response
          .writeHead(200, {
            'Access-Control-Allow-Origin': '*',
            'access-control-allow-credentials': 'true',
            'access-control-expose-headers': 'x-secret',
            'access-control-allow-private-network': 'true',
            vary: 'accept-language',
          })
          .end('fine')
    })

    test('has what is configured, in place of what the service says', async () => {
      for (const line of ['GET /any/x', 'HEAD /any/x'])
        expect(await ask(line, { origin: PAGE })).toEqual({
          status: 200,
          code: null,
          cors: {
            'allow-origin': PAGE,
            'allow-credentials': 'true',
            'expose-headers': 'X-B',
            vary: 'accept-language, Origin',
          },
        })
    })

    test.each<[string, Fields]>([
      ['another origin', { origin: 'https://evil.example' }],
      ['no origin', {}],
    ])('to %s lets nobody read it', async (_name, fields) => {
      expect(await ask('GET /any/x', fields)).toEqual({ status: 200, code: null, cors: { vary: 'accept-language, Origin' } })
    })

    test('that everybody may read is the same for all', async () => {
      for (const fields of [{ origin: 'https://evil.example' }, {}])
        expect(await ask('GET /x', { host: 'free.test', ...fields })).toEqual({
          status: 200,
          code: null,
          cors: { 'allow-origin': '*', vary: 'accept-language' },
        })
    })

    test('of a service that is not configured goes on as it is', async () => {
      expect((await ask('GET /x', { host: 'none.test', origin: PAGE })).cors).toMatchObject({
        'allow-origin': '*',
        'expose-headers': 'x-secret',
      })
    })
  })

  describe('a refusal', () => {
    const readable = {
      'allow-origin': PAGE,
      'allow-credentials': 'true',
      'expose-headers':
        'X-B, WWW-Authenticate, DPoP-Nonce, Retry-After, RateLimit, RateLimit-Policy, X-Iap-Error, X-Iap-Request-Id',
      vary: 'Accept, Origin',
    }

    test('can be read by a script that may', async () => {
      expect(await ask('GET /users', { origin: PAGE })).toEqual({
        status: 401,
        code: 'unauthenticated',
        requestId: expect.any(String),
        cors: readable,
      })
      expect(await ask('GET /users', { origin: PAGE, authorization: 'Bearer garbage' })).toEqual({
        status: 401,
        code: 'token-malformed',
        requestId: expect.any(String),
        cors: readable,
      })
    })

    test('of what a service did not do, too', async () => {
      serve = (request) => void request.socket.destroy()
      expect(await ask('GET /any/x', { origin: PAGE })).toEqual({
        status: 502,
        code: 'upstream-closed',
        requestId: expect.any(String),
        cors: readable,
      })
    })

    test('can be read by no other', async () => {
      expect(await ask('GET /users', { origin: 'https://evil.example' })).toEqual({
        status: 401,
        code: 'unauthenticated',
        requestId: expect.any(String),
        cors: { vary: 'Accept, Origin' },
      })
      expect((await ask('GET /nowhere', { origin: PAGE })).cors).toEqual({ vary: 'Accept' })
    })
  })
})

test('a preflight with a body, and the request after it on the connection', async () => {
  const client = new RawClient(proxy.port)
  client.send(
    `OPTIONS /any/x HTTP/1.1\nHost: app.test\nOrigin: ${PAGE}\nAccess-Control-Request-Method: GET\nContent-Length: 5\n\nhello`,
  )
  client.send('GET /any/x HTTP/1.1\nHost: app.test\n\n')
  expect((await client.response()).status).toBe(204)
  expect(await client.response()).toMatchObject({ status: 200, body: 'fine' })
  client.close()
  expect(seen.map(({ method }) => method)).toEqual(['GET'])
})

test('a header that asks in two lines asks for nothing that is allowed', async () => {
  const client = new RawClient(proxy.port)
  const two = 'Access-Control-Request-Headers: x-a\nAccess-Control-Request-Headers: x-a\n'
  client.send(`OPTIONS /any/x HTTP/1.1\nHost: app.test\nOrigin: ${PAGE}\nAccess-Control-Request-Method: GET\n${two}\n`)
  expect((await client.response()).get('x-iap-error')).toBe('cors-refused')
  client.close()
})
