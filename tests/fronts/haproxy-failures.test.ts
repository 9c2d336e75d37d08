import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { InteropRun } from '../../interop/support/interop-run.ts'
import { hasHaproxy } from '../support/haproxy.ts'
import { RawClient } from '../support/raw-client.ts'
import { testAuthority } from '../support/test-authority.ts'
import { until } from '../support/until.ts'
import { type Answer, askRaw } from './ask.ts'
import { type FakeServer, PERMIT, type Received, startFake, startGarbage } from './fake-checks.ts'
import { HAPROXY_SAMPLES, type HaproxyFront, type HaproxyOptions, startHaproxyFront } from './haproxy-front.ts'

const skip = !hasHaproxy()

let run: InteropRun
let service: FakeServer

beforeEach(async () => {
  run = new InteropRun('haproxy-failures')
  service = await startFake((_, response) => response.writeHead(200, { 'x-iap-error': 'forged' }).end('service'))
  run.defer(() => service.close())
})

afterEach(() => run.cleanUp())

async function front(checks: string, options: HaproxyOptions = {}, proxy = '127.0.0.1:9'): Promise<HaproxyFront> {
  const started = await startHaproxyFront({ checks, proxy, service: service.address }, options)
  run.defer(() => started.close())
  return started
}

/** A front whose checks are answered by `answer`. */
async function frontWith(answer: (check: Received, response: ServerResponse) => void, options: HaproxyOptions = {}) {
  const checks = await startFake(answer)
  run.defer(() => checks.close())
  return { checks, ...(await front(checks.address, options)) }
}

const permit = (_: Received, response: ServerResponse, more: Readonly<Record<string, string | string[]>> = {}) =>
  void response.writeHead(200, { ...PERMIT, ...more }).end()

const ask = (port: number, line: string, lines: readonly string[] = [], body = ''): Promise<Answer> =>
  askRaw(port, `${[`${line} HTTP/1.1`, 'Host: shop.localhost', 'Connection: close', ...lines].join('\n')}\n\n${body}`)

describe.skipIf(skip)('without a decision', () => {
  test('nothing listens: 503', async () => {
    // A port of its own until HAProxy has its: one that was free a moment ago may become that of HAProxy itself.
    const checks = await startFake(permit)
    const { port, log } = await front(checks.address)
    await checks.close()
    expect([(await ask(port, 'GET /open/a')).status, service.received]).toEqual([503, []])
    await until(() => log().includes('iap="no decision: status 503"'))
  })

  test('a slow answer: 503 when the time is over, with one check', async () => {
    const { checks, port } = await frontWith(() => {}, { edits: { 'timeout server 5s': 'timeout server 300ms' } })
    expect([(await ask(port, 'GET /open/a')).status, service.received]).toEqual([503, []])
    expect(checks.received).toHaveLength(1)
  })

  test('a restart: requests are refused meanwhile, and permitted again', async () => {
    const first = await startFake(permit)
    const { port } = await front(first.address)
    expect((await ask(port, 'GET /open/1')).status).toBe(200)
    await first.close()
    expect((await ask(port, 'GET /open/2')).status).toBe(503)
    const second = await startFake(permit, Number(first.address.split(':')[1]))
    run.defer(() => second.close())
    expect((await ask(port, 'GET /open/3')).status).toBe(200)
    expect(service.received.map(({ url }) => url)).toEqual(['/open/1', '/open/3'])
  })

  const ID = 'X-Iap-Request-Id: r1\n'
  const BOTH = `${ID}X-Iap-Assertion: a.b.c\n`
  test.each([
    ['no HTTP', 'hello\n\n'],
    ['nothing', ''],
    ['a part of a head', `HTTP/1.1 200 OK\n${ID}`],
    ['a permit without an assertion', `HTTP/1.1 200 OK\n${ID}Content-Length: 0\n\n`],
    ['a permit without an id', 'HTTP/1.1 200 OK\nX-Iap-Assertion: a.b.c\nContent-Length: 0\n\n'],
    ['a permit with two assertions', `HTTP/1.1 200 OK\n${BOTH}X-Iap-Assertion: a.b.c\nContent-Length: 0\n\n`],
    ['a permit with two ids', `HTTP/1.1 200 OK\n${BOTH}${ID}Content-Length: 0\n\n`],
    ['a permit with an empty assertion', `HTTP/1.1 200 OK\n${ID}X-Iap-Assertion:\nContent-Length: 0\n\n`],
    ['another status of success', `HTTP/1.1 204 No Content\n${BOTH}\n`],
    ['an unknown status', `HTTP/1.1 299 Yes\n${BOTH}Content-Length: 0\n\n`],
    ['a status beyond all', `HTTP/1.1 999 Yes\n${BOTH}Content-Length: 0\n\n`],
    ['an upgrade', `HTTP/1.1 101 Switching Protocols\n${BOTH}Upgrade: x\nConnection: upgrade\n\n`],
    ['a page of another server', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'],
    ['a refusal of another server', 'HTTP/1.1 403 Forbidden\nContent-Length: 5\n\nhello'],
    ['too many headers', `HTTP/1.1 200 OK\n${BOTH}${'X: y\n'.repeat(150)}Content-Length: 0\n\n`],
    ['a head that is too long', `HTTP/1.1 200 OK\n${BOTH}X: ${'y'.repeat(40_000)}\nContent-Length: 0\n\n`],
  ])('the answer is %s: 503', async (_, answer) => {
    const checks = await startGarbage(() => answer)
    run.defer(() => checks.close())
    const { port } = await front(checks.address)
    const { status, headers } = await ask(port, 'GET /open/a')
    expect([status, headers.get('x-iap-assertion'), service.received]).toEqual([503, undefined, []])
  })

  test.each([
    ['an error', 'error("broken")'],
    ['an endless loop', 'while true do end'],
    ['a return', 'do return end'],
  ])('%s in the action: 503', async (_, code) => {
    const edits = {
      'local check, fault = check_of(txn, headers)': `${code} local check, fault = check_of(txn, headers)`,
      'maxconn 4000': 'maxconn 4000\n    tune.lua.session-timeout 200ms',
    }
    const { port } = await frontWith(permit, { edits })
    expect([(await ask(port, 'GET /open/a')).status, service.received]).toEqual([503, []])
  })
})

describe.skipIf(skip)('headers', () => {
  test('that have no room: the request is refused, and HAProxy goes on', async () => {
    const { port } = await frontWith((check, response) => permit(check, response, { 'x-tier': 'y'.repeat(12_000) }))
    expect((await ask(port, 'GET /open/a', [`X-Long: ${'x'.repeat(30_000)}`])).status).toBe(400)
    expect((await ask(port, 'GET /open/a', [`X-Long: ${'x'.repeat(22_000)}`])).status).toBeGreaterThanOrEqual(500)
    expect(service.received).toEqual([])
    expect((await ask(port, 'GET /open/a')).status).toBe(200)
    expect(service.received[0]?.lines['x-tier']?.[0]).toHaveLength(12_000)
  })

  test.each([88, 89, 95, 200])('%i lines: no more than HAProxy’s client can carry', async (count) => {
    const { checks, port } = await frontWith(permit)
    const lines = Array.from({ length: count }, (_, at) => `X-${at % 7}: ${at}`)
    const { status } = await ask(port, 'GET /open/a', lines)
    if (count <= 88) {
      expect([status, service.received.length]).toEqual([200, 1])
      const sent = Object.entries(checks.received[0]?.lines ?? {}).filter(([name]) => /^x-[0-9]$/.test(name))
      expect(sent.flatMap(([, values]) => values ?? []).length).toBe(88)
    } else expect([[400, 431].includes(status), service.received]).toEqual([true, []])
    expect((await ask(port, 'GET /open/a')).status).toBe(200)
  })

  test('are asked about line by line, in their order, and nothing is added', async () => {
    const { checks, port } = await frontWith(permit)
    await ask(port, 'GET /open/a?x=1?', ['X-Tenant: b', 'X-Other: 1', 'X-Tenant: a', 'X-Tenant:', 'X-Iap-Absent: x-tenant'])
    const [check] = checks.received
    expect(check?.lines['x-tenant']).toEqual(['b', 'a', ''])
    expect(Object.keys(check?.lines ?? {}).sort()).toEqual([
      'host',
      ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-method', 'x-forwarded-proto', 'x-forwarded-uri'],
      ...['x-other', 'x-tenant'],
    ])
    expect([check?.lines['x-forwarded-uri'], check?.lines['x-forwarded-for']]).toEqual([['/open/a?x=1?'], ['127.0.0.1']])
    await ask(port, 'GET /open/a', ['Accept: a', 'Accept: b', 'User-Agent: c'])
    expect([checks.received[1]?.lines.accept, checks.received[1]?.lines['user-agent']]).toEqual([['a', 'b'], ['c']])
  })

  test('of a permit replace those of the client, and `x-iap-remove` removes any', async () => {
    const { port } = await frontWith((check, response) =>
      permit(check, response, { 'x-tier': 'open', cookie: 'b=2', 'x-iap-remove': 'x-secret, X-Other', ratelimit: '"a";r=1' }),
    )
    const sent = ['X-Tier: gold', 'X-Tier: x', 'Cookie: s=1; b=2', 'X-Secret: 1', 'X-Secret: 2', 'X-Other: 3', 'Authorization: x']
    const { headers } = await ask(port, 'GET /open/a', [...sent, 'DPoP: y', 'X-Api-Key: z', 'X-Kept: 1'])
    const { lines } = service.received[0] as Received
    expect([lines['x-tier'], lines.cookie, lines['x-kept']]).toEqual([['open'], ['b=2'], ['1']])
    for (const name of ['x-secret', 'x-other', 'authorization', 'dpop', 'x-api-key', 'x-iap-remove', 'ratelimit'])
      expect([name, lines[name]]).toEqual([name, undefined])
    expect([headers.get('ratelimit'), headers.get('x-iap-error')]).toEqual(['"a";r=1', undefined])
  })
})

describe.skipIf(skip)('a refusal', () => {
  const refuse = (status: number, body: string) => (_: Received, response: ServerResponse) =>
    void response
      .writeHead(status, {
        ...{ 'x-iap-request-id': 'r2', 'x-iap-error': 'denied', 'content-type': 'text/html', location: '/x' },
        'set-cookie': ['a=1; Secure', 'b=2'],
        'content-length': body.length,
      })
      .end(body)

  test.each([302, 401, 403, 404, 429, 503])('%i has its status, each cookie, and its page', async (status) => {
    const { port } = await frontWith(refuse(status, '<p>no</p>'))
    const { headers, ...answer } = await ask(port, 'GET /open/a')
    expect([answer.status, answer.body, headers.get('content-length')]).toEqual([status, '<p>no</p>', '9'])
    expect(headers.get('set-cookie')?.split('\n').sort()).toEqual(['a=1; Secure', 'b=2'])
    expect([headers.get('location'), headers.get('x-iap-error'), service.received]).toEqual(['/x', 'denied', []])
    expect(await ask(port, 'HEAD /open/a')).toMatchObject({ status, body: '' })
  })

  test('that is too long for a buffer loses its page', async () => {
    const { port } = await frontWith(refuse(403, 'x'.repeat(60_000)))
    expect(await ask(port, 'GET /open/a')).toMatchObject({ status: 403, body: '' })
  })

  test('that is cut loses its page', async () => {
    const checks = await startGarbage(() => 'HTTP/1.1 403 No\nX-Iap-Request-Id: r1\nContent-Length: 50\n\n<p>')
    run.defer(() => checks.close())
    const { port } = await front(checks.address)
    const { status, body } = await ask(port, 'GET /open/a')
    expect([status >= 400, body.includes('<p>'), service.received]).toEqual([true, false, []])
  })
})

describe.skipIf(skip)('bodies', () => {
  test('with a length are sent with the check, if they fit', async () => {
    const { checks, port } = await frontWith(permit)
    const send = (lines: readonly string[], body: string) => ask(port, 'POST /open/a', lines, body)
    await send(['Content-Length: 10'], '{"a":"ü"} ')
    await send(['Content-Length: 20000'], 'x'.repeat(20_000))
    await send(['Content-Length: 24570'], 'x'.repeat(24_570))
    await send(['Content-Length: 500000'], 'x'.repeat(500_000))
    await send(['Transfer-Encoding: chunked'], '5\nhello\n0\n\n')
    expect(service.received.map(({ body }) => body.length)).toEqual([10, 20_000, 24_570, 500_000, 5])
    expect(checks.received.map(({ body }) => body.length)).toEqual([10, 20_000, 0, 0, 0])
    expect(checks.received[0]?.body).toBe(service.received[0]?.body)
  })

  test('that wait for `100 Continue` are read', async () => {
    const { checks, port } = await frontWith(permit)
    const client = new RawClient(port)
    client.send('POST /open/a HTTP/1.1\nHost: shop.localhost\nContent-Length: 5\nExpect: 100-continue\n\n')
    expect((await client.response()).status).toBe(100)
    client.send('hello')
    expect((await client.response()).status).toBe(200)
    client.close()
    expect([checks.received[0]?.body, service.received[0]?.body]).toEqual(['hello', 'hello'])
  })

  test('that stop are refused', async () => {
    const { checks, port } = await frontWith(permit, { edits: { 'wait-for-body time 10s': 'wait-for-body time 300ms' } })
    expect((await ask(port, 'POST /open/a', ['Content-Length: 10'], 'x')).status).toBe(408)
    expect([checks.received, service.received]).toEqual([[], []])
  })
})

describe.skipIf(skip)('connections', () => {
  test('to the proxy are used again, and many requests at once get each its own decision', async () => {
    const { checks, port } = await frontWith((check, response) => {
      const [uri = ''] = check.lines['x-forwarded-uri'] ?? []
      const decide = () =>
        uri.endsWith('0')
          ? response.writeHead(403, { 'x-iap-request-id': uri, 'content-length': 0 }).end()
          : permit(check, response, { 'x-tier': uri })
      setTimeout(decide, 5)
    })
    for (let at = 1; at < 10; at++) expect((await ask(port, `GET /open/${at}`)).status).toBe(200)
    expect(checks.connections()).toBeLessThanOrEqual(3)
    const all = Array.from({ length: 300 }, (_, at) => `/open/many-${at}`)
    const answers = await Promise.all(all.map((path) => ask(port, `GET ${path}`)))
    expect(answers.map(({ status }) => status)).toEqual(all.map((path) => (path.endsWith('0') ? 403 : 200)))
    for (const { url, lines } of service.received) expect(lines['x-tier']).toEqual([url])
    expect(service.received).toHaveLength(9 + 270)
  })

  test('of a client carry one decision after the other, also pipelined', async () => {
    let permits = true
    const { port } = await frontWith((check, response) => {
      if (check.lines['x-forwarded-uri']?.[0] === '/refused')
        response.writeHead(403, { 'x-iap-request-id': 'r2', 'content-length': 0 }).end()
      else if (permits) permit(check, response)
      else response.writeHead(200, { 'content-length': 0 }).end()
    })
    const client = new RawClient(port)
    const head = (path: string) => `GET ${path} HTTP/1.1\nHost: shop.localhost\n\n`
    client.send(`${head('/1')}${head('/refused')}${head('/2')}`)
    for (const status of [200, 403, 200]) expect((await client.response()).status).toBe(status)
    permits = false
    client.send(head('/3'))
    expect((await client.response()).status).toBe(503)
    client.close()
    expect(service.received.map(({ url }) => url)).toEqual(['/1', '/2'])
  })

  test('of clients that leave before their decision end, and HAProxy goes on', async () => {
    let slow = true
    const { checks, port } = await frontWith((check, response) => {
      if (!slow) permit(check, response)
      else setTimeout(() => permit(check, response), 20)
    })
    for (let round = 1; round <= 5; round++) {
      const clients = Array.from({ length: 40 }, () => new RawClient(port))
      for (const client of clients) client.send('GET /open/left HTTP/1.1\nHost: shop.localhost\n\n')
      await until(() => checks.received.length >= 20 * round)
      for (const client of clients) client.close()
    }
    slow = false
    expect((await ask(port, 'GET /open/stays')).status).toBe(200)
  })

  test('by HTTP/2 with a WebSocket are decided as a WebSocket', async () => {
    const { checks, http2 } = await frontWith(permit)
    const session = connectHttp2(`http://127.0.0.1:${http2}`)
    await new Promise((resolve) => session.once('remoteSettings', resolve))
    const socket = { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':authority': 'shop.localhost' }
    const stream = session.request({ ...socket, ':path': '/open/socket', 'sec-websocket-version': '13' })
    await new Promise((resolve) => stream.once('response', resolve).once('error', resolve))
    session.destroy()
    const [check] = checks.received
    expect([check?.lines['x-forwarded-method'], check?.lines.upgrade]).toEqual([['GET'], ['websocket']])
  })

  test('with TLS and HTTP/2, by ALPN: the scheme is https', async () => {
    const { cert, key } = testAuthority().server(['shop.localhost'])
    writeFileSync(join(run.scratch, 'shop.pem'), `${cert}\n${key}`)
    const { checks, secure } = await frontWith(permit, { tls: join(run.scratch, 'shop.pem') })
    const options = { rejectUnauthorized: false, servername: 'shop.localhost' }
    const session = connectHttp2(`https://127.0.0.1:${secure}`, options)
    const stream = session.request({ ':path': '/open/a', ':authority': 'shop.localhost', host: 'other.test' }).resume()
    const status = await new Promise((resolve, reject) => {
      stream.once('response', (headers) => resolve(headers[':status'])).once('error', reject)
    })
    session.destroy()
    expect([status, checks.received[0]?.lines['x-forwarded-host']]).toEqual([200, ['shop.localhost']])
    expect([checks.received[0]?.lines['x-forwarded-proto'], service.received[0]?.lines.host]).toEqual([
      ['https'],
      ['shop.localhost'],
    ])
    expect(service.received[0]?.lines['x-forwarded-proto']).toEqual(['https'])
  })

  test('through a proxy before HAProxy: its client and its scheme, of its address alone', async () => {
    const rules = (trusted: string) => `${HAPROXY_SAMPLES[1]?.replaceAll('10.0.0.0/24', trusted)}\n    # `
    const sent = ['X-Forwarded-For: 10.9.9.9, 192.0.2.7', 'X-Forwarded-Proto: https']
    for (const [trusted, source, scheme] of [
      ['127.0.0.0/8', '192.0.2.7', 'https'],
      ['192.0.2.1', '127.0.0.1', 'http'],
    ] as const) {
      const { checks, port } = await frontWith(permit, { edits: { '# The service must get': rules(trusted) } })
      await ask(port, 'GET /open/a', sent)
      for (const received of [checks.received[0], service.received.at(-1)])
        expect([received?.lines['x-forwarded-for'], received?.lines['x-forwarded-proto']]).toEqual([[source], [scheme]])
    }
  })

  test('with a client certificate: the check has it, and no other', async () => {
    const [servers, clients] = [testAuthority('servers'), testAuthority('clients')]
    const { cert, key } = servers.server(['shop.localhost'])
    writeFileSync(join(run.scratch, 'shop.pem'), `${cert}\n${key}`)
    writeFileSync(join(run.scratch, 'clients.pem'), clients.cert)
    const [bind = '', ...rules] = (HAPROXY_SAMPLES[2] ?? '').replaceAll('/etc/haproxy', run.scratch).split('\n')
    const [, tls = ''] = /ssl crt (.*) alpn/.exec(bind) ?? []
    const { checks, secure } = await frontWith(permit, { tls, edits: { '# Rules on the body.': `${rules.join('\n')}\n    #` } })
    const person = clients.client('ann')
    const text = 'GET /open/a HTTP/1.1\nHost: shop.localhost\nConnection: close\nClient-Cert: forged\n\n'
    expect((await askRaw(secure, text, { ...person })).status).toBe(200)
    expect((await askRaw(secure, text, {})).status).toBe(200)
    const der = new X509Certificate(person.cert).raw.toString('base64')
    expect(checks.received.map(({ lines }) => lines['client-cert'])).toEqual([[`:${der}:`], undefined])
  })

  test('by Unix sockets, for which files say who may connect', async () => {
    const socket = join(run.scratch, 'checks.sock')
    const checks = await startFake(permit)
    run.defer(() => checks.close())
    const { port } = await front(checks.address, {
      edits: { 'bind 127.0.0.1:9003': `bind unix@${socket} mode 600`, 'lua.iap 127.0.0.1:9003': `lua.iap unix@${socket}` },
    })
    expect([(await ask(port, 'GET /open/a')).status, checks.received.length]).toEqual([200, 1])
  })

  test('the pages of the proxy are asked for unchecked, with the client’s address', async () => {
    const proxy = await startFake((_, response) => void response.writeHead(200, { 'x-iap-error': 'own' }).end('page'))
    run.defer(() => proxy.close())
    const checks = await startGarbage(() => 'no decision')
    run.defer(() => checks.close())
    const { port } = await front(checks.address, {}, proxy.address)
    for (const path of ['/.iap/sign-in', '/.well-known/iap/jwks.json']) {
      const answer = await ask(port, `GET ${path}`, ['X-Forwarded-For: 10.0.0.1', 'X-Forwarded-Proto: https'])
      expect([answer.status, answer.body, answer.headers.get('x-iap-error')]).toEqual([200, 'page', 'own'])
    }
    for (const path of ['/.IAP/a', '/.iapx', '/.iap', '/x/.iap/a', '/%2eiap/a', '//.iap/'])
      expect([path, (await ask(port, `GET ${path}`)).status]).toEqual([path, 503])
    expect(proxy.received.map(({ lines }) => [lines['x-forwarded-for'], lines['x-forwarded-proto']])).toEqual([
      [['127.0.0.1'], ['http']],
      [['127.0.0.1'], ['http']],
    ])
  })
})
