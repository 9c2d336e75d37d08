/** Requests and answers that are broken off, or stall, at either end: what the other end sees of it, and that everything else goes on. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Asked, type Carried, type CarriedClient, http1Client, http2Client } from '../support/carried-client.ts'
import { startRawService } from '../support/raw-service.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually, settled } from '../support/until.ts'

const MANY = process.env.IAP_FULL === '1' ? 64 : 24
const piece = Buffer.alloc(64 * 1024, 'x')

let upstream: TestUpstream
let app: TestProxy
/** What the service is told to do with the next request. */
let serve: (request: IncomingMessage, response: ServerResponse) => void

beforeAll(async () => {
  upstream = await startUpstream((request, response) => serve(request, response))
  app = await startTestProxy([upstream.origin], { listener: 'http2: true', timeout: '1h', limits: { linger: 300 } })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

/** All sides are in this process: each has its turn meanwhile. */
const turn = () => fetch(`${app.admin}/healthz`)

/** Writes for as long as somebody takes it. */
function writeOn(response: ServerResponse): void {
  while (!response.destroyed && response.write(piece));
  response.once('drain', () => writeOn(response))
}

/** As much as leaves time for others, in one process. */
function writeSlowly(response: ServerResponse): void {
  const writing = setInterval(() => response.writableNeedDrain || response.write(piece), 20)
  response.on('close', () => clearInterval(writing))
}

/** Bodies, as their heads announce them. */
const bodies: readonly [string, Asked['headers'] & object][] = [
  ['of a length', { 'content-length': '1000000000' }],
  ['without one', {}],
]

describe.each([
  ['HTTP/1.1', http1Client],
  ['HTTP/2', http2Client],
])('over %s', (_version, clientOn) => {
  let client: CarriedClient

  beforeEach(() => {
    client = clientOn(app.port)
  })

  afterEach(async () => {
    client.close()
    // Nothing hangs behind it.
    await eventually(async () => ((await app.metric('iap_connections')) === 0 ? true : undefined))
    const metrics = async () => await (await fetch(`${app.admin}/metrics`)).text()
    await eventually(async () => ((await metrics()).includes('http_server_active_requests{') ? undefined : true))
  })

  async function stillServes(): Promise<void> {
    serve = (_, response) => response.end('fine')
    const answers = Array.from({ length: MANY }, (_, at) => client.open({ path: `/open/${at}` }))
    expect(await Promise.all(answers.map(({ whole }) => whole))).toEqual(new Array(MANY).fill(true))
    expect(new Set(await Promise.all(answers.map(({ status }) => status)))).toEqual(new Set([200]))
  }

  test.each(bodies)(`${MANY} uploads %s`, async (_, headers) => {
    let begun = 0
    const ends: ('broken' | 'whole')[] = []
    serve = (request) => {
      request.once('data', () => begun++)
      request.on('error', () => ends.push('broken'))
      request.on('end', () => ends.push('whole'))
      request.resume()
    }
    const uploads = Array.from({ length: MANY }, () => client.open({ method: 'POST', path: '/open/up', headers, body: true }))
    for (const upload of uploads) void upload.write(piece)
    await eventually(() => (begun === MANY ? true : undefined))
    for (const upload of uploads) upload.abort()
    await eventually(() => (ends.length === MANY ? true : undefined))
    expect(new Set(ends)).toEqual(new Set(['broken']))
    await stillServes()
  })

  test.each<[string, (response: ServerResponse) => void, boolean]>([
    ['that are read', writeSlowly, true],
    ['that nobody reads', writeOn, false],
  ])(`${MANY} downloads %s`, async (_, write, isRead) => {
    let [begun, broken] = [0, 0]
    serve = (request, response) => {
      begun++
      response.on('close', () => broken++)
      response.writeHead(200, request.url?.endsWith('1') ? { 'content-length': '1000000000' } : {})
      write(response)
    }
    const downloads = Array.from({ length: MANY }, (_unused, at) => client.open({ path: `/open/down${at % 2}` }))
    if (!isRead) for (const download of downloads) download.pause()
    await eventually(() => (begun === MANY ? true : undefined))
    expect(new Set(await Promise.all(downloads.map(({ status }) => status)))).toEqual(new Set([200]))
    for (const download of downloads) download.abort()
    await eventually(() => (broken === MANY ? true : undefined))
    await stillServes()
  })

  test(`${MANY} requests that wait for an answer`, async () => {
    let [begun, broken] = [0, 0]
    serve = (_, response) => {
      begun++
      response.on('close', () => broken++)
    }
    const waiting = Array.from({ length: MANY }, () => client.open({ path: '/open/wait' }))
    await eventually(() => (begun === MANY ? true : undefined))
    for (const one of waiting) one.abort()
    await eventually(() => (broken === MANY ? true : undefined))
    await stillServes()
  })

  test.each(bodies)(`${MANY} answers %s whose service dies in their middle end with no clean end`, async (_, headers) => {
    const dying: ServerResponse[] = []
    serve = (_request, response) => {
      response.writeHead(200, headers)
      response.write(piece)
      dying.push(response)
    }
    const downloads = Array.from({ length: MANY }, () => client.open({ path: '/open/dies' }))
    await eventually(() => (downloads.every(({ received }) => received === piece.length) ? true : undefined))
    for (const [at, response] of dying.entries())
      if (at % 2 === 0) response.socket?.resetAndDestroy()
      else response.socket?.destroy()
    expect(await Promise.all(downloads.map(({ whole }) => whole))).toEqual(new Array(MANY).fill(false))
    await stillServes()
  })

  test.each(bodies)('an upload %s whose service dies gets an answer, and the rest is not waited for', async (_, headers) => {
    serve = (request) => void request.once('data', () => request.socket.resetAndDestroy())
    const upload = client.open({ method: 'POST', path: '/open/dies', headers, body: true })
    await upload.write(piece)
    expect(await upload.status).toBe(502)
    await stillServes()
  })

  test.each(bodies)('an upload %s whose service answers early, and reads no more', async (_, headers) => {
    serve = (request, response) =>
      void request.once('data', () => response.writeHead(413, { connection: 'close' }).end('too much'))
    const upload = client.open({ method: 'POST', path: '/open/early', headers, body: true })
    await upload.write(piece)
    expect(await upload.status).toBe(413)
    await eventually(() => (upload.text === 'too much' ? true : undefined))
    await stillServes()
  })

  test.each([
    ['of a length', { 'content-length': '100' }],
    ['without one', {}],
  ])('a body %s that comes byte by byte is whole, both ways', async (_, headers) => {
    serve = (request, response) => {
      response.writeHead(200, headers as Record<string, string>)
      request.pipe(response)
    }
    const echo = client.open({ method: 'POST', path: '/open/slow', headers: headers as Record<string, string>, body: true })
    const sent = Array.from({ length: 100 }, (_unused, at) => String(at % 10)).join('')
    for (const [at, digit] of [...sent].entries()) {
      await echo.write(Buffer.from(digit))
      // The one comes back before the next is sent.
      await eventually(() => (echo.received === at + 1 ? true : undefined))
    }
    echo.end()
    expect([await echo.whole, echo.text]).toEqual([true, sent])
  })

  test('a service that reads slowly slows the client, and gets all of it', async () => {
    let received = 0
    let ended = false
    let read: () => void = () => {}
    serve = (request, response) => {
      read = () => {
        request.on('data', (chunk: Buffer) => {
          received += chunk.length
        })
        request.on('end', () => {
          ended = true
          response.end('fine')
        })
      }
    }
    const upload = client.open({ method: 'POST', path: '/open/slow', body: true })
    // More than the buffers of the kernel grow to, on both connections.
    const pieces = 3000
    let sent = 0
    const sending = (async () => {
      for (; sent < pieces; sent += 1) await upload.write(piece)
      upload.end()
    })()
    expect(await settled(() => sent, turn)).toBeLessThan(pieces)
    read()
    await sending
    expect(await upload.status).toBe(200)
    expect([ended, received]).toEqual([true, pieces * piece.length])
  })

  test('a connection that the service closes just as a request goes out', async () => {
    const service = await startRawService(({ nth, socket, answer }) => (nth === 1 ? answer('fine') : void socket.destroy()))
    const other = await startTestProxy([service.origin], { listener: 'http2: true' })
    const one = clientOn(other.port)
    const ask = async (method: string) => {
      const asked = one.open({ method, path: '/open/again' })
      return [await asked.status, await asked.whole]
    }
    expect(await ask('GET')).toEqual([200, true])
    // It finds a connection that was used. What must not be carried out twice is not; other requests are, on a new one.
    expect(await ask('POST')).toEqual([502, true])
    expect(await ask('GET')).toEqual([200, true])
    expect(await ask('GET')).toEqual([200, true])
    one.close()
    await other.close()
    await service.close()
  })
})

describe('over one connection of HTTP/2', () => {
  let sent = 0

  /** Sends as much as is taken. */
  function stuckWith(upload: Carried): void {
    void (async () => {
      for (let more = 0; more < 1000; more += 1, sent += 1) await upload.write(piece)
    })()
  }

  test('an answer that nobody reads and an upload that nobody takes keep no other waiting', async () => {
    const client = http2Client(app.port)
    serve = (request, response) => {
      if (request.url === '/open/full') writeOn(response.writeHead(200))
      else if (request.url === '/open/fine') request.pipe(response)
    }
    for (let at = 0; at < 10; at += 1) {
      client.open({ path: '/open/full' }).pause()
      const stuck = client.open({ method: 'POST', path: '/open/stuck', body: true })
      stuckWith(stuck)
    }
    await settled(() => sent, turn)
    for (let at = 0; at < 5; at += 1) {
      const echo = client.open({ method: 'POST', path: '/open/fine', body: true })
      for (let more = 0; more < 20; more += 1) await echo.write(piece)
      echo.end()
      expect([await echo.status, await echo.whole, echo.received]).toEqual([200, true, 20 * piece.length])
    }
    client.close()
  })
})
