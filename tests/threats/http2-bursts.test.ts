/**
 * Frames that come in one piece, so that nghttp2 processes them in one call. Whatever the proxy does about the first of them, it does from within a callback of nghttp2,
 * where a session or a stream that is destroyed aborts the process. With workers as processes of their own, since that is what would end.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { encodeFields, FLAG, FRAME, RawHttp2 } from '../support/raw-http2.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream
let proxy: Running
let port = 0

beforeAll(async () => {
  upstream = await startUpstream((request, response) => request.resume().on('end', () => response.end('fine')))
  stage = await openStage()
  stage.configure({ upstream: upstream.origin, listeners: '[{ address: "127.0.0.1:0", http2: true }]' })
  proxy = stage.start({ lives: 'stage' })
  ;[port = 0] = await proxy.ready()
})

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

function head(stream: number, method: string, path: string, last: boolean, type = 'text/plain'): Buffer {
  const fields = [
    [':method', method],
    [':scheme', 'http'],
    [':authority', 'app.test'],
    [':path', path],
    ['content-type', type],
  ] as const
  return frame(FRAME.headers, FLAG.endHeaders | (last ? FLAG.endStream : 0), stream, encodeFields(fields))
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const reset = (stream: number, code: number) => frame(FRAME.reset, 0, stream, number(code))
const data = (stream: number, text: string) => frame(FRAME.data, 0, stream, Buffer.from(text))
/** Of no octet: an error of the stream (RFC 9113 §6.9). */
const noRoom = (stream: number) => frame(FRAME.window, 0, stream, number(0))

const pieces: readonly (readonly [string, (stream: number) => Buffer[]])[] = [
  ['requests that are reset with CANCEL', (id) => [head(id, 'GET', '/open/x', true), reset(id, 8)]],
  ['requests that are reset with NO_ERROR', (id) => [head(id, 'GET', '/open/x', true), reset(id, 0)]],
  ['uploads that are reset', (id) => [head(id, 'POST', '/open/x', false), data(id, 'a'), reset(id, 8)]],
  ['uploads that are refused, and reset', (id) => [head(id, 'POST', '/users/x', false), data(id, 'a'), reset(id, 8)]],
  ['calls of gRPC that are reset', (id) => [head(id, 'POST', '/open/x', false, 'application/grpc'), reset(id, 8)]],
  ['requests that have two readings, and are reset', (id) => [head(id, 'GET', '/open/../x', true), reset(id, 8)]],
  ['requests that the proxy is made to reset', (id) => [head(id, 'GET', '/open/x', true), noRoom(id)]],
  [
    'requests of all kinds',
    (id) => [
      head(id, 'POST', id % 4 === 1 ? '/open/x' : '/users/x', false),
      ...(id % 3 === 0 ? [noRoom(id)] : []),
      data(id, 'a'),
      ...(id % 5 === 0 ? [] : [reset(id, id % 7 === 0 ? 0 : 8)]),
    ],
  ],
]

test.each(pieces)('thousands of %s in one piece end no worker', async (_, piece) => {
  const pids = (await proxy.workers()).map(({ pid }) => pid)
  const sent = Array.from({ length: 3000 }, (_, at) => piece(2 * at + 1)).flat()
  await Promise.all(
    [1, 2, 3].map(async () => {
      const client = await RawHttp2.open(port)
      client.socket.write(Buffer.concat([...sent, frame(FRAME.ping, 0, 0, Buffer.alloc(8))]))
      // nghttp2 answers the PING, or ends the connection because of so many resets: either comes after all of it.
      const isThrough = () =>
        client.frames.some(({ type, flags }) => type === FRAME.goaway || (type === FRAME.ping && flags === FLAG.ack))
      expect((await client.until(isThrough)) || client.closed).toBe(true)
      client.close()
    }),
  )
  expect((await proxy.workers()).map(({ pid }) => pid)).toEqual(pids)
  expect(proxy.said()).not.toContain('a worker has ended')
})
