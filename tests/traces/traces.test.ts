import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Collector, type ReceivedSpan, startCollector } from '../support/otlp-collector.ts'
import {
  startTestProxy,
  startUpstream,
  type TestProxy,
  type TestProxyOptions,
  type TestUpstream,
} from '../support/start-test-proxy.ts'
import { WAIT } from '../support/until.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const SERVER = 2
const CLIENT = 3

let collector: Collector
let upstream: TestUpstream
/** What the service was asked last. */
let seen: Readonly<Record<string, unknown>>

beforeAll(async () => {
  collector = await startCollector()
  upstream = await startUpstream((request, response) => {
    seen = request.headers
    response.writeHead(request.url?.includes('broken') ? 500 : 200).end('ok')
  })
})
afterAll(async () => {
  await upstream.close()
  await collector.close()
})

async function start(traces: string, options: TestProxyOptions = {}): Promise<TestProxy> {
  return await startTestProxy([upstream.origin], { more: `traces: { otlp: "${collector.url}", ${traces} }`, ...options })
}

/** Those of the next trace, once they are there. */
async function spansAfter(count: number, more: number): Promise<readonly ReceivedSpan[]> {
  await expect.poll(() => collector.spans.length, WAIT).toBe(count + more)
  return collector.spans.slice(count)
}

describe.each(['protobuf', 'json'])('by %s', (encoding) => {
  let app: TestProxy
  beforeAll(async () => {
    app = await start(`sample: 1, encoding: ${encoding}`)
  })
  afterAll(() => app.close())

  test('a request has a span, and what the service was asked has one below it, both of the trace of the caller', async () => {
    const before = collector.spans.length
    const from = BigInt(Date.now()) * 1_000_000n
    await ask(app.port, 'GET /open/a%20b?token=secret', [
      `traceparent: 00-${TRACE}-${PARENT}-00`,
      'tracestate: vendor=1',
      'DPoP: x',
    ])
    const [server, client] = (await spansAfter(before, 2)) as [ReceivedSpan, ReceivedSpan]
    expect(server).toMatchObject({
      traceId: TRACE,
      parentSpanId: PARENT,
      traceState: 'vendor=1',
      name: 'GET /open/{rest...}',
      kind: SERVER,
      status: 0,
    })
    const [record] = await app.audit(1, '/open/a b')
    expect(record?.traceId).toBe(TRACE)
    expect(server.attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': '/open/{rest...}',
      'url.scheme': 'http',
      'url.path': '/open/a%20b',
      'server.address': 'app.test',
      'client.address': '127.0.0.1',
      'network.protocol.version': '1.1',
      'iap.request_id': record?.requestId,
      'iap.service': 'app',
      'iap.route': 'app.open',
      'iap.effect': 'permit',
      'iap.rule': ['open_to_all'],
      'iap.revision': record?.revision,
    })
    expect(server.resource).toMatchObject({ 'service.name': 'iap' })
    expect(client).toMatchObject({ traceId: TRACE, parentSpanId: server.spanId, name: 'GET', kind: CLIENT, status: 0 })
    expect(client.attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'url.full': `${upstream.origin}/open/a%20b`,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(upstream.origin).port),
    })
    expect(server.start).toBeGreaterThanOrEqual(from)
    expect(server.end).toBeGreaterThanOrEqual(server.start)
    expect(client.start).toBeGreaterThanOrEqual(server.start)
    expect(client.end).toBe(server.end)
    // Bits 8 and 9 of the flags: whether the parent is of another process is known, and it is.
    expect([server.flags, client.flags]).toEqual([0x301, 0x101])
    // The service joins below the span that asked it; what else came goes on as it came.
    expect(seen).toMatchObject({ traceparent: `00-${TRACE}-${client.spanId}-01`, tracestate: 'vendor=1', dpop: 'x' })
    expect(JSON.stringify(collector.spans, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      'secret',
    )
  })

  test('one that is refused has a span, too, and none below it', async () => {
    const before = collector.spans.length
    expect((await ask(app.port, 'GET /users/a')).status).toBe(401)
    const [span] = (await spansAfter(before, 1)) as [ReceivedSpan]
    expect(span).toMatchObject({
      parentSpanId: '',
      name: 'GET /users/{rest...}',
      kind: SERVER,
      status: 0,
      attributes: { 'http.response.status_code': 401, 'iap.effect': 'unauthenticated', 'iap.code': 'unauthenticated' },
    })
    expect(span.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
    const record = (await app.audit(1, '/users/a')).at(-1)
    expect(record?.traceId).toBe(span.traceId)
  })

  test('a service that fails: an error of what it was asked, and of the request', async () => {
    const before = collector.spans.length
    await ask(app.port, 'PURGE /open/broken')
    const [server, client] = (await spansAfter(before, 2)) as [ReceivedSpan, ReceivedSpan]
    const method = { 'http.request.method': '_OTHER', 'http.request.method_original': 'PURGE' }
    expect(server).toMatchObject({ name: 'HTTP /open/{rest...}', status: 2, attributes: { ...method, 'error.type': '500' } })
    expect(client).toMatchObject({ name: 'HTTP', status: 2, attributes: { ...method, 'error.type': '500' } })
  })
})

test('what a caller says that does not count begins a trace, and its `tracestate` ends there', async () => {
  const app = await start('sample: 1')
  const before = collector.spans.length
  await ask(app.port, 'GET /open/a', [`traceparent: 00-${'0'.repeat(32)}-${PARENT}-01`, 'tracestate: vendor=1'])
  const [server, client] = (await spansAfter(before, 2)) as [ReceivedSpan, ReceivedSpan]
  expect(server).toMatchObject({ parentSpanId: '', traceState: '' })
  expect(seen.traceparent).toBe(`00-${server.traceId}-${client.spanId}-01`)
  expect(seen.tracestate).toBeUndefined()
  await app.close()
})

test('`parent`: those that their callers sample, and no other', async () => {
  const app = await start('sample: parent')
  const before = collector.spans.length
  const untouched = `00-${TRACE}-${PARENT}-00`
  await ask(app.port, 'GET /open/a', [`traceparent: ${untouched}`])
  expect(seen.traceparent).toBe(untouched)
  await ask(app.port, 'GET /open/b')
  expect(seen.traceparent).toBeUndefined()
  await ask(app.port, 'GET /open/c', [`traceparent: 00-${TRACE}-${PARENT}-01`])
  await app.close()
  const spans = collector.spans.slice(before)
  expect(spans.map(({ attributes }) => attributes['url.path'] ?? null)).toEqual(['/open/c', null])
})

test('a share: by the trace, whatever its caller says', async () => {
  const app = await start('sample: 0.5')
  const before = collector.spans.length
  // Of the last seven bytes of the trace, one that is just in half of them, and the first that is not.
  for (const [path, end] of [
    ['in', '7ffffffffffff0'],
    ['out', '80000000000000'],
  ])
    await ask(app.port, `GET /open/${path}`, [
      `traceparent: 00-${TRACE.slice(0, 18)}${end}-${PARENT}-${path === 'in' ? '00' : '01'}`,
    ])
  await app.close()
  expect(collector.spans.slice(before).map(({ attributes }) => attributes['url.path'] ?? null)).toEqual(['/open/in', null])
})

test('none: what callers say goes to the service as it came', async () => {
  const app = await startTestProxy([upstream.origin])
  const before = collector.spans.length
  await ask(app.port, 'GET /open/a', [`traceparent: 00-${TRACE}-${PARENT}-01`, 'tracestate: a=b'])
  expect(seen).toMatchObject({ traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'a=b' })
  expect((await app.audit(1))[0]?.traceId).toBe(TRACE)
  await app.close()
  expect(collector.spans.length).toBe(before)
})

test('a collector that is gone holds up nobody, and has all that fits when it is back', async () => {
  const app = await start('sample: 1')
  const before = collector.spans.length
  await collector.stop()
  for (let i = 0; i < 20; i++) expect((await ask(app.port, `GET /open/${i}`)).status).toBe(200)
  await expect.poll(() => app.log.join(''), WAIT).toContain('did not accept all spans')
  await collector.start()
  const spans = await spansAfter(before, 40)
  expect(spans.filter(({ kind }) => kind === SERVER).map(({ attributes }) => attributes['url.path'])).toEqual(
    Array.from({ length: 20 }, (_, i) => `/open/${i}`),
  )
  expect(await app.metric('iap_spans_dropped_total')).toBe(0)
  await app.close()
})

test.each([
  [{ status: 400 }, 2, 'answered 400'],
  [{ rejected: 1, message: 'one is too old' }, 1, 'one is too old'],
])('what a collector refuses is lost, and counted: %j', async (answer, lost, why) => {
  const app = await start('sample: 1')
  collector.answer(answer)
  await ask(app.port, 'GET /open/a')
  await expect.poll(() => app.metric('iap_spans_dropped_total'), WAIT).toBe(lost)
  expect(app.log.join('')).toContain(why)
  await app.close()
})

test('a proxy that ends does not wait for a collector that is gone', async () => {
  const app = await start('sample: 1')
  await collector.stop()
  for (let i = 0; i < 5; i++) await ask(app.port, `GET /open/${i}`)
  await app.close()
  expect(app.log.join('')).toContain('did not accept all spans')
  await collector.start()
})

test('a header that exports carry comes from a secret', async () => {
  process.env.TRACES_TEST_TOKEN = 'a token'
  const app = await start('sample: 1, headers: { x-token: { env: TRACES_TEST_TOKEN } }')
  const before = collector.spans.length
  await ask(app.port, 'GET /open/a')
  await spansAfter(before, 2)
  expect(collector.requests.at(-1)).toMatchObject({ path: '/v1/traces', headers: { 'x-token': 'a token' } })
  await app.close()
  await expect(start('sample: 1, headers: { x-token: { env: TRACES_TEST_NONE } }')).rejects.toThrow('TRACES_TEST_NONE')
})
