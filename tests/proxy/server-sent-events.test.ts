/** Streams of events (WHATWG HTML §9.2): nothing of them waits in the proxy, and a service hears at once that nobody listens any more. */
import { type IncomingHttpHeaders, request, type ServerResponse } from 'node:http'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const STREAMS = 100
const EVENTS = 20

let upstream: TestUpstream
let proxy: TestProxy
let session: ClientHttp2Session
/** Streams that the service has open, by path. */
let open: Map<string, ServerResponse>
/** Of how many it has heard the end. */
let ends: number

beforeAll(async () => {
  upstream = await startUpstream(({ url = '' }, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    })
    response.flushHeaders()
    response.on('close', () => ends++)
    open.set(url, response)
  })
  proxy = await startTestProxy([upstream.origin], { listener: 'http2: true', timeout: '1h' })
  session = connect(proxy.origin)
})

beforeEach(() => {
  open = new Map()
  ends = 0
})

afterAll(async () => {
  session?.destroy()
  await proxy?.close()
  await upstream?.close()
})

interface Listening {
  readonly headers: Promise<IncomingHttpHeaders>
  /** Pieces of the stream as they came, of which each event is one. */
  readonly pieces: readonly string[]
  leave(): void
}

function listenHttp1(path: string): Listening {
  const pieces: string[] = []
  const asked = request({ host: '127.0.0.1', port: proxy.port, path, headers: { host: 'app.test' }, agent: false })
  const headers = new Promise<IncomingHttpHeaders>((resolve) => {
    asked.on('response', (answer) => {
      answer.on('data', (chunk) => pieces.push(String(chunk))).on('error', () => {})
      resolve(answer.headers)
    })
  })
  asked.on('error', () => {}).end()
  return { headers, pieces, leave: () => asked.destroy() }
}

function listenHttp2(path: string): Listening {
  const pieces: string[] = []
  const stream = session.request({ ':path': path, ':authority': 'app.test' })
  const headers = new Promise<IncomingHttpHeaders>((resolve) => stream.on('response', resolve))
  stream.on('data', (chunk) => pieces.push(String(chunk))).on('error', () => {})
  return { headers, pieces, leave: () => stream.close(constants.NGHTTP2_CANCEL) }
}

describe.each([
  ['HTTP/1.1', listenHttp1],
  ['HTTP/2', listenHttp2],
])('over %s', (version, listen) => {
  test('the head is there before the first event, and says what the service says', async () => {
    const one = listen('/open/head')
    expect(await one.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    expect(one.pieces).toEqual([])
    one.leave()
    await eventually(() => (ends === 1 ? true : undefined))
  })

  test(`${STREAMS} at once: each event is there before the next is sent, and all are told of the end`, async () => {
    const streams = Array.from({ length: STREAMS }, (_, at) => listen(`/open/${at}`))
    await Promise.all(streams.map(({ headers }) => headers))
    expect(open.size).toBe(STREAMS)
    for (let event = 0; event < EVENTS; event += 1) {
      // A small one and one that is as large as a buffer.
      const text = `id: ${event}\ndata: ${'x'.repeat(event % 2 === 0 ? 10 : 16_000)}\n\n`
      for (const response of open.values()) response.write(text)
      await Promise.all(streams.map(({ pieces }) => eventually(() => (pieces.join('').endsWith(text) ? true : undefined))))
    }
    const whole = streams.map(({ pieces }) => pieces.join(''))
    expect(new Set(whole).size).toBe(1)
    expect(whole[0]?.match(/^id: /gm)).toHaveLength(EVENTS)
    for (const stream of streams) stream.leave()
    await eventually(() => (ends === STREAMS ? true : undefined))
  })

  test('an end of the service is the end', async () => {
    const path = `/open/end/${version.replace('/', '-')}`
    const one = listen(path)
    await one.headers
    open.get(path)?.end('data: last\n\n')
    const [record] = await proxy.audit(1, path)
    expect([one.pieces.join(''), record?.complete]).toEqual(['data: last\n\n', true])
  })
})
