import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, status } from '@grpc/grpc-js'
import { afterEach, expect, test } from 'vitest'
import {
  askCheck,
  askHealth,
  CheckRequest,
  callCheck,
  checkClient,
  checkOf,
  grpcCodeOf,
} from '../../../../tests/support/check-client.ts'
import { outcome, policyWith, proxyWith } from '../../../../tests/support/fake-proxy.ts'
import { until } from '../../../../tests/support/until.ts'
import type { AuditRecord } from '../../../telemetry/audit/index.ts'
import { defaultLimits, type Limits, type ProxyContext } from '../../proxy-context.ts'
import { createExtAuthzServer } from './create-ext-authz-server.ts'

let closing: (() => void)[] = []
let records: AuditRecord[] = []
let said: (readonly [message: string, fields: Readonly<Record<string, unknown>>])[] = []
let shed: string[] = []

afterEach(() => {
  for (const close of closing.reverse()) close()
  closing = []
})

interface Started {
  readonly proxy: ProxyContext
  readonly client: Client
  /** Sends bytes of a check, and leaves it open. */
  open(bytes?: Uint8Array): ClientHttp2Stream
}

async function start(changes: Partial<Limits> = {}): Promise<Started> {
  records = []
  said = []
  shed = []
  const base = proxyWith(
    { policies: { current: policyWith([outcome('permit', { rule: 'p' })], () => 0, { traced: { rules: ['p'] } }) } },
    records,
  )
  const log = { ...base.log, warn: (message: string, fields = {}) => void said.push([message, fields]) }
  const metrics = { ...base.metrics, shed: (reason: string) => void shed.push(reason) }
  const proxy = { ...base, log, metrics, limits: { ...defaultLimits, ...changes } }
  const source = { protocol: 'ext-authz', listener: '127.0.0.1:0' } as const
  const server = await createExtAuthzServer(proxy, { tls: null, mayAsk: () => true, source })
  const listening = createServer((socket) => server.take(socket))
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as AddressInfo
  const client = checkClient(`127.0.0.1:${port}`)
  const session = connect(`http://127.0.0.1:${port}`)
  closing.push(
    () => void listening.close(),
    () => server.closeAll(),
    () => client.close(),
    () => session.destroy(),
  )
  return { proxy, client, open: (bytes) => openCall(session, bytes) }
}

function openCall(session: ClientHttp2Session, bytes: Uint8Array = EMPTY): ClientHttp2Stream {
  const path = '/envoy.service.auth.v3.Authorization/Check'
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' })
  stream.on('error', () => {})
  if (bytes.length > 0) stream.write(bytes)
  return stream
}

const EMPTY = new Uint8Array()

function prefix(length: number, flag = 0): Buffer {
  const bytes = Buffer.alloc(5)
  bytes[0] = flag
  bytes.writeUInt32BE(length, 1)
  return bytes
}

const messageOf = (message = checkOf()) => Buffer.from(CheckRequest.encode(message).finish())

/** The code of gRPC with which a call ends. */
const codeOf = (stream: ClientHttp2Stream) =>
  new Promise<number>((resolve) => {
    stream.once('response', (headers) => headers['grpc-status'] !== undefined && resolve(Number(headers['grpc-status'])))
    stream.once('trailers', (trailers) => resolve(Number(trailers['grpc-status'])))
    stream.once('close', () => resolve(-stream.rstCode))
    stream.resume()
  })

/** Memory for one long message. */
const LITTLE = { memory: 1 }
const LONG = checkOf({ rawBody: Buffer.alloc(3_000_000) })

test('messages for which there is no memory are refused, and short ones are answered', async () => {
  const { client, open, proxy } = await start(LITTLE)
  // Nothing of it has arrived yet.
  const first = open(prefix(4_000_000))
  await until(() => proxy.counts.checkBytes === 4_000_000)
  expect(await grpcCodeOf(askCheck(client, LONG))).toBe(status.RESOURCE_EXHAUSTED)
  expect((await askCheck(client)).status.code).toBe(0)
  first.destroy()
  await until(() => proxy.counts.checkBytes === 0)
  expect((await askCheck(client, LONG)).status.code).toBe(0)
  await until(() => proxy.counts.checkBytes === 0)
  const bytes = expect.any(Number)
  expect(said).toEqual([
    ['a check was refused, as the messages of others take the memory for checks', { source: '127.0.0.1', bytes, count: 1 }],
  ])
  expect(shed).toEqual(['memory'])
})

test('a message whose length arrives in pieces takes its memory', async () => {
  const { open, proxy } = await start()
  const stream = open(prefix(1000).subarray(0, 2))
  await sleep(20)
  stream.write(prefix(1000).subarray(2, 4))
  await sleep(20)
  expect(proxy.counts.checkBytes).toBe(0)
  stream.write(prefix(1000).subarray(4))
  await until(() => proxy.counts.checkBytes === 1000)
})

test('a call that is refused in the middle of its message frees its memory', async () => {
  const { open, proxy } = await start()
  const stream = open(Buffer.concat([prefix(1000), Buffer.alloc(999)]))
  await until(() => proxy.counts.checkBytes === 1000)
  stream.destroy()
  await until(() => proxy.counts.checkBytes === 0)
})

test.each([
  [
    'is too long',
    Buffer.concat([prefix(10_000_000), Buffer.alloc(100)]),
    status.RESOURCE_EXHAUSTED,
    'the message has 10000000 bytes, more than 4194304',
  ],
  ['is none', Buffer.concat([prefix(2), Buffer.from([0x0a, 0xff])]), status.INTERNAL, 'the bytes are no message of this method'],
  ['is compressed', Buffer.concat([prefix(4, 1), Buffer.alloc(4)]), status.UNIMPLEMENTED, 'messages may not be compressed'],
  ['is cut', Buffer.concat([prefix(4), Buffer.alloc(3)]), status.INTERNAL, 'the call ends before its message'],
  ['has no whole prefix', prefix(4).subarray(0, 4), status.INTERNAL, 'the call ends before its message'],
  ['does not exist', EMPTY, status.UNIMPLEMENTED, 'the call has no message'],
])('a message that %s is refused, with a line in the log', async (_, bytes, code, reason) => {
  const { client, open, proxy } = await start()
  const stream = open(bytes)
  const ended = codeOf(stream)
  stream.end()
  expect(await ended).toBe(code)
  await until(() => said.length > 0)
  expect(said).toEqual([['a check could not be read, so it was refused', { source: '127.0.0.1', reason, count: 1 }]])
  await until(() => proxy.counts.checkBytes === 0)
  expect((await askCheck(client)).status.code).toBe(0)
  expect(records).toHaveLength(1)
})

test('a refusal of this listener has its code, and no such line', async () => {
  const { open } = await start({ connections: 0 })
  const stream = open()
  const [headers] = await new Promise<[Record<string, unknown>]>((resolve) => stream.once('response', (one) => resolve([one])))
  expect([headers['grpc-status'], headers['x-iap-error']]).toEqual([String(status.RESOURCE_EXHAUSTED), 'overloaded'])
  await until(() => stream.destroyed)
  expect(said.map(([message]) => message)).toEqual(['a check was refused, as there are as many as `limits.connections`'])
})

test('a second message in a call is refused', async () => {
  const { open, proxy } = await start()
  const message = messageOf()
  const stream = open(Buffer.concat([prefix(message.length), message, prefix(4_000_000), Buffer.alloc(1000)]))
  expect(await codeOf(stream)).toBe(status.UNIMPLEMENTED)
  await until(() => proxy.counts.checkBytes === 0)
})

test('calls that have sent nothing yet have a place, and health is answered without one', async () => {
  const { client, open } = await start({ connections: 2 })
  const two = [open(), open()]
  await until(async () => (await grpcCodeOf(askCheck(client))) === status.RESOURCE_EXHAUSTED)
  expect(await askHealth(client)).toBe(1)
  expect(shed).toContain('connections')
  for (const stream of two) stream.destroy()
  await until(async () => (await grpcCodeOf(askCheck(client))) === status.OK)
})

test('a call that sends a byte now and then ends after the time for a request', async () => {
  const { open } = await start({ request: 300 })
  const stream = open(prefix(1000))
  let isOver = false
  const ended = codeOf(stream).finally(() => {
    isOver = true
  })
  while (!isOver) {
    if (!stream.destroyed && !stream.closed) stream.write(Buffer.alloc(1))
    await sleep(20)
  }
  expect(await ended).toBeLessThanOrEqual(0)
})

test('a long message that arrives whole is decided', async () => {
  const { client } = await start(LITTLE)
  const { response } = callCheck(client, messageOf(LONG))
  expect((await response).status.code).toBe(0)
})
