/** Calls of gRPC that fail on their way: deadlines, services that die, credentials that end. */
import { connect as connectHttp2, createServer, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { Metadata, status } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'
import { ask, outcomeOf } from '../support/ask.ts'
import { startTestProxy, type TestProxy, type TestProxyOptions } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { type EchoClient, type EchoService, echoClient, echoPolicy, startEchoService, statusOf, unary } from './echo-service.ts'

let service: EchoService | undefined
let app: TestProxy
let client: EchoClient
const closers: (() => unknown)[] = []

afterEach(async () => {
  client?.close()
  await app?.close()
  service?.close()
  service = undefined
  for (const close of closers.splice(0)) await close()
})

async function start(options: TestProxyOptions = {}, origin?: string): Promise<void> {
  if (origin === undefined) service = await startEchoService()
  app = await startTestProxy([origin ?? service?.origin ?? ''], {
    policy: echoPolicy,
    listener: 'http2: true',
    service: 'protocol: http2',
    ...options,
  })
  client = echoClient(app.port)
}

const none = () => new Metadata()

/** A call that no client of gRPC makes. */
function rawCall(headers: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  const session = connectHttp2(app.origin)
  const stream = session.request({
    ':method': 'POST',
    ':path': '/test.v1.Echo/Say',
    ':authority': 'app.test',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  })
  stream.on('error', () => {})
  stream.end(Buffer.from('\0\0\0\0\x04"hi"', 'latin1'))
  return new Promise((resolve) => {
    let [head, ended]: [Readonly<Record<string, unknown>>, boolean] = [{}, false]
    stream.on('response', (found, flags) => {
      head = found
      ended = (flags & 1) === 1
    })
    stream.resume()
    stream.on('close', () => {
      session.close()
      resolve({ ...head, ended, rst: stream.rstCode })
    })
  })
}

describe('the deadline of a client', () => {
  test('is kept by the proxy for it: status 4, and the call is cancelled at the service', async () => {
    await start()
    let [left, isCancelled] = [Number.POSITIVE_INFINITY, false]
    if (service)
      service.handlers.Say = (call) => {
        left = Number(call.getDeadline()) - Date.now()
        call.on('cancelled', () => {
          isCancelled = true
        })
        return new Promise(() => {})
      }
    const begun = performance.now()
    // This client does not look at the clock.
    const answer = await rawCall({ 'grpc-timeout': '2000m' })
    expect(answer).toMatchObject({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '4', ended: true })
    expect(answer['x-iap-error']).toBe('upstream-timeout')
    expect(performance.now() - begun).toBeGreaterThanOrEqual(1990)
    // It has gone on to the service.
    expect(left).toBeLessThanOrEqual(2000)
    await eventually(() => isCancelled || undefined)
    expect((await app.audit(1))[0]?.detail).toBe('WHOLE_TIMEOUT: the answer had not ended after 2000 ms (`grpc-timeout`)')
    // Whoever gives a service no time must not make it look bad.
    const metrics = await (await fetch(`${app.admin}/metrics`)).text()
    expect(metrics).toContain('iap_requests_total{')
    expect(metrics).not.toContain('iap_upstream_errors_total{')
  })

  test('breaks off what has begun', async () => {
    await start()
    if (service)
      service.handlers.Say = (call) => {
        call.sendMetadata(none())
        return new Promise(() => {})
      }
    const answer = await rawCall({ 'grpc-timeout': '2000000u' })
    expect(answer).toMatchObject({ ':status': 200, ended: false })
    expect(answer.rst).not.toBe(0)
  })

  test('that cannot be read is the service’s to judge', async () => {
    await start()
    expect(await rawCall({ 'grpc-timeout': '300 seconds' })).not.toHaveProperty('x-iap-error')
  })
})

describe('a service', () => {
  test('that is killed in a stream: the client sees 13 or 14', async () => {
    await start({ timeout: '1h' })
    if (service) service.handlers.Count = (call) => void call.write('first')
    const call = client.Count(1, none())
    const ended = statusOf(call)
    await new Promise((resolve) => call.once('data', resolve))
    service?.close()
    expect([status.INTERNAL, status.UNAVAILABLE]).toContain((await ended).code)
    expect((await app.audit(1))[0]).toMatchObject({ complete: false, code: 'upstream-closed' })
  })

  test('that refuses connections: 14', async () => {
    await start()
    service?.close()
    const { code, trailers } = await unary(client, 'Say', 'hi', none())
    expect([code, trailers?.get('x-iap-error')]).toEqual([status.UNAVAILABLE, ['upstream-unreachable']])
  })

  test('that does not answer in time: 4', async () => {
    await start({ service: 'protocol: http2, timeouts: { firstByte: 300ms }' })
    if (service) service.handlers.Say = () => new Promise(() => {})
    expect((await unary(client, 'Say', 'hi', none())).code).toBe(status.DEADLINE_EXCEEDED)
  })

  test('that takes no connection: 4', async () => {
    const mute = createTcp((socket) => void socket.on('error', () => {}))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    closers.push(() => mute.close())
    const origin = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
    await start({ service: 'protocol: http2, timeouts: { connect: 200ms }' }, origin)
    expect((await unary(client, 'Say', 'hi', none())).code).toBe(status.DEADLINE_EXCEEDED)
  })

  test('that has as much as it may have: 14, and when to come back', async () => {
    await start({ service: 'protocol: http2, limits: { requests: 1 }' })
    const call = client.Chat(none())
    const ended = statusOf(call)
    call.write('hi')
    await new Promise((resolve) => call.once('data', resolve))
    const { code, trailers } = await unary(client, 'Say', 'hi', none())
    expect([code, trailers?.get('retry-after')]).toEqual([status.UNAVAILABLE, ['1']])
    call.end()
    expect((await ended).code).toBe(0)
  })

  test('that answers without gRPC: as it is', async () => {
    const server = createServer()
    server.on('stream', (stream: ServerHttp2Stream) => {
      stream.respond({ ':status': 404, 'content-type': 'text/plain' })
      stream.end('not here')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    await start({}, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    expect(await rawCall({})).toMatchObject({ ':status': 404, 'content-type': 'text/plain', rst: 0 })
    expect((await unary(client, 'Say', 'hi', none())).code).toBe(status.UNIMPLEMENTED)
  })

  test('that comes back: the next call succeeds', async () => {
    await start()
    expect((await unary(client, 'Say', 'hi', none())).code).toBe(0)
    const port = service?.port ?? 0
    service?.close()
    service = await startEchoService(port)
    expect(await unary(client, 'Say', 'hi', none())).toMatchObject({ code: 0, answer: 'hi' })
  })
})

test('a call does not outlive its credential', async () => {
  await start()
  if (service) service.handlers.Count = (call) => void call.write('first')
  const metadata = none()
  // The clocks of this issuer and this proxy may differ by 30 seconds.
  metadata.set('authorization', app.bearer({ exp: Math.floor(Date.now() / 1000) - 28 }))
  const call = client.Watch(1, metadata)
  const ended = statusOf(call)
  await new Promise((resolve) => call.once('data', resolve))
  expect((await ended).code).toBe(status.INTERNAL)
  expect((await app.audit(1))[0]).toMatchObject({ code: 'expired', complete: false, effect: 'permit' })

  if (service) service.handlers.Say = () => new Promise(() => {})
  metadata.set('authorization', app.bearer({ exp: Math.floor(Date.now() / 1000) - 28 }))
  expect((await unary(client, 'Secret', 'hi', metadata)).code).toBe(status.UNAUTHENTICATED)
})

describe('a stream may last for longer than a request may take', () => {
  test('as long as the client has something to say', async () => {
    await start({ limits: { request: 2000, headers: 2000 } })
    const call = client.Collect(none(), () => {})
    const ended = statusOf(call)
    // All of it takes longer.
    for (let n = 0; n < 12; n++) {
      call.write(n)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    call.end()
    expect((await ended).code).toBe(0)
  })

  test('and as long as the service has begun to answer and waits', async () => {
    await start({ limits: { request: 1000, headers: 1000 } })
    const call = client.Chat(none())
    const ended = statusOf(call)
    call.write(1)
    await new Promise((resolve) => call.once('data', resolve))
    // One that begins after it, and gets no answer, is over before.
    const mute = client.Collect(none(), () => {})
    mute.write(1)
    expect((await statusOf(mute)).code).toBe(status.DEADLINE_EXCEEDED)
    call.end(2)
    call.resume()
    expect((await ended).code).toBe(0)
  })

  test('not if nobody says anything', async () => {
    await start({ limits: { request: 200, headers: 200 } })
    const call = client.Collect(none(), () => {})
    const ended = statusOf(call)
    call.write(1)
    expect((await ended).code).toBe(status.DEADLINE_EXCEEDED)
    expect((await app.audit(1))[0]).toMatchObject({ code: 'request-timeout' })
  })
})

test('services that restart one after the other: no call fails', async () => {
  const services = [await startEchoService(), await startEchoService()]
  closers.push(() => services.map((each) => each.close()))
  app = await startTestProxy(
    services.map(({ origin }) => origin),
    { policy: echoPolicy, listener: 'http2: true', service: 'protocol: http2, eject: { time: 100ms }' },
  )
  client = echoClient(app.port)
  const codes = new Map<number, number>()
  let isOver = false
  const caller = async () => {
    while (!isOver) {
      const { code } = await unary(client, 'Say', 'hi', none())
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
  }
  const callers = Array.from({ length: 8 }, caller)
  const served = async (count: number) => {
    const before = codes.get(0) ?? 0
    await eventually(() => ((codes.get(0) ?? 0) >= before + count ? true : undefined))
  }
  for (const [n, each] of services.entries()) {
    await served(100)
    // GOAWAY, then no connection until there is a server again.
    await new Promise((resolve) => each.server.tryShutdown(resolve))
    await served(100)
    const again = await startEchoService(each.port)
    services[n] = again
    // It is taken in again before the next one goes.
    let count = 0
    again.handlers.Say = ({ request }) => {
      count++
      return request
    }
    await eventually(() => (count >= 50 ? true : undefined))
  }
  isOver = true
  await Promise.all(callers)
  expect([...codes.keys()]).toEqual([0])
})

test('of many calls that end in every way, none stays under way', async () => {
  await start({ service: 'protocol: http2, timeouts: { firstByte: 1s }' })
  if (service)
    service.handlers.Say = (call) => {
      const kind = Number(call.request) % 4
      if (kind === 0) throw Object.assign(new Error('no'), { code: status.ABORTED })
      if (kind === 1) return new Promise(() => {})
      return new Promise((resolve) => {
        setTimeout(() => resolve(kind), 5)
      })
    }
  const ended: Promise<unknown>[] = []
  for (let n = 0; n < 400; n++) {
    if (n % 5 === 0) ended.push(unary(client, 'Purge', n, none()))
    const call = n % 3 === 0 ? client.Chat(none()) : client.Say(n, none(), { deadline: Date.now() + 400 }, () => {})
    ended.push(statusOf(call))
    if (n % 3 === 0) call.on('data', () => {}).write(n)
    if (n % 6 === 0) call.end()
    else if (n % 3 === 0 || n % 7 === 0) setTimeout(() => call.cancel(), n % 20)
    if (n % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await Promise.all(ended)
  await eventually(async () => {
    const text = await (await fetch(`${app.admin}/metrics`)).text()
    return /^http_client_active_requests\{.*\} 0$/m.test(text) || undefined
  })
  expect(await unary(client, 'Say', 2, none())).toMatchObject({ code: 0, answer: 2 })
})

describe('what is told of a refusal', () => {
  test.each([
    ['another encoding', 'application/grpc+json', true],
    ['in upper case', 'Application/GRPC+Proto', true],
    ['with a parameter', 'application/grpc; charset=utf-8', true],
    ['of another protocol', 'application/grpc-web', false],
    ['of another protocol, with an encoding', 'application/grpc-web+proto', false],
    ['no gRPC', 'application/json', false],
  ])('%s', async (_, type, isCall) => {
    await start()
    const answer = await rawCall({ 'content-type': type, ':path': '/test.v1.Echo/Purge' })
    expect(answer['x-iap-error']).toBe('unauthenticated')
    if (isCall) expect(answer).toMatchObject({ ':status': 200, 'grpc-status': '16', ended: true })
    else expect(answer).toMatchObject({ ':status': 401, 'content-type': 'application/problem+json' })
  })

  test('a request that has no reading: 13', async () => {
    await start()
    expect(await rawCall({ ':path': '/test.v1.Echo/../Say' })).toMatchObject({
      ':status': 200,
      'grpc-status': '13',
      'x-iap-error': 'dot-segment',
    })
  })

  test('over HTTP/1.1 nobody speaks gRPC', async () => {
    await start()
    const lines = ['Content-Type: application/grpc']
    expect(outcomeOf(await ask(app.port, 'POST /test.v1.Echo/Purge', lines, 'hello'))).toEqual([401, 'unauthenticated'])
  })
})
