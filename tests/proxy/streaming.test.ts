import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually, settled } from '../support/until.ts'

const MB = 1 << 20
/** Twice what the kernel may hold of it: on each of two connections up to 36 MB, where its buffers grow as they do on Linux by default. */
const SIZE = 192 * MB
const piece = Buffer.alloc(64 * 1024, 'x')

let upstream: TestUpstream
let app: TestProxy
/** What the service is told to do with the next request. */
let serve: (request: IncomingMessage, response: ServerResponse) => void

beforeAll(async () => {
  upstream = await startUpstream((request, response) => serve(request, response))
  app = await startTestProxy([upstream.origin], { timeout: '1h', limits: { linger: 300 } })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

async function stillAnswers(): Promise<void> {
  serve = (_, response) => response.end('fine')
  const c = new RawClient(app.port)
  c.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  expect(await c.response()).toMatchObject({ status: 200, body: 'fine' })
  c.close()
}

function opened(text: string): Socket {
  const socket = connect({ host: '127.0.0.1', port: app.port })
  socket.on('error', () => {})
  socket.write(text.replace(/\n/g, '\r\n'))
  return socket
}

/** Once for each side: they are all in this process. */
const turn = () => fetch(`${app.admin}/healthz`)

test.each([
  ['with a length', { 'content-length': String(SIZE) }],
  ['in chunks', {}],
])('a slow reader slows the service, and gets all of it: %s', async (_, headers) => {
  let sent = 0
  // Of the test before there may be some that nobody has collected.
  const before = process.memoryUsage().arrayBuffers
  serve = (_request, response) => {
    response.writeHead(200, headers)
    const more = (): void => {
      while (sent < SIZE) {
        sent += piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  }
  const socket = opened('GET /open/x HTTP/1.1\nHost: app.test\nConnection: close\n\n')
  socket.pause()
  // What fits into the buffers of the kernel and of both processes.
  expect(await settled(() => sent, turn)).toBeLessThan(SIZE / 2)
  const memory = process.memoryUsage().arrayBuffers - before
  expect(memory).toBeLessThan(40 * MB)
  let received = 0
  for await (const chunk of socket) received += (chunk as Buffer).length
  expect(received).toBeGreaterThanOrEqual(SIZE)
})

test.each([
  ['with a length', `Content-Length: ${SIZE}`, (chunk: Buffer) => [chunk]],
  [
    'in chunks',
    'Transfer-Encoding: chunked',
    (chunk: Buffer) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')],
  ],
])('a service that does not read slows the client, and gets all of it: %s', async (_, header, frame) => {
  let read: (() => void) | undefined
  let received = 0
  serve = (request, response) => {
    read = () => {
      request.on('data', (chunk: Buffer) => {
        received += chunk.length
      })
      request.on('end', () => response.end(String(received)))
    }
  }
  const c = new RawClient(app.port)
  c.send(`POST /open/x HTTP/1.1\nHost: app.test\n${header}\n\n`)
  let sent = 0
  const write = (async () => {
    while (sent < SIZE) {
      let room = true
      for (const part of frame(piece)) room = c.socket.write(part)
      sent += piece.length
      if (!room) await new Promise((resolve) => c.socket.once('drain', resolve))
    }
    if (header.startsWith('T')) c.send('0\n\n')
  })()
  expect(await settled(() => sent, turn)).toBeLessThan(SIZE / 2)
  read?.()
  await write
  expect((await c.response()).body).toBe(String(SIZE))
  c.close()
})

test('the head of an answer does not wait for its body, nor one event for the next', async () => {
  let next: (text: string) => void = () => {}
  serve = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    next = (text) => void response.write(text)
  }
  const socket = opened('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  await eventually(() => text.includes('\r\n\r\n') || undefined)
  for (const event of ['data: 1', 'data: 2']) {
    next(`${event}\n\n`)
    await eventually(() => text.includes(event) || undefined)
  }
  socket.destroy()
})

test.each([
  ['before the head', () => {}, ''],
  ['after the head', (response: ServerResponse) => response.writeHead(200).flushHeaders(), '\r\n\r\n'],
  ['in the body', (response: ServerResponse) => void response.write('begun'), 'begun'],
])('a client that goes away is seen by the service: %s', async (_, begin, sign) => {
  let gone = false
  let there = false
  serve = (_request, response) => {
    there = true
    response.on('close', () => {
      gone = true
    })
    begin(response)
  }
  const socket = opened('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  await eventually(() => (there && text.includes(sign)) || undefined)
  socket.destroy()
  await eventually(() => gone || undefined)
})

test('a client that goes away in its upload is seen by the service', async () => {
  let aborted = false
  let received = 0
  serve = (request) => {
    request.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    request.on('error', () => {
      aborted = true
    })
  }
  const socket = opened('POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 100\n\nbegun')
  await eventually(() => received || undefined)
  socket.destroy()
  await eventually(() => aborted || undefined)
})

test.each([
  ['with a length', 'Content-Length: 100', 'HTTP/1.1'],
  ['in chunks', 'Transfer-Encoding: chunked', 'HTTP/1.1'],
  ['in chunks, for a client of HTTP/1.0', 'Transfer-Encoding: chunked', 'HTTP/1.0'],
])('a service that dies in mid-body leaves no answer that looks whole: %s', async (_, header, version) => {
  let die: (() => void) | undefined
  serve = (request) => {
    const body = header.startsWith('T') ? '5\r\nbegun\r\n' : 'begun'
    request.socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n${body}`)
    die = () => request.socket.destroy()
  }
  const socket = opened(`GET /open/x ${version}\nHost: app.test\n\n`)
  let text = ''
  let error: NodeJS.ErrnoException | null = null
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  socket.on('error', (reason) => {
    error = reason
  })
  const closed = new Promise((resolve) => socket.on('close', resolve))
  await eventually(() => (die !== undefined && (version === 'HTTP/1.0' || text.includes('begun'))) || undefined)
  die?.()
  await closed
  if (version === 'HTTP/1.0') expect(error).toMatchObject({ code: 'ECONNRESET' })
  else expect(text).toContain('begun')
  expect(text).not.toContain('\r\n0\r\n')
})

test('an answer that comes before the upload is over arrives, and the upload ends', async () => {
  serve = (_, response) => void response.writeHead(413, { connection: 'close' }).end('too much')
  const c = new RawClient(app.port)
  c.send(`POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: ${SIZE}\n\nbegun`)
  expect(await c.response()).toMatchObject({ status: 413, body: 'too much' })
  await c.rest()
  const d = new RawClient(app.port)
  d.send('POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 10\n\nbegun')
  expect((await d.response()).status).toBe(413)
  d.send('ended')
  serve = (_, response) => response.end('next')
  d.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  expect(await d.response()).toMatchObject({ status: 200, body: 'next' })
  d.close()
})

test('after 64 uploads and 64 downloads that were broken off it still answers', async () => {
  let requests = 0
  serve = (request, response) => {
    requests++
    if (request.method === 'GET') for (let i = 0; i < 50; i++) response.write(piece)
    else request.resume()
  }
  const sockets = Array.from({ length: 128 }, (_, i) =>
    opened(
      i % 2 === 0
        ? 'GET /open/x HTTP/1.1\nHost: app.test\n\n'
        : 'POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 99999\n\nbegun',
    ),
  )
  for (const socket of sockets) socket.pause()
  await eventually(() => (requests === 128 ? true : undefined))
  for (const socket of sockets) socket.destroy()
  await stillAnswers()
  await eventually(async () => ((await app.metric('iap_connections')) === 0 ? true : undefined))
})

test('an upload that stalls is a 408, and the service sees it end', async () => {
  const hasty = await startTestProxy([upstream.origin], { limits: { headers: 400, request: 400, linger: 100 } })
  let aborted = false
  serve = (request) => {
    request.resume()
    request.on('error', () => {
      aborted = true
    })
  }
  const c = new RawClient(hasty.port)
  c.send('POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 100\n\nbegun')
  const response = await c.response()
  expect([response.status, response.get('x-iap-error'), response.get('connection')]).toEqual([408, 'request-timeout', 'close'])
  await eventually(() => aborted || undefined)
  await c.rest()
  expect((await hasty.audit(1))[0]).toMatchObject({
    effect: 'permit',
    status: 408,
    code: 'request-timeout',
    rules: ['open_to_all'],
  })
  await hasty.close()
})
