/** 103 (RFC 8297) and other informational answers of a service, as clients get them. */
import { type IncomingHttpHeaders, request } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { type RawRequest, type RawService, startRawService } from '../support/raw-service.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const LINK = '</style.css>; rel=preload; as=style, </a b.js>; rel=preload; title="a, b"'
const HINT = `HTTP/1.1 103 Early Hints\r\nLink: ${LINK}\r\nSet-Cookie: a=1\r\nX-Iap-Error: forged\r\nConnection: x-own\r\nX-Own: 1\r\n\r\n`

let service: RawService
let proxy: TestProxy
let session: ClientHttp2Session

beforeAll(async () => {
  service = await startRawService((asked) => asked.answer('fine'))
  proxy = await startTestProxy([service.origin], { listener: 'http2: true' })
  session = connect(proxy.origin)
})

beforeEach(() => {
  service.serve = (asked) => asked.answer('fine')
})

afterAll(async () => {
  session?.destroy()
  await proxy?.close()
  await service?.close()
})

interface Heard {
  /** In the order in which they came: the last one is the answer's. */
  readonly statuses: readonly number[]
  readonly hints: readonly IncomingHttpHeaders[]
  readonly body: string
}

type Client = (path: string, onHint?: () => void) => Promise<Heard>

const overHttp1: Client = (path, onHint) =>
  new Promise((resolve, reject) => {
    const statuses: number[] = []
    const hints: IncomingHttpHeaders[] = []
    const asked = request({ host: '127.0.0.1', port: proxy.port, path, headers: { host: 'app.test' }, agent: false })
    asked.on('information', ({ statusCode, headers }) => {
      statuses.push(statusCode)
      hints.push(headers)
      onHint?.()
    })
    asked.on('response', (answer) => {
      let body = ''
      answer.on('data', (chunk) => {
        body += chunk
      })
      answer.on('end', () => resolve({ statuses: [...statuses, answer.statusCode ?? 0], hints, body }))
    })
    asked.on('error', reject).end()
  })

const overHttp2: Client = (path, onHint) =>
  new Promise((resolve, reject) => {
    const statuses: number[] = []
    const hints: IncomingHttpHeaders[] = []
    let body = ''
    const stream = session.request({ ':path': path, ':authority': 'app.test' })
    stream.on('headers', ({ ':status': status, ...headers }) => {
      statuses.push(Number(status))
      hints.push(Object.fromEntries(Object.entries(headers)))
      onHint?.()
    })
    stream.on('response', ({ ':status': status }) => statuses.push(Number(status)))
    stream.on('data', (chunk) => {
      body += chunk
    })
    stream.on('error', reject).on('end', () => resolve({ statuses, hints, body }))
  })

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('over %s', (_, ask) => {
  test('a hint comes before the answer, with its links alone', async () => {
    let answer: () => void = () => {}
    service.serve = (asked) => {
      asked.socket.write(HINT)
      answer = () => asked.answer('fine')
    }
    // The service waits until the client has it.
    expect(await ask('/open/x', () => answer())).toEqual({ statuses: [103, 200], hints: [{ link: LINK }], body: 'fine' })
  })

  test('several come in their order, and no more than eight', async () => {
    service.serve = (asked) => {
      for (let at = 0; at < 20; at += 1) asked.socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </${at}>\r\n\r\n`)
      asked.answer('fine')
    }
    const { statuses, hints, body } = await ask('/open/x')
    expect(statuses).toEqual([...new Array(8).fill(103), 200])
    expect(hints).toEqual(Array.from({ length: 8 }, (__, at) => ({ link: `</${at}>` })))
    expect(body).toBe('fine')
  })

  test.each([
    ['102', 'HTTP/1.1 102 Processing\r\nlink: </a>\r\n\r\n'],
    ['a hint of nothing that is known', 'HTTP/1.1 103 Early Hints\r\nx-a: 1\r\n\r\n'],
    ['a status that is not known', 'HTTP/1.1 150 Odd\r\nlink: </a>\r\n\r\n'],
    ['a hint without a link', 'HTTP/1.1 103 Early Hints\r\nset-cookie: a=1\r\n\r\n'],
    ['a hint that is too long', `HTTP/1.1 103 Early Hints\r\nlink: </${'a'.repeat(9000)}>\r\n\r\n`],
  ])('%s is not passed on', async (__, bytes) => {
    service.serve = (asked) => {
      asked.socket.write(bytes)
      asked.answer('fine')
    }
    expect(await ask('/open/x')).toEqual({ statuses: [200], hints: [], body: 'fine' })
  })

  test('nothing is hinted to who is refused', async () => {
    const before = service.requests.length
    service.serve = (asked) => void asked.socket.write(HINT)
    expect(await ask('/users/x')).toMatchObject({ statuses: [401], hints: [] })
    expect(service.requests.length).toBe(before)
  })

  test('a service that dies behind its hint is a bad gateway', async () => {
    service.serve = (asked) => void asked.socket.end(HINT)
    expect(await ask('/open/x')).toMatchObject({ statuses: [103, 502], hints: [{ link: LINK }] })
  })
})

const hinted = (asked: RawRequest) => {
  asked.socket.write(HINT)
  asked.answer('fine')
}

test('a client of HTTP/1.0 does not know of hints', async () => {
  service.serve = hinted
  const client = new RawClient(proxy.port)
  client.send('GET /open/x HTTP/1.0\nHost: app.test\n\n')
  expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 /)
})

test('byte by byte, and between the answers to requests that were sent ahead', async () => {
  service.serve = hinted
  const client = new RawClient(proxy.port)
  client.send('GET /open/1 HTTP/1.1\nHost: app.test\n\nGET /open/2 HTTP/1.1\nHost: app.test\nConnection: close\n\n')
  const text = await client.rest()
  const hint = `HTTP/1.1 103 Early Hints\r\nlink: ${LINK}\r\n\r\nHTTP/1.1 200 OK\r\n`
  expect(text.startsWith(hint)).toBe(true)
  expect(text.indexOf(`fine${hint}`)).toBeGreaterThan(0)
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(4)
})

test('a page that asks for a WebSocket gets none', async () => {
  service.serve = hinted
  const client = new RawClient(proxy.port)
  client.send(
    'GET /open/x HTTP/1.1\nHost: app.test\nConnection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n\n',
  )
  expect((await client.response()).status).toBe(200)
  client.close()
})

test('a client that leaves just as a hint comes ends nothing else', async () => {
  let there: RawRequest | null = null
  service.serve = (asked) => {
    there = asked
  }
  const client = new RawClient(proxy.port)
  client.send('GET /open/gone HTTP/1.1\nHost: app.test\n\n')
  const asked = await eventually(() => there ?? undefined)
  client.close()
  hinted(asked)
  // Whether the proxy has heard of it by then or not.
  expect(await proxy.audit(1, '/open/gone')).toMatchObject([{ effect: 'permit' }])
  service.serve = (again) => again.answer('fine')
  expect(await overHttp1('/open/x')).toMatchObject({ statuses: [200] })
})
