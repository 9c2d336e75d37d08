import { afterEach, expect, test } from 'vitest'
import { acceptOf } from '../../runtime/proxy/websocket/websocket-handshake.ts'
import { ask, outcomeOf } from '../support/ask.ts'
import { RawClient } from '../support/raw-client.ts'
import { type RawRequest, type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, type TestProxy, underWayAt } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

/** Requests that wait for their answer. */
let waiting: RawRequest[]
let services: RawService[]
let app: TestProxy

afterEach(async () => {
  await app?.close()
  await Promise.all(services.map((service) => service.close()))
})

async function start(count: number, service: string): Promise<void> {
  waiting = []
  services = await Promise.all(Array.from({ length: count }, () => startRawService((request) => void waiting.push(request))))
  app = await startTestProxy(
    services.map(({ origin }) => origin),
    { service },
  )
}

function open(): RawClient {
  const c = new RawClient(app.port)
  c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  return c
}

const arrived = (count: number) => eventually(() => (waiting.length === count ? true : undefined))

test.each([
  ['connections, at each address', 'limits: { connections: 2 }', 4],
  ['requests, at all of them', 'limits: { requests: 3 }', 3],
  ['whichever is reached first', 'limits: { connections: 2, requests: 3 }', 3],
])('%s: 503 beyond, and again when there is room', async (_, service, most) => {
  await start(2, service)
  const clients = Array.from({ length: most }, open)
  await arrived(most)
  const refused = await ask(app.port, 'GET /open/x')
  expect(outcomeOf(refused)).toEqual([503, 'upstream-busy'])
  expect(refused.get('retry-after')).toBe('1')
  expect(await app.record(refused.get('x-iap-request-id'))).toMatchObject({
    effect: 'permit',
    status: 503,
    code: 'upstream-busy',
    upstream: null,
  })
  expect(await app.metric('iap_upstream_errors_total{service="app",code="upstream-busy"}')).toBe(1)
  waiting.shift()?.answer('done')
  const next = open()
  await arrived(most)
  expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([503, 'upstream-busy'])
  for (const { answer } of waiting) answer('done')
  for (const client of [...clients, next]) expect(await client.response()).toMatchObject({ status: 200, body: 'done' })
  for (const client of [...clients, next]) client.close()
})

test('a client that goes away makes room', async () => {
  await start(1, 'limits: { connections: 1 }')
  for (let i = 0; i < 5; i++) {
    const c = open()
    await arrived(1)
    expect((await ask(app.port, 'GET /open/x')).status).toBe(503)
    c.close()
    await eventually(() => waiting[0]?.socket.destroyed || undefined)
    waiting = []
  }
  const [last] = services as [RawService]
  last.serve = ({ answer }) => answer('fine')
  expect((await ask(app.port, 'GET /open/x')).status).toBe(200)
})

test('whatever becomes of requests, none is counted for ever', async () => {
  await start(1, 'limits: { connections: 3 }, eject: { failures: 0 }')
  const [service] = services as [RawService]
  const ends: ((request: RawRequest) => void)[] = [
    ({ answer }) => answer('fine'),
    ({ socket }) => void socket.destroy(),
    ({ socket }) => void socket.resetAndDestroy(),
    ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nbegun'),
    ({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
    ({ socket }) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
    ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\n\r\nfine'),
  ]
  for (const end of ends) {
    service.serve = end
    for (const method of ['GET', 'POST']) for (let i = 0; i < 4; i++) await ask(app.port, `${method} /open/x`).catch(() => {})
  }
  await service.down()
  for (let i = 0; i < 4; i++) expect((await ask(app.port, 'GET /open/x')).status).toBe(502)
  expect(await app.metric(underWayAt(service.origin))).toBe(0)
})

test('a WebSocket is under way for as long as it is open, and has no time in which it must be over', async () => {
  await start(1, 'limits: { connections: 2 }, timeouts: { total: 200ms }')
  const [service] = services as [RawService]
  service.serve = ({ text, socket, answer }) => {
    const key = /^sec-websocket-key: (.*)\r$/im.exec(text)?.[1]
    if (text.startsWith('GET /open/mute ')) return
    if (key === undefined) return answer('fine')
    socket.write(
      `HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${acceptOf(key)}\r\n\r\n`,
    )
  }
  const lines = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ]
  const upgraded = async () => {
    const c = new RawClient(app.port)
    c.send(`GET /open/ws HTTP/1.1\nHost: app.test\n${lines.join('\n')}\n\n`)
    expect((await c.response()).status).toBe(101)
    return c
  }
  const first = await upgraded()
  // What begins after it, and may not take longer, is over before it would be.
  expect(outcomeOf(await ask(app.port, 'GET /open/mute'))).toEqual([504, 'upstream-timeout'])
  expect(first.closed).toBe(false)
  const second = await upgraded()
  expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([503, 'upstream-busy'])
  first.close()
  second.close()
  await eventually(async () => ((await ask(app.port, 'GET /open/x')).status === 200 ? true : undefined))
  const records = await app.audit(2, '/open/ws')
  expect(records.map(({ status, code }) => [status, code])).toEqual(Array(2).fill([101, null]))
})

test('a service that has few connections gets few', async () => {
  await start(1, 'limits: { connections: 3 }')
  const [service] = services as [RawService]
  service.serve = ({ answer }) => void setTimeout(answer, 5, 'fine')
  const clients = Array.from({ length: 3 }, () => new RawClient(app.port))
  await Promise.all(
    clients.map(async (c) => {
      for (let i = 0; i < 50; i++) {
        c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
        expect((await c.response()).status).toBe(200)
      }
      c.close()
    }),
  )
  // A connection that has just answered is ready again one turn later.
  expect(service.mostSockets).toBeLessThanOrEqual(6)
})
