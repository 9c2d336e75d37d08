import { type ClientHttp2Session, connect, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { FLAG, FRAME, RawHttp2 } from '../../../../../tests/support/raw-http2.ts'
import { until } from '../../../../../tests/support/until.ts'
import { type DecideCheck, serveConnection } from './index.ts'
import { envoy } from './messages.generated.js'

const { CheckRequest, CheckResponse } = envoy.service.auth.v3
const CHECK = '/envoy.service.auth.v3.Authorization/Check'
const HEALTH = '/grpc.health.v1.Health/Check'

let closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.reverse()) close()
  closing = []
})

/** Calls under way, their memory, and the reasons of failed ones. */
interface Counts {
  calls: number
  bytes: number
  readonly failed: string[]
}

interface Started {
  readonly session: ClientHttp2Session
  readonly port: number
  readonly counts: Counts
}

/** @param initialWindowSize bytes of a reply that the client receives without allowing more */
async function start(check: DecideCheck = permit, initialWindowSize = 65_535): Promise<Started> {
  const counts: Counts = { calls: 0, bytes: 0, failed: [] }
  const admission = {
    begin() {
      counts.calls++
      return true
    },
    end() {
      counts.calls--
    },
    take(bytes: number) {
      counts.bytes += bytes
      return true
    },
    free(bytes: number) {
      counts.bytes -= bytes
    },
    failed: (reason: string) => void counts.failed.push(reason),
  }
  const limits = { message: 100_000, streams: 100, idle: 3_600_000, check: 3_600_000 }
  const handlers = { admission, check, isServing: () => true }
  // As listeners of the proxy.
  const server = createServer({ allowHalfOpen: true }, (socket) => serveConnection(socket, handlers, limits))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const session = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize } })
  closing.push(
    () => void server.close(),
    () => session.destroy(),
  )
  return { session, port, counts }
}

const REMOVED = ['x-one', 'x-two']

const permit: DecideCheck = (_, reply) => {
  const okResponse = { headers: [], headersToRemove: ['x-three'], responseHeadersToAdd: [] }
  const dynamicMetadata = { fields: [{ key: 'rule', value: { stringValue: 'p' } }] }
  reply({ kind: 'response', response: { status: { code: 0 }, okResponse, dynamicMetadata }, alwaysRemove: REMOVED })
  return () => {}
}

interface Answered {
  readonly headers: IncomingHttpHeaders
  readonly trailers: IncomingHttpHeaders
  readonly bytes: Buffer
}

function call(session: ClientHttp2Session, changes: OutgoingHttpHeaders = {}, bytes: Uint8Array = framedRequest()) {
  const fields = { ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc', te: 'trailers', ...changes }
  const stream = session.request(fields, { endStream: false })
  const answered = new Promise<Answered>((resolve) => {
    let headers: IncomingHttpHeaders = {}
    let trailers: IncomingHttpHeaders = {}
    const chunks: Buffer[] = []
    stream.on('error', () => {})
    stream.once('response', (received) => {
      headers = received
    })
    stream.once('trailers', (received) => {
      trailers = received
    })
    stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
    stream.once('close', () => resolve({ headers, trailers, bytes: Buffer.concat(chunks) }))
  })
  stream.end(bytes)
  return { stream, answered }
}

function framedRequest(): Buffer {
  const message = CheckRequest.encode({ attributes: {} }).finish()
  return Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message])
}

test('a response, with the headers that are always removed', async () => {
  const { session } = await start()
  for (const type of ['application/grpc', 'application/grpc+proto', 'application/grpc;charset=utf-8']) {
    const { headers, trailers, bytes } = await call(session, { 'content-type': type }).answered
    expect([headers[':status'], headers['content-type'], trailers['grpc-status']]).toEqual([200, 'application/grpc+proto', '0'])
    expect([bytes[0], bytes.readUInt32BE(1)]).toEqual([0, bytes.length - 5])
    const { okResponse, dynamicMetadata } = CheckResponse.decode(bytes.subarray(5))
    expect(okResponse?.headersToRemove.toSorted()).toEqual(['x-one', 'x-three', 'x-two'])
    expect(dynamicMetadata.fields[0]?.key).toBe('rule')
  }
})

test('health, of this service alone', async () => {
  const { session } = await start()
  const empty = Buffer.alloc(5)
  const { trailers, bytes } = await call(session, { ':path': HEALTH }, empty).answered
  expect([trailers['grpc-status'], [...bytes.subarray(5)]]).toEqual(['0', [8, 1]])
  const other = Buffer.from([0, 0, 0, 0, 3, 10, 1, 120])
  expect((await call(session, { ':path': HEALTH }, other).answered).headers['grpc-status']).toBe('5')
})

test.each([
  ['another method of HTTP', { ':method': 'GET' }, { ':status': 405, allow: 'POST' }],
  ['another type', { 'content-type': 'application/json' }, { ':status': 415 }],
  ['a type that begins alike', { 'content-type': 'application/grpc-web' }, { ':status': 415 }],
  ['another service', { ':path': '/envoy.service.auth.v2.Authorization/Check' }, { ':status': 200, 'grpc-status': '12' }],
  ['another spelling of the path', { ':path': `${CHECK}/` }, { ':status': 200, 'grpc-status': '12' }],
  ['a malformed timeout', { 'grpc-timeout': '1 s' }, { ':status': 200, 'grpc-status': '13' }],
  ['a timeout of nine digits', { 'grpc-timeout': '123456789n' }, { ':status': 200, 'grpc-status': '13' }],
])('%s is refused, and takes no place', async (_, changes, expected) => {
  const { session, counts } = await start()
  expect((await call(session, changes).answered).headers).toMatchObject(expected)
  expect([counts.calls, counts.bytes, counts.failed]).toEqual([0, 0, []])
  expect((await call(session).answered).trailers['grpc-status']).toBe('0')
})

test('a deadline ends the work on an answer, once', async () => {
  let ended = 0
  let late = () => {}
  const { session, counts } = await start((_, reply) => {
    late = () => void permit({}, reply)
    return () => void ended++
  })
  const { headers } = await call(session, { 'grpc-timeout': '20m' }).answered
  expect([headers['grpc-status'], ended]).toEqual(['4', 1])
  late()
  await until(() => counts.calls === 0 && counts.bytes === 0)
  expect(ended).toBe(1)
})

test('a deadline ends a reply that its caller does not receive', async () => {
  let asked = 0
  const { session, counts } = await start((message, reply) => {
    asked++
    return permit(message, reply)
  }, 0)
  const { trailers } = await call(session, { 'grpc-timeout': '20m' }).answered
  expect([asked, trailers]).toEqual([1, {}])
  await until(() => counts.calls === 0 && counts.bytes === 0)
})

const FIELDS = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', CHECK],
  [':authority', 'iap.example'],
  ['content-type', 'application/grpc'],
] as const

test('the end of a connection ends its calls', async () => {
  const { port, counts } = await start()
  const client = await RawHttp2.open(port)
  client.request(1, FIELDS, false)
  await until(() => counts.calls === 1)
  client.socket.end()
  await until(() => counts.calls === 0 && client.closed)
})

test('a message in pieces of one byte is read', async () => {
  const paths: (string | undefined)[] = []
  const { port, counts } = await start((message, reply) => {
    paths.push(message.attributes?.request?.http?.path)
    return permit(message, reply)
  })
  const client = await RawHttp2.open(port)
  closing.push(() => client.socket.destroy())
  const path = '/a'.repeat(200)
  const message = CheckRequest.encode({ attributes: { request: { http: { path } } } }).finish()
  const bytes = Buffer.concat([Buffer.from([0, 0, 0, message.length >> 8, message.length & 255]), message])
  client.request(1, FIELDS, false)
  for (const byte of bytes) client.send(FRAME.data, 0, 1, Buffer.from([byte]))
  client.send(FRAME.data, FLAG.endStream, 1)
  await client.until(() => client.endOf(1) !== null)
  expect([client.endOf(1), paths]).toEqual(['end', [path]])
  await until(() => counts.calls === 0 && counts.bytes === 0)
})

test('a deadline that is later than the bound of a check changes nothing', async () => {
  const { session } = await start()
  expect((await call(session, { 'grpc-timeout': '99999999H' }).answered).trailers['grpc-status']).toBe('0')
})

test('a caller that goes ends the work on its answer, and an answer that comes later is none', async () => {
  let ended = 0
  let late = () => {}
  let asked = 0
  const { session, counts } = await start((_, reply) => {
    asked++
    late = () => void permit({}, reply)
    return () => void ended++
  })
  const { stream } = call(session)
  await until(() => asked === 1)
  stream.destroy()
  await until(() => ended === 1 && counts.calls === 0 && counts.bytes === 0)
  late()
  // The connection goes on.
  expect((await call(session, { ':path': HEALTH }, Buffer.alloc(5)).answered).trailers['grpc-status']).toBe('0')
})

test('an error has its code, for the log of the caller', async () => {
  const { session } = await start((_, reply) => {
    reply({ kind: 'error', code: 7, error: 'check-not-allowed', message: 'may not ask: 100 %' })
    return () => {}
  })
  expect((await call(session).answered).headers).toMatchObject({
    'grpc-status': '7',
    'grpc-message': 'may not ask: 100 %25',
    'x-iap-error': 'check-not-allowed',
  })
})
