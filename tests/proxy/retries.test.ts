import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ask, outcomeOf } from '../support/ask.ts'
import { RawClient } from '../support/raw-client.ts'
import { type RawRequest, type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, type TestProxy, type TestProxyOptions, underWayAt } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

let services: RawService[] = []
let app: TestProxy

afterEach(async () => {
  await app?.close()
  await Promise.all(services.map((service) => service.close()))
  services = []
})

async function start(serve: (request: RawRequest) => void, options: TestProxyOptions = {}): Promise<RawService> {
  const service = await startRawService(serve)
  services.push(service)
  app = await startTestProxy([service.origin], options)
  return service
}

/** The first request of a connection is answered; the second finds that the service has just had enough of it. */
const stale = ({ nth, socket, answer }: RawRequest) => (nth === 1 ? answer('fine') : void socket.destroy())

describe('a connection that the service closes just as the request goes out', () => {
  test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('%s is sent again, on a new one', async (method) => {
    const service = await start(stale)
    await ask(app.port, 'GET /open/first')
    const response = await ask(app.port, `${method} /open/again?x=%2F`, [
      'Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    ])
    expect(outcomeOf(response)).toEqual([200, null])
    expect(service.requests).toEqual(['GET /open/first', `${method} /open/again?x=%2F`, `${method} /open/again?x=%2F`])
    const [record] = await app.audit(1, '/open/again')
    expect(record).toMatchObject({
      status: 200,
      code: null,
      detail: null,
      upstream: { address: service.origin, status: 200, attempts: 2 },
    })
    expect(await app.metric('iap_upstream_retries_total{service="app",result="sent"}')).toBe(1)
  })

  test.each(['POST', 'PATCH', 'REPORT'])('%s is not', async (method) => {
    const service = await start(stale)
    await ask(app.port, 'GET /open/first')
    expect(outcomeOf(await ask(app.port, `${method} /open/once`))).toEqual([502, 'upstream-closed'])
    expect(service.requests).toEqual(['GET /open/first', `${method} /open/once`])
    const [record] = await app.audit(1, '/open/once')
    expect(record?.upstream).toEqual({ address: service.origin, status: null })
  })

  test('nor is what has a body that streams', async () => {
    const service = await start(stale)
    await ask(app.port, 'GET /open/first')
    expect(outcomeOf(await ask(app.port, 'PUT /open/once', [], 'hello'))).toEqual([502, 'upstream-closed'])
    expect(service.requests).toHaveLength(2)
  })

  test('a body that the policy has read goes out a second time, byte for byte', async () => {
    const policy = `
      type Thing = { name: string }
      service app at "app.test" {
        route put  PUT  "/things/{id}" body Thing
        route post POST "/things" body Thing
        route open GET  "/open/x"
      }
      permit all on app.put, app.post, app.open to anyone`
    const texts: string[] = []
    const service = await start(
      (request) => {
        texts.push(request.text.slice(request.text.indexOf('\r\n\r\n') + 4))
        stale(request)
      },
      { policy },
    )
    const json = ['Content-Type: application/json']
    await ask(app.port, 'GET /open/x')
    expect(outcomeOf(await ask(app.port, 'PUT /things/1', json, '{ "name":"x" }'))).toEqual([200, null])
    expect(texts).toEqual(['', '{ "name":"x" }', '{ "name":"x" }'])
    await ask(app.port, 'GET /open/x')
    const before = service.requests.length
    expect(outcomeOf(await ask(app.port, 'POST /things', json, '{ "name":"x" }'))).toEqual([502, 'upstream-closed'])
    expect(service.requests).toHaveLength(before + 1)
  })

  test('nor is one taken that was kept at another address: it may be as old', async () => {
    services = [await startRawService(stale), await startRawService(stale)]
    app = await startTestProxy(services.map(({ origin }) => origin))
    for (let i = 0; i < 2; i++) await ask(app.port, 'GET /open/first')
    expect(services.map(({ sockets }) => sockets.size)).toEqual([1, 1])
    expect(outcomeOf(await ask(app.port, 'GET /open/again'))).toEqual([200, null])
    expect(services.map(({ requests }) => requests.length)).toEqual([2, 2])
  })

  test('all of many at once arrive', async () => {
    let open = 0
    await start(
      ({ nth, socket, answer }) => {
        if (nth === 1) open++
        if (nth === 1) void setTimeout(answer, 50, 'fine')
        else socket.destroy()
      },
      { service: 'retries: { budget: 100% }' },
    )
    for (let round = 0; round < 3; round++) {
      const statuses = await Promise.all(Array.from({ length: 20 }, () => ask(app.port, 'GET /open/x').then(outcomeOf)))
      expect(statuses.filter(([status]) => status !== 200)).toEqual([])
    }
    expect(open).toBeGreaterThanOrEqual(60)
  })
})

describe('what got a byte back is not sent again', () => {
  test.each([
    ['one byte', 'H'],
    ['half a head', 'HTTP/1.1 200 OK\r\nx: a'],
    ['a hint', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('%s', async (_, bytes) => {
    const service = await start(({ socket }) => void socket.end(bytes))
    expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-closed'])
    expect(service.requests).toHaveLength(1)
  })

  test('nor is what the service is still at', async () => {
    const service = await start(() => {}, { service: 'timeouts: { firstByte: 200ms }' })
    expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([504, 'upstream-timeout'])
    expect(service.requests).toHaveLength(1)
  })

  test('nor what it answers with an error', async () => {
    const service = await start(({ answer }) => answer('', 503))
    expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([503, null])
    expect(service.requests).toHaveLength(1)
  })
})

test('an address that cannot be reached: the request is carried out at another', async () => {
  const [gone, there] = await Promise.all([startRawService(() => {}), startRawService(({ answer }) => answer('there'))])
  services.push(there)
  await gone.close()
  app = await startTestProxy([gone.origin, there.origin], { service: 'eject: { failures: 0 }' })
  for (let i = 0; i < 6; i++) expect((await ask(app.port, 'GET /open/x')).body).toBe('there')
  const records = await app.audit(6, '/open/x')
  expect(records.map(({ upstream }) => upstream?.address)).toEqual(Array(6).fill(there.origin))
  expect(records.filter(({ upstream }) => upstream?.attempts === 2)).toHaveLength(3)
  expect(await app.metric(underWayAt(gone.origin))).toBe(0)
  // Where there is no other, once is enough.
  await app.close()
  app = await startTestProxy([gone.origin])
  expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-unreachable'])
  expect((await app.audit(1))[0]?.upstream).toEqual({ address: gone.origin, status: null })
})

test('as often as it may be sent, and no more', async () => {
  const close = ({ socket }: RawRequest) => void socket.destroy()
  for (const attempts of [1, 2, 5]) {
    const service = await start(close, { service: `retries: { attempts: ${attempts} }, eject: { failures: 0 }` })
    expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-closed'])
    expect(service.requests).toHaveLength(attempts)
    await app.close()
  }
})

test('beyond the budget nothing is sent again', async () => {
  const service = await start(({ socket }) => void socket.destroy(), {
    service: 'retries: { budget: 1% }, eject: { failures: 0 }',
  })
  for (let i = 0; i < 14; i++) expect(outcomeOf(await ask(app.port, 'GET /open/x'))).toEqual([502, 'upstream-closed'])
  // Ten in ten seconds are always allowed.
  expect(service.requests).toHaveLength(14 + 10)
  expect(await app.metric('iap_upstream_retries_total{service="app",result="sent"}')).toBe(10)
  expect(await app.metric('iap_upstream_retries_total{service="app",result="over-budget"}')).toBe(4)
})

test('a client that goes away while it is sent again is seen by the service', async () => {
  const later: RawRequest[] = []
  const service = await start((request) => {
    if (service.requests.length === 1) request.socket.destroy()
    else later.push(request)
  })
  const socket = connect({ host: '127.0.0.1', port: app.port })
  socket.on('error', () => {})
  socket.write('GET /open/x HTTP/1.1\r\nHost: app.test\r\n\r\n')
  await eventually(() => later[0])
  socket.destroy()
  await eventually(() => later[0]?.socket.destroyed || undefined)
  const [record] = await app.audit(1)
  expect(record).toMatchObject({ status: null, code: 'client-closed', complete: false, upstream: { attempts: 2, status: null } })
  expect(await app.metric(underWayAt(service.origin))).toBe(0)
  expect(service.requests).toHaveLength(2)
})

test('an answer that is cut off in its middle is not begun again', async () => {
  const service = await start(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nbegun')
    // Once the proxy has the beginning.
    setTimeout(() => socket.destroy(), 30)
  })
  const c = new RawClient(app.port)
  c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  expect(await c.rest()).toMatch(/begun$/)
  expect(service.requests).toHaveLength(1)
})
