/** Limits as clients, services, records and metrics see them: one process, real sockets, and a clock of buckets that stands still. */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type Buckets, MemoryBuckets, type Room, type Wanted } from '../../runtime/proxy/rate-limits/index.ts'
import { adminFiles, adminYaml, revoke } from '../support/admin.ts'
import { ask, outcomeOf } from '../support/ask.ts'
import { RawClient, type RawResponse } from '../support/raw-client.ts'
import { startRawService } from '../support/raw-service.ts'
import {
  startTestProxy,
  startUpstream,
  type TestProxy,
  type TestProxyOptions,
  type TestUpstream,
} from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const policy = `
identity user via jwt { sub: string, groups: set<string> }

service app at "app.test" {
  route two   ANY  "/two/{rest...}"
  route mine  ANY  "/mine/{rest...}"
  route free  ANY  "/free/{rest...}"
  route both  GET  "/both"
  route short GET  "/short"
  route never GET  "/never"
  route noted POST "/noted" body { n: int }
}

permit twice on app.two   to anyone limit 2 per 1h
permit own   on app.mine  to user   limit 2 per 1h by caller.sub
permit free  on app.free  to anyone
permit few   on app.both  to anyone limit 1 per 1h
permit many  on app.both  to anyone limit 3 per 1m
permit short on app.short to anyone limit 1 per 1500ms
permit never on app.never to anyone limit 1 per 1h
permit noted on app.noted to anyone limit 1 per 1h

forbid never_at_all on app.never because "Never."
`

let upstream: TestUpstream
/** Requests that came to the service. */
let served: string[]
let serve: (request: IncomingMessage, response: ServerResponse) => void
let app: TestProxy
let now: number

beforeEach(async () => {
  served = []
  now = 0
  serve = (_, response) => response.end('fine')
  upstream = await startUpstream((request, response) => {
    served.push(`${request.method} ${request.url}`)
    serve(request, response)
  })
})

afterEach(async () => {
  await app?.close()
  await upstream.close()
})

async function start(options: TestProxyOptions = {}, upstreams = [upstream.origin]): Promise<void> {
  app = await startTestProxy(upstreams, { policy, buckets: new MemoryBuckets({ clock: () => now }), ...options })
}

/** What is said of the limit. */
function toldBy({ status, get }: RawResponse): readonly unknown[] {
  return [status, get('ratelimit-policy'), get('ratelimit'), get('retry-after')]
}

const statuses = async (count: number, path: string, lines: readonly string[] = []) => {
  const all: number[] = []
  for (let i = 0; i < count; i++) all.push((await ask(app.port, `GET ${path}`, lines)).status)
  return all
}

describe('an answer', () => {
  test('beyond the limit: 429', async () => {
    await start()
    expect(await statuses(2, '/two/a')).toEqual([200, 200])
    const refused = await ask(app.port, 'GET /two/b?c')
    expect(outcomeOf(refused)).toEqual([429, 'rate-limited'])
    expect(refused.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(refused.body)).toEqual({
      type: '/.well-known/iap/errors#rate-limited',
      title: 'Too many requests',
      status: 429,
      detail: 'This request exceeds a rate limit of the access policy.',
      code: 'rate-limited',
      requestId: refused.get('x-iap-request-id'),
    })
    expect(toldBy(refused)).toEqual([429, '"2-per-3600s";q=2;w=3600', '"2-per-3600s";r=0;t=1800', '1800'])
    expect(served).toEqual(['GET /two/a', 'GET /two/a'])
    expect(await app.record(refused.get('x-iap-request-id'))).toMatchObject({
      ...{ effect: 'permit', status: 429, code: 'rate-limited', detail: null, rules: ['twice'], reason: null },
      ...{ obligations: { headers: [], limits: ['twice'] }, upstream: null, route: 'app.two' },
    })
    expect(await app.metric('iap_limits_total{rule="twice",result="taken"}')).toBe(2)
    expect(await app.metric('iap_limits_total{rule="twice",result="empty"}')).toBe(1)
    expect(await app.metric('iap_requests_total{route="app.two",effect="permit",status="429",code="rate-limited"}')).toBe(1)
  })

  test('of the service says what is left', async () => {
    await start()
    expect(toldBy(await ask(app.port, 'GET /two/x'))).toEqual([
      ...[200, '"2-per-3600s";q=2;w=3600', '"2-per-3600s";r=1;t=1800', undefined],
    ])
    now += 1_000_500
    expect(toldBy(await ask(app.port, 'GET /two/x'))[2]).toBe('"2-per-3600s";r=0;t=800')
    now += 799_499
    expect(toldBy(await ask(app.port, 'GET /two/x'))).toEqual([429, '"2-per-3600s";q=2;w=3600', '"2-per-3600s";r=0;t=1', '1'])
    now += 1
    expect((await ask(app.port, 'GET /two/x')).status).toBe(200)
  })

  test('in whole seconds is never too early', async () => {
    await start()
    expect(toldBy(await ask(app.port, 'GET /short'))).toEqual([
      200,
      '"1-per-1500ms";q=1;w=2',
      '"1-per-1500ms";r=0;t=2',
      undefined,
    ])
    now += 1499
    expect((await ask(app.port, 'GET /short')).get('retry-after')).toBe('1')
    now += 1000
    expect((await ask(app.port, 'GET /short')).status).toBe(200)
  })

  test('of the service has ours in place of its own, and its own where there is no limit', async () => {
    serve = (_, response) =>
      response.writeHead(200, { RateLimit: '"its";r=9', 'RATELIMIT-POLICY': '"its";q=9', 'x-other': 'x' }).end()
    await start()
    const limited = await ask(app.port, 'GET /two/x')
    const named = limited.headers.filter(([name]) => name.startsWith('ratelimit'))
    expect(named).toEqual([
      ['ratelimit-policy', '"2-per-3600s";q=2;w=3600'],
      ['ratelimit', '"2-per-3600s";r=1;t=1800'],
    ])
    expect(limited.get('x-other')).toBe('x')
    const free = await ask(app.port, 'GET /free/x')
    expect([free.get('ratelimit'), free.get('ratelimit-policy')]).toEqual(['"its";r=9', '"its";q=9'])
  })

  test('of the proxy, in place of the service’s, says it too', async () => {
    await upstream.close()
    await start()
    const failed = await ask(app.port, 'GET /two/x')
    expect(outcomeOf(failed)).toEqual([502, 'upstream-unreachable'])
    expect(failed.get('ratelimit')).toBe('"2-per-3600s";r=1;t=1800')
  })

  test('to a person is a page', async () => {
    await start()
    await statuses(2, '/two/x')
    const page = await ask(app.port, 'GET /two/x', ['Accept: text/html'])
    expect([page.status, page.get('content-type'), page.get('retry-after')]).toEqual([429, 'text/html; charset=utf-8', '1800'])
    expect(page.body).toContain('Too many requests')
    for (const name of ['twice', 'app.two']) expect(page.body).not.toContain(name)
  })

  test('to a script of another origin can be read', async () => {
    await start({ service: 'cors: { origins: ["https://page.test"] }' })
    await statuses(2, '/two/x')
    const refused = await ask(app.port, 'GET /two/x', ['Origin: https://page.test'])
    expect(refused.status).toBe(429)
    expect(refused.get('access-control-allow-origin')).toBe('https://page.test')
    for (const name of ['Retry-After', 'RateLimit', 'RateLimit-Policy'])
      expect(refused.get('access-control-expose-headers')?.split(', ')).toContain(name)
  })
})

describe('several limits', () => {
  test('let pass as long as one has room, and each that has some gives a token', async () => {
    await start()
    const answers: (readonly unknown[])[] = []
    for (let i = 0; i < 4; i++) answers.push(toldBy(await ask(app.port, 'GET /both')))
    const many = '"3-per-60s";q=3;w=60'
    expect(answers).toEqual([
      [200, many, '"3-per-60s";r=2;t=20', undefined],
      [200, many, '"3-per-60s";r=1;t=20', undefined],
      [200, many, '"3-per-60s";r=0;t=20', undefined],
      [429, many, '"3-per-60s";r=0;t=20', '20'],
    ])
    expect(await app.metric('iap_limits_total{rule="few",result="taken"}')).toBe(1)
    expect(await app.metric('iap_limits_total{rule="few",result="empty"}')).toBe(3)
    expect(await app.metric('iap_limits_total{rule="many",result="taken"}')).toBe(3)
  })
})

describe('what counts', () => {
  test('each key by itself', async () => {
    await start()
    const [ann, bob] = [app.bearer({ sub: 'ann' }), app.bearer({ sub: 'bob' })]
    expect(await statuses(3, '/mine/x', [`Authorization: ${ann}`])).toEqual([200, 200, 429])
    expect(await statuses(3, '/mine/x', [`Authorization: ${bob}`])).toEqual([200, 200, 429])
    // Another token of the same caller is the same caller.
    expect(await statuses(1, '/mine/y', [`Authorization: ${app.bearer({ sub: 'ann', groups: ['x'] })}`])).toEqual([429])
  })

  test('nothing that is denied, refused or answered by the proxy itself', async () => {
    await start({ service: 'cors: { origins: ["https://page.test"] }' })
    expect(await statuses(3, '/never')).toEqual([403, 403, 403])
    expect(await statuses(2, '/mine/x')).toEqual([401, 401])
    const preflight = ['Origin: https://page.test', 'Access-Control-Request-Method: GET']
    for (let i = 0; i < 3; i++) expect((await ask(app.port, 'OPTIONS /two/x', preflight)).status).toBe(204)
    expect((await ask(app.port, 'GET /two/../x')).status).toBe(400)
    expect((await ask(app.port, 'GET /two/x', ['Upgrade: websocket', 'Connection: Upgrade'])).status).toBe(400)
    expect(await statuses(3, '/two/x')).toEqual([200, 200, 429])
    expect(await app.metric('iap_limits_total{rule="twice",result="taken"}')).toBe(2)
    const text = await (await fetch(`${app.admin}/metrics`)).text()
    expect(text).not.toContain('rule="never"')
  })

  test('no body that does not fit, and one that does once', async () => {
    await start()
    const post = async (body: string) => (await ask(app.port, 'POST /noted', ['Content-Type: application/json'], body)).status
    expect(await post('{"n":"one"}')).toBe(400)
    expect(await post('{"n":1}')).toBe(200)
    expect(await post('{"n":1}')).toBe(429)
  })

  test('once what is sent to the service again', async () => {
    const dead = await startRawService(({ socket }) => socket.destroy())
    await start({ service: 'balance: round-robin, eject: { failures: 0 }, retries: { attempts: 2, budget: 100% }' }, [
      dead.origin,
      upstream.origin,
    ])
    for (const left of [1, 0]) {
      const answer = await ask(app.port, 'GET /two/x')
      expect([answer.status, answer.get('ratelimit')]).toEqual([200, `"2-per-3600s";r=${left};t=1800`])
    }
    // Of two requests one at least came to the dead address first.
    const records = await app.audit(2, '/two/x')
    expect(Math.max(...records.map(({ upstream }) => upstream?.attempts ?? 1))).toBe(2)
    await dead.close()
  })

  test('a WebSocket once, when it opens', async () => {
    const sockets = new WebSocketServer({ server: upstream.server })
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())))
    await start()
    const open = (origin?: string) => {
      const socket = new WebSocket(`ws://127.0.0.1:${app.port}/two/ws`, {
        headers: { host: 'app.test' },
        ...(origin && { origin }),
      })
      socket.on('error', () => {})
      return socket
    }
    const refusal = (socket: WebSocket) =>
      new Promise<number | undefined>((resolve) => socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode)))
    // A page of another origin costs nobody a token.
    expect(await refusal(open('https://evil.example'))).toBe(403)
    const first = open()
    const [response] = (await once(first, 'upgrade')) as [IncomingMessage]
    expect(response.headers.ratelimit).toBe('"2-per-3600s";r=1;t=1800')
    if (first.readyState !== WebSocket.OPEN) await once(first, 'open')
    for (let i = 0; i < 5; i++) {
      first.send(`${i}`)
      expect(String((await once(first, 'message'))[0])).toBe(`${i}`)
    }
    const second = open()
    await once(second, 'open')
    expect(await refusal(open())).toBe(429)
    for (const socket of [first, second]) socket.terminate()
  })
})

describe('HTTP/2', () => {
  let session: ClientHttp2Session
  beforeEach(async () => {
    await start({ listener: 'http2: true' })
    session = connect(app.origin)
    session.on('error', () => {})
  })
  afterEach(() => session.destroy())

  const get = async (fields: Readonly<Record<string, string>> = {}): Promise<IncomingHttpHeaders> => {
    const stream = session.request({ ':path': '/two/x', ':authority': 'app.test', ...fields }, { endStream: true })
    stream.resume()
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders]
    if (!stream.closed) await once(stream, 'close')
    return headers
  }

  test('has the same headers, and many at once are counted one by one', async () => {
    expect(await get()).toMatchObject({ ':status': 200, ratelimit: '"2-per-3600s";r=1;t=1800' })
    const all = await Promise.all(Array.from({ length: 20 }, () => get()))
    expect(all.map((headers) => headers[':status']).toSorted()).toEqual([200, ...Array(19).fill(429)])
  })

  test('a call of gRPC is told its own status', async () => {
    for (let i = 0; i < 2; i++) await get()
    const headers = await get({ ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' })
    expect(headers).toMatchObject({
      ':status': 200,
      'grpc-status': '8',
      'x-iap-error': 'rate-limited',
      'retry-after': '1800',
      ratelimit: '"2-per-3600s";r=0;t=1800',
    })
  })
})

describe('nobody can count', () => {
  const unavailable: Buckets = { take: () => Promise.reject(new Error('it is gone')) }

  test('nobody can count: 503', async () => {
    await start({ buckets: unavailable })
    const refused = await ask(app.port, 'GET /two/x')
    expect(outcomeOf(refused)).toEqual([503, 'limits-unavailable'])
    expect([refused.get('retry-after'), refused.get('ratelimit')]).toEqual(['1', undefined])
    expect(served).toEqual([])
    const detail = 'rate limits cannot be evaluated: it is gone'
    expect(await app.record(refused.get('x-iap-request-id'))).toMatchObject({
      effect: 'permit',
      code: 'limits-unavailable',
      detail,
    })
    expect(await app.metric('iap_limits_total{rule="twice",result="unavailable"}')).toBe(1)
    expect(await statuses(1, '/free/x')).toEqual([200])
  })

  test('nobody can count, and it passes', async () => {
    await start({ buckets: unavailable, more: 'limits: { whenUnavailable: pass }' })
    const answer = await ask(app.port, 'GET /two/x')
    expect([answer.status, answer.get('ratelimit')]).toEqual([200, undefined])
    const [record] = await app.audit(1, '/two/x')
    expect(record).toMatchObject({
      ...{ effect: 'permit', status: 200, code: null, detail: 'rate limits cannot be evaluated: it is gone' },
      ...{ obligations: { headers: [], limits: ['twice'] }, upstream: { status: 200 } },
    })
    expect(await app.metric('iap_limits_total{rule="twice",result="unavailable"}')).toBe(1)
  })

  test('what throws in place of an answer lets nothing pass', async () => {
    const throwing: Buckets = {
      take() {
        throw new Error('oh')
      },
    }
    await start({ buckets: throwing })
    expect(outcomeOf(await ask(app.port, 'GET /two/x'))).toEqual([503, 'limits-unavailable'])
  })

  test('an answer that is none lets nothing pass', async () => {
    await start({ buckets: { take: () => [] }, more: 'limits: { whenUnavailable: pass }' })
    expect(outcomeOf(await ask(app.port, 'GET /two/x'))).toEqual([500, 'internal'])
    expect(served).toEqual([])
  })
})

describe('while it is asked', () => {
  /** Answers when it is told to. */
  class Waiting implements Buckets {
    readonly asked: ((rooms: readonly Room[]) => void)[] = []

    take(_wanted: readonly Wanted[]): Promise<readonly Room[]> {
      return new Promise((resolve) => this.asked.push(resolve))
    }

    answer(): void {
      for (const resolve of this.asked.splice(0)) resolve([{ taken: true, left: 1, wait: 1000 }])
    }
  }

  test('the client may go: nothing reaches the service', async () => {
    const buckets = new Waiting()
    await start({ buckets })
    const client = new RawClient(app.port)
    client.send('GET /two/x HTTP/1.1\nHost: app.test\n\n')
    await eventually(() => buckets.asked[0])
    client.close()
    const [record] = await app.audit(1, '/two/x')
    expect(record).toMatchObject({ effect: 'permit', status: null, code: 'client-closed', complete: false, upstream: null })
    buckets.answer()
    expect(await statuses(1, '/free/x')).toEqual([200])
    expect(served).toEqual(['GET /free/x'])
  })

  test('the caller may be revoked: that is told', async () => {
    const buckets = new Waiting()
    await start({ buckets, adminMore: adminYaml, files: adminFiles })
    const answer = ask(app.port, 'GET /mine/x', [`Authorization: ${app.bearer({ sub: 'ann' })}`])
    await eventually(() => buckets.asked[0])
    await revoke(app.admin, { subject: { identity: 'user', sub: 'ann' } })
    buckets.answer()
    expect(outcomeOf(await answer)).toEqual([401, 'revoked'])
    expect(served).toEqual([])
  })

  test('a body waits, too, and streams then, whole', async () => {
    const buckets = new Waiting()
    let bytes = 0
    serve = (request, response) => {
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      request.on('end', () => response.end('all'))
    }
    await start({ buckets })
    const client = new RawClient(app.port)
    client.send(`POST /two/x HTTP/1.1\nHost: app.test\nContent-Length: 3000000\nExpect: 100-continue\n\n`)
    await eventually(() => buckets.asked[0])
    // Nobody is told to send it before it is known whether it may pass.
    client.send('x'.repeat(1_000_000))
    expect(bytes).toBe(0)
    buckets.answer()
    client.send('x'.repeat(2_000_000))
    expect((await client.response()).status).toBe(100)
    expect(await client.response()).toMatchObject({ status: 200, body: 'all' })
    expect(bytes).toBe(3_000_000)
    client.close()
  })

  test('what comes behind it on the connection waits its turn', async () => {
    const buckets = new Waiting()
    await start({ buckets })
    const client = new RawClient(app.port)
    client.send('GET /two/x HTTP/1.1\nHost: app.test\n\nGET /free/x HTTP/1.1\nHost: app.test\n\n')
    await eventually(() => buckets.asked[0])
    buckets.answer()
    expect((await client.response()).get('ratelimit')).toBe('"2-per-3600s";r=1;t=1')
    expect((await client.response()).get('ratelimit')).toBeUndefined()
    expect(served).toEqual(['GET /two/x', 'GET /free/x'])
    client.close()
  })
})
