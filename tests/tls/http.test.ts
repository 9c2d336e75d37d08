import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { request } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { ask, open } from './tls-client.ts'

/** What HTTP/1.1 has, over TLS. */
const authority = testAuthority()
let upstream: TestUpstream
let app: TestProxy
let serve: (request: IncomingMessage, response: ServerResponse) => void

beforeAll(async () => {
  upstream = await startUpstream((incoming, response) => serve(incoming, response))
  const { cert, key } = authority.server(['app.test'])
  app = await startTestProxy([upstream.origin], {
    listener: 'tls: { cert: a.pem, key: a.key }',
    files: { 'a.pem': cert, 'a.key': key },
  })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

test('the service is told that it was TLS, and the record has the client', async () => {
  let headers: IncomingMessage['headers'] = {}
  serve = (incoming, response) => {
    headers = incoming.headers
    response.end('fine')
  }
  const client = await open(app.port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\nX-Forwarded-Proto: http\n\n')
  expect((await client.response()).status).toBe(200)
  expect(headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'app.test', 'x-forwarded-for': '127.0.0.1' })
  expect((await app.audit(1))[0]).toMatchObject({ status: 200, source: '127.0.0.1', host: 'app.test', complete: true })
  client.close()
})

test('one connection carries many requests, also such as were sent ahead', async () => {
  serve = (incoming, response) => response.end(incoming.url)
  const client = await open(app.port)
  for (const path of ['/open/a', '/open/b', '/open/c']) expect((await ask(client, path)).body).toBe(path)
  const paths = Array.from({ length: 20 }, (_, index) => `/open/${index}`)
  client.send(paths.map((path) => `GET ${path} HTTP/1.1\nHost: app.test\n\n`).join(''))
  for (const path of paths) expect((await client.response()).body).toBe(path)
  client.close()
})

test('100 Continue is sent to who may, and to nobody else', async () => {
  serve = (incoming, response) => {
    incoming.resume().on('end', () => response.end('got it'))
  }
  const client = await open(app.port)
  client.send('POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 5\nExpect: 100-continue\n\n')
  expect((await client.response()).status).toBe(100)
  client.send('hello')
  expect((await client.response()).body).toBe('got it')
  client.send('POST /users/x HTTP/1.1\nHost: app.test\nContent-Length: 5\nExpect: 100-continue\n\n')
  expect((await client.response()).status).toBe(401)
  client.close()
})

test('bodies stream both ways, whole', async () => {
  const size = 8 << 20
  const sent = randomBytes(size)
  serve = (incoming, response) => void incoming.pipe(response)
  const received = await new Promise<Buffer>((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: app.port,
        path: '/open/echo',
        method: 'POST',
        servername: 'app.test',
        ca: authority.cert,
        headers: { host: 'app.test' },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => resolve(Buffer.concat(chunks)))
      },
    )
    asked.on('error', reject)
    asked.end(sent)
  })
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  expect(digest(received)).toBe(digest(sent))
})

test('what is no HTTP gets its answer over TLS', async () => {
  const client = await open(app.port)
  client.send('HELLO\n\n')
  const answer = await client.response()
  expect([answer.status, answer.get('x-iap-error')]).toEqual([400, 'request-malformed'])
  const tunnel = await open(app.port)
  tunnel.send('CONNECT app.test:443 HTTP/1.1\nHost: app.test\n\n')
  expect((await tunnel.response()).status).toBe(405)
  client.close()
  tunnel.close()
})

test('an answer that was cut off never looks whole: in HTTP/1.0 the connection is reset', async () => {
  serve = (_, response) => {
    response.writeHead(200)
    response.write('begun')
    // Both sides are in this process: the proxy has the beginning once it has answered twice.
    const turn = () => fetch(`${app.admin}/healthz`)
    void turn()
      .then(turn)
      .then(() => response.destroy())
  }
  const client = await open(app.port)
  const error = new Promise<NodeJS.ErrnoException>((resolve) => client.socket.once('error', resolve))
  client.send('GET /open/cut HTTP/1.0\nHost: app.test\n\n')
  expect((await error).code).toBe('ECONNRESET')
  expect((await app.audit(1, '/open/cut'))[0]).toMatchObject({ code: 'upstream-closed', complete: false })
  // And nothing else is the worse for it.
  serve = (_, response) => response.end('fine')
  expect((await ask(await open(app.port))).status).toBe(200)
})
