import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createVerifier } from '../../sdk/verify/index.ts'
import { ask } from '../support/ask.ts'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { CLIENT_SECRET, type LoginProvider, startLoginProvider } from '../support/login-provider.ts'
import { type Nginx, nginx, startNginx } from '../support/nginx.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { nginxConfig } from './nginx-config.ts'

const POLICY = `
identity user via jwt { sub: string, groups: set<string> }
identity staff via oidc { sub: string, groups: set<string> }

service app at "app.test", "app.localhost" {
  route open  ANY "/open/{rest...}"
  route users ANY "/users/{rest...}"
  route admin ANY "/admin/{rest...}"
  route few   GET "/few"
  route order POST "/orders" body { amount: int }
}

permit open_to_all on app.open to anyone header "x-tier" = "open"
permit users_in on app.users to user, staff
permit few on app.few to anyone limit 1 per 1h
permit small on app.order to anyone when body.amount < 100
permit admins_in on app.admin to user when "admins" in caller.groups
`

let upstream: TestUpstream
let provider: LoginProvider
let app: TestProxy
let front: Nginx
let seen: IncomingMessage[]

const hostOf = (url: string | undefined) => new URL(url ?? '').host

beforeAll(async () => {
  if (nginx === null) return
  upstream = await startUpstream((request, response) => {
    seen.push(request)
    const [, status = '200'] = /^\/open\/([0-9]{3})$/.exec(request.url ?? '') ?? []
    request.resume().on('end', () => response.writeHead(Number(status)).end('service'))
  })
  upstream.server.on('upgrade', (_, socket) => {
    // Ends with its client, or it would keep the server.
    socket.on('end', () => socket.end()).resume()
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  })
  provider = await startLoginProvider({ origins: () => [`http://app.localhost:${front.port}`] })
  const { issuer, clientId } = provider
  app = await startTestProxy([upstream.origin], {
    policy: POLICY,
    listener:
      'trust: { proxies: [127.0.0.1] } }, { address: "127.0.0.1:0", protocol: forward-auth, original: x-original, clients: [{ address: 127.0.0.1 }]',
    others: [`staff: { issuer: "${issuer}", clientId: ${clientId}, clientSecret: { file: ./secret }, scopes: [profile] }`],
    files: { secret: CLIENT_SECRET },
  })
  const [proxy, checks] = app.proxy.addresses
  front = await startNginx(nginxConfig({ checks: hostOf(checks), proxy: hostOf(proxy), service: hostOf(upstream.origin) }))
})

beforeEach(() => {
  seen = []
})

afterAll(async () => {
  await front?.close()
  await app?.close()
  await provider?.close()
  await upstream?.close()
})

const PAGE = ['Accept: text/html']

describe.skipIf(nginx === null)('nginx', () => {
  test('a permit: the service verifies the assertion', async () => {
    const answer = await ask(front.port, 'GET /users/a', [`Authorization: ${app.bearer({ sub: 'ann' })}`])
    expect([answer.status, answer.body]).toEqual([200, 'service'])
    const [request] = seen as [IncomingMessage]
    const verifier = createVerifier({ audience: 'app', jwks: `${app.origin}/.well-known/iap/jwks.json` })
    expect(await verifier.verifyRequest(request)).toMatchObject({ identity: 'user', subject: 'ann' })
    const record = await app.record(String(request.headers['x-iap-request-id']))
    expect(record).toMatchObject({ status: 200, effect: 'permit', route: 'app.users', host: 'app.test', source: '127.0.0.1' })
  })

  test('a permit without a caller, with the headers of its rule, and without forged ones', async () => {
    const forged = ['X-Iap-Assertion: forged', 'x-iap-assertion: forged', 'X-Iap-Request-Id: 1', 'X-Tier: gold', 'Cookie: a=1']
    expect((await ask(front.port, 'GET /open/a', forged)).status).toBe(200)
    const [request] = seen as [IncomingMessage]
    expect(request.headersDistinct['x-iap-assertion']).toHaveLength(1)
    expect(request.headersDistinct['x-iap-assertion']?.[0]).not.toContain('forged')
    expect([request.headers['x-tier'], request.headers.cookie]).toEqual(['open', 'a=1'])
    expect(request.headersDistinct['x-iap-request-id']).toHaveLength(1)
  })

  test('credentials reach the service only if the proxy has not consumed them', async () => {
    const bearer = `Authorization: ${app.bearer()}`
    expect((await ask(front.port, 'GET /users/a', [bearer, 'X-Api-Key: k'])).status).toBe(200)
    expect([seen[0]?.headers.authorization, seen[0]?.headers['x-api-key']]).toEqual([undefined, 'k'])
  })

  test('a program without a credential: 401 with how to authenticate, once', async () => {
    const answer = await ask(front.port, 'GET /users/a')
    expect([answer.status, answer.get('x-iap-error'), JSON.parse(answer.body).code]).toEqual([
      401,
      'unauthenticated',
      'unauthenticated',
    ])
    expect(answer.headers.filter(([name]) => name === 'www-authenticate')).toHaveLength(1)
    expect(answer.get('x-iap-refusal')).toBeUndefined()
    expect(seen).toEqual([])
  })

  test('a person who may not: the page of the refusal, with its record', async () => {
    const answer = await ask(front.port, 'GET /admin/a', [`Authorization: ${app.bearer()}`, ...PAGE])
    expect([answer.status, answer.get('content-type')]).toEqual([403, 'text/html; charset=utf-8'])
    const requestId = answer.get('x-iap-request-id') ?? ''
    expect(answer.body).toContain(requestId)
    expect(await app.record(requestId)).toMatchObject({ status: 403, code: 'denied', route: 'app.admin' })
    expect(await app.audit(1, '/admin/a')).toHaveLength(1)
  })

  test.each(['HEAD', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s that is refused', async (method) => {
    const answer = await ask(front.port, `${method} /admin/m`, [], method === 'POST' ? 'x=1' : '')
    expect([answer.status, answer.get('x-iap-error')]).toEqual([401, 'unauthenticated'])
    expect(await app.record(answer.get('x-iap-request-id'))).toMatchObject({ method, status: 401 })
    expect(seen).toEqual([])
  })

  test.each(['HEAD', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s that is permitted, with its body', async (method) => {
    const answer = await ask(front.port, `${method} /open/m`, [], method === 'POST' ? 'x=1' : '')
    expect([answer.status, seen[0]?.method]).toEqual([200, method])
  })

  test('a limit counts once, and its refusal is 429', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) statuses.push((await ask(front.port, 'GET /few')).status)
    expect(statuses).toEqual([200, 429, 429])
    expect(await app.audit(3, '/few')).toHaveLength(3)
  })

  test('a rule that reads the body refuses, as nginx does not send it', async () => {
    const answer = await ask(front.port, 'POST /orders', ['Content-Type: application/json'], '{"amount":1}')
    expect([answer.status, answer.get('x-iap-error'), seen]).toEqual([413, 'body-incomplete', []])
  })

  test('signing in: through the provider and back', async () => {
    const person = new CookieClient(undefined, true)
    const address = `http://app.localhost:${front.port}/users/page?x=1`
    const first = await person.send(address, { headers: NAVIGATION })
    expect([first.status, new URL(first.location ?? '').origin]).toEqual([302, provider.issuer])
    const form = await person.open(address)
    const page = await person.submit(form, { account: 'ann' })
    expect([page.status, page.body, page.url.href]).toEqual([200, 'service', address])
    expect(seen.at(-1)?.headers.cookie).toBeUndefined()
    const again = await person.send(address, { headers: { cookie: `${person.cookiesFor(address)}; b=2` } })
    expect([again.status, seen.at(-1)?.headers.cookie]).toEqual([200, 'b=2'])
  })
})

describe.skipIf(nginx === null)('what a client sends about itself', () => {
  test.each([
    'X-Original-URL: http://app.test/open/a',
    'X-Original-URI: /open/a',
    'X-Original-Method: OPTIONS',
    'X-Original_URL: http://app.test/open/a',
    'X-Forwarded-Uri: /open/a',
    'X-Forwarded-Proto: https',
    'X-Real-IP: 10.0.0.1',
    'X-HTTP-Method-Override: DELETE',
    'X-Forwarded-Host: other.test',
    'X-Rewrite-URL: /open/a',
    'X-Iap-Refusal: AAAA',
    'Forwarded: for=10.0.0.1',
    'X-Forwarded-For: 10.0.0.1',
  ])('%s changes neither the decision nor what the service sees', async (line) => {
    const refused = await ask(front.port, 'GET /admin/a', [line, line])
    expect([refused.status, refused.get('x-iap-error')]).toEqual([401, 'unauthenticated'])
    const { route, source, rawPath, method } = await app.record(refused.get('x-iap-request-id'))
    expect([route, source, rawPath, method]).toEqual(['app.admin', '127.0.0.1', '/admin/a', 'GET'])
    expect((await ask(front.port, 'GET /open/a', [line, line])).status).toBe(200)
    const [name = '', value = ''] = line.split(': ')
    const arrived = seen[0]?.headersDistinct[name.toLowerCase()] ?? []
    expect(arrived).not.toContain(value)
  })

  test.each([
    'Remote-User: admin',
    'X-Forwarded-User: admin',
    'X-Auth-Request-Email: a@b',
    'X-Forwarded-Client-Cert: x',
    'X-Iap-Caller: x',
  ])('%s, which nginx cannot remove by a pattern, is refused', async (line) => {
    const answer = await ask(front.port, 'GET /open/a', [line])
    expect([answer.status, answer.get('x-iap-error'), seen]).toEqual([400, 'header-reserved', []])
    const record = await app.record(answer.get('x-iap-request-id'))
    expect(record).toMatchObject({ detail: line.split(':')[0]?.toLowerCase(), status: 400, upstream: null })
  })

  test.each(['Remote_User: admin', 'X.Forwarded.User: admin', 'X_Iap_Assertion: x'])('%s does not pass nginx', async (line) => {
    expect((await ask(front.port, 'GET /open/a', [line])).status).toBe(200)
    expect(Object.keys(seen[0]?.headers ?? {})).not.toContain(line.split(':')[0]?.toLowerCase())
  })
})

describe.skipIf(nginx === null)('over HTTP/2', () => {
  async function over(headers: OutgoingHttpHeaders): Promise<[status: number | undefined, code: string | undefined]> {
    const session = connect(`http://127.0.0.1:${front.http2}`)
    const stream = session.request({ ':authority': 'app.test', ...headers }).resume()
    const [answer] = (await once(stream, 'response')) as [IncomingHttpHeaders]
    await once(stream, 'close')
    session.close()
    return [Number(answer[':status']), answer['x-iap-error'] as string | undefined]
  }

  test('permits and refusals', async () => {
    expect(await over({ ':path': '/open/a%20b' })).toEqual([200, undefined])
    expect(seen[0]?.url).toBe('/open/a%20b')
    expect(await over({ ':path': '/admin/a' })).toEqual([401, 'unauthenticated'])
    expect(await over({ ':path': '/open/../admin/a' })).toEqual([400, 'dot-segment'])
    expect(await over({ ':path': '/open/a', ':authority': 'other.test' })).toEqual([403, 'no-route'])
  })
})

describe.skipIf(nginx === null)('a WebSocket', () => {
  test.each([
    ['no origin', [], 101],
    ['its own origin', ['Origin: http://app.test'], 101],
    ['another origin', ['Origin: http://evil.test'], 403],
  ])('of a page of %s', async (_, lines, status) => {
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
    const client = new RawClient(front.port)
    const head = [...upgrade, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', ...lines].join('\n')
    client.send(`GET /open/socket HTTP/1.1\nHost: app.test\n${head}\n\n`)
    expect((await client.response(true)).status).toBe(status)
    client.close()
  })
})

describe.skipIf(nginx === null)('of two blocks', () => {
  test('the one that a URL as target selects does not get a request that was decided for the other', async () => {
    const client = new RawClient(front.port)
    client.send('GET http://block.test/open/a HTTP/1.1\nHost: app.test\n\n')
    expect([(await client.response()).status, seen]).toEqual([400, []])
    client.close()
  })
})

test('another protocol than WebSocket is not passed', { skip: nginx === null }, async () => {
  expect((await ask(front.port, 'GET /open/a', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'])).status).toBe(200)
  expect(seen[0]?.headers.upgrade).toBeUndefined()
})

test('the documentation has the directives that are tested here', () => {
  const text = readFileSync(new URL('../../docs/forward-auth.md', import.meta.url), 'utf8')
  const samples = [...text.matchAll(/```nginx\n(.*?)```/gs)].map(([, sample = '']) => sample.replace(/ *#.*/g, ''))
  const addresses = { checks: 'checks', proxy: 'proxy', service: 'service' }
  const tested = new Set(directivesOf(nginxConfig(addresses)(1, 2)))
  const untested = directivesOf(samples.join('\n')).filter((each) => !tested.has(each) && !each.startsWith('include '))
  expect([samples.length, untested]).toEqual([2, []])
})

/** Names of headers have any case, and spaces any number. */
function directivesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' ').toLowerCase())
    .filter((line) => line.endsWith(';') || line.startsWith('map ') || line.startsWith('if '))
}

describe.skipIf(nginx === null)('the service', () => {
  test.each([401, 403, 404, 500])('answers %i itself, which is no refusal', async (status) => {
    const answer = await ask(front.port, `GET /open/${status}`)
    expect([answer.status, answer.body, answer.get('x-iap-error')]).toEqual([status, 'service', undefined])
  })
})

describe.skipIf(nginx === null)('paths', () => {
  test.each(['/open/a%20b', '/open/a%41', '/open/a?x=%2F..//', '/open/', '/open/%E2%82%AC', '/open/a+b', '/open/a.b/..c'])(
    '%s reaches the service byte for byte',
    async (path) => {
      expect((await ask(front.port, `GET ${path}`)).status).toBe(200)
      expect(seen[0]?.url).toBe(path)
    },
  )

  test.each([
    ['/open/a%2Fb', 'encoded-slash'],
    ['/open/..%2Fadmin/a', 'encoded-slash'],
    ['/open/../admin/a', 'dot-segment'],
    ['/open/%2e%2e/admin/a', 'dot-segment'],
    ['/open/./a', 'dot-segment'],
    ['//open/a', 'empty-segment'],
    ['/open//a', 'empty-segment'],
    ['/open/a;b', 'semicolon'],
    ['/open/a%5Cb', 'backslash'],
    ['/open/a%0ab', 'control-byte'],
    ['/open/a%ff', 'utf8-invalid'],
    ['/.iap/../open/a', 'dot-segment'],
    ['/admin/../open/a', 'dot-segment'],
  ])('%s is refused as the proxy refuses it', async (path, code) => {
    const answer = await ask(front.port, `GET ${path}`)
    expect([answer.status, answer.get('x-iap-error'), seen]).toEqual([400, code, []])
  })

  test.each(['/.iap-check', '/.iap/refusal', '/.iap/../.iap-check', '/open/../.iap/refusal', '/.iap/..%2fopen/a'])(
    '%s gives nothing away',
    async (path) => {
      const answer = await ask(front.port, `GET ${path}`, ['X-Original-URL: http://app.test/open/a', 'X-Iap-Refusal: A'])
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect([answer.get('x-iap-assertion'), seen]).toEqual([undefined, []])
    },
  )

  test.each([
    ['a URL as target', 'GET http://other.test/open/a HTTP/1.1\nHost: app.test\n\n'],
    ['a URL without a path', 'GET http://app.test?/open/a HTTP/1.1\nHost: app.test\n\n'],
    ['a host with a query', 'GET /admin/a HTTP/1.1\nHost: app.test?\n\n'],
    ['a host with a path', 'GET /admin/a HTTP/1.1\nHost: app.test/open\n\n'],
    ['a host with a user', 'GET /admin/a HTTP/1.1\nHost: app.test@other.test\n\n'],
    ['two hosts', 'GET /open/a HTTP/1.1\nHost: app.test\nHost: other.test\n\n'],
    ['no host', 'GET /open/a HTTP/1.0\n\n'],
  ])('%s is decided on as the service sees it', async (_, text) => {
    const client = new RawClient(front.port)
    client.send(text)
    const { status } = await client.response()
    client.close()
    const [request] = seen
    if (status !== 200) return expect([status >= 400, seen]).toEqual([true, []])
    expect([request?.url, request?.headers.host]).toEqual(['/open/a', 'app.test'])
    const record = await app.record(String(request?.headers['x-iap-request-id']))
    expect([record.rawPath, record.host]).toEqual(['/open/a', 'app.test'])
  })
})
