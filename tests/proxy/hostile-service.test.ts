import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'

/** What the service says, byte for byte, when a request comes. */
let answer: (socket: Socket) => void
let server: Server
let app: TestProxy

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  app = await startTestProxy([`http://127.0.0.1:${(server.address() as AddressInfo).port}`], { timeout: '600ms' })
})

afterAll(async () => {
  await app?.close()
  server?.close()
})

const get = 'GET /open/x HTTP/1.1\nHost: app.test\n\n'

async function ask(text = get): Promise<[status: number, code: string | undefined]> {
  const c = new RawClient(app.port)
  c.send(text)
  const response = await c.response(text.startsWith('HEAD'))
  c.close()
  return [response.status, response.get('x-iap-error')]
}

describe('an answer that was cut off never looks whole', () => {
  const cuts: [string, (socket: Socket) => void][] = [
    ['by a reset', (socket) => socket.resetAndDestroy()],
    ['by its end', (socket) => socket.end()],
  ]
  const heads: [string, string, boolean][] = [
    ['its length is that of the connection', 'HTTP/1.1 200 OK\r\n\r\nbegun', false],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n', true],
    ['in chunks, the last', 'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n', true],
    ['with a length, the last', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 50\r\n\r\nbegun', true],
  ]
  const cases = cuts.flatMap(([how, cut]) =>
    heads.flatMap(([what, head, tellsItself]) =>
      // Without a length, an orderly end is the end.
      tellsItself || how === 'by a reset' ? [[what, how, head, cut] as const] : [],
    ),
  )

  test.each(cases)('%s, %s', async (_, __, head, cut) => {
    answer = (socket) => {
      socket.write(head)
      // Both sides are in this process: the proxy has the head once it has answered twice.
      const turn = () => fetch(`${app.admin}/healthz`)
      void turn()
        .then(turn)
        .then(() => cut(socket))
    }
    for (const version of ['1.1', '1.0']) {
      const c = new RawClient(app.port)
      let error: NodeJS.ErrnoException | null = null
      c.socket.on('error', (reason) => {
        error = reason
      })
      c.send(`GET /open/cut HTTP/${version}\nHost: app.test\n\n`)
      expect(await c.rest()).not.toMatch(/\r\n0\r\n\r\n$/)
      if (version === '1.0') expect(error).toMatchObject({ code: 'ECONNRESET' })
    }
    expect((await app.audit(1, '/open/cut')).every(({ complete }) => !complete)).toBe(true)
  })
})

describe('no answer', () => {
  test.each([
    ['a status below 100', 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['a status of 0', 'HTTP/1.1 000 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['a status of 600', 'HTTP/1.1 600 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['a status of 999', 'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['HTTP/2.0', 'HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['HTTP/0.9', 'HTTP/0.9 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['HTTP/2.0 behind a 100', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a switch of the protocol', 'HTTP/1.1 101 Odd\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['a switch to no protocol', 'HTTP/1.1 101 Odd\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'],
    ['a coding besides chunked', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n'],
    ['a coding that is not chunked', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nhi'],
    ['chunked twice', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n'],
  ])('%s', async (_, bytes) => {
    answer = (socket) => socket.end(bytes)
    expect(await ask()).toEqual([502, 'upstream-bad-response'])
  })

  test('early hints without end', async () => {
    answer = (socket) => {
      const more = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(10)), 5)
      socket.on('close', () => clearInterval(more))
    }
    const c = new RawClient(app.port)
    c.send(get)
    const statuses: number[] = []
    while ((statuses.at(-1) ?? 0) < 200) statuses.push((await c.response()).status)
    c.close()
    expect(statuses).toEqual([...new Array(8).fill(103), 502])
  })
})

describe('an informational answer that nobody asked for is skipped', () => {
  const final = 'HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\nHTTP/1.1 100 Continue'
  const heads = [
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 100\r\n\r\n',
    'HTTP/1.1 100 Continue\r\nx: y\r\n\r\n',
    'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 199 Odd\r\n\r\n\r\n',
  ]
  const ways: [string, (socket: Socket, bytes: string) => Promise<void>][] = [
    ['in one piece', async (socket, bytes) => void socket.write(bytes)],
    [
      'byte by byte',
      async (socket, bytes) => {
        socket.setNoDelay(true)
        for (const byte of bytes) await new Promise<void>((written) => socket.write(byte, () => setImmediate(written)))
      },
    ],
  ]
  const cases = heads.flatMap((head) => ways.map(([how, send]) => [JSON.stringify(head), how, head, send] as const))

  test.each(cases)('%s, %s', async (_, __, head, send) => {
    const c = new RawClient(app.port)
    answer = (socket) => void send(socket, head + final)
    // The second time on the same connection to the service.
    for (let i = 0; i < 2; i++) {
      c.send(get)
      expect(await c.response()).toMatchObject({ status: 200, body: 'HTTP/1.1 100 Continue' })
    }
    c.close()
  })

  test('unless there is no end of them', async () => {
    answer = (socket) => void socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(101))
    expect(await ask()).toEqual([502, 'upstream-bad-response'])
  })

  test('or it is cut off', async () => {
    answer = (socket) => void socket.end('HTTP/1.1 100 Continue\r\nx')
    expect(await ask(get.replace('GET', 'POST'))).toEqual([502, 'upstream-closed'])
  })

  test('or one has no end', async () => {
    answer = (socket) => void socket.end(`HTTP/1.1 100 Continue\r\nx: ${'x'.repeat(70_000)}`)
    expect(await ask()).toEqual([502, 'upstream-bad-response'])
  })
})

describe('an answer without a body', () => {
  test.each([
    [304, 'HTTP/1.1 304 Not Modified\r\netag: "a"\r\ncontent-length: 5\r\n\r\n', '5'],
    [204, 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n', undefined],
  ])('%i is whole with its head, whatever length it tells', async (status, bytes, length) => {
    answer = (socket) => void socket.write(bytes)
    const c = new RawClient(app.port)
    for (let i = 0; i < 2; i++) {
      c.send(get)
      const response = await c.response()
      expect([response.status, response.get('content-length')]).toEqual([status, length])
    }
    c.close()
  })

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 4\r\n\r\nevil'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'],
    ['GET', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'],
  ])('%s: what follows it is nobody’s answer', async (method, bytes) => {
    const c = new RawClient(app.port)
    for (let i = 0; i < 5; i++) {
      answer = (socket) => void socket.write(bytes)
      c.send(get.replace('GET', method))
      await c.response(true)
      answer = (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood')
      c.send(get)
      expect((await c.response()).body).toBe('good')
    }
    c.close()
  })
})

test('a client of HTTP/1.0 is not told to continue', async () => {
  answer = (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi')
  const c = new RawClient(app.port)
  c.send('POST /open/x HTTP/1.0\nHost: app.test\nExpect: 100-continue\nContent-Length: 2\n\nab')
  expect(await c.rest()).toMatch(/^HTTP\/1\.1 200 /)
})
