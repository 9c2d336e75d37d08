/** HTTP/2 over TLS, by ALPN, beside HTTP/1.1 on one listener. */
import type { IncomingMessage } from 'node:http'
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { shakeHands } from './tls-client.ts'

const authority = testAuthority('tests')
let upstream: TestUpstream
let app: TestProxy
let seen: IncomingMessage[]

const { cert, key } = authority.server(['app.test', '*.app.test'])
const files = { 'a.pem': cert, 'a.key': key }

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    seen.push(request)
    response.end('fine')
  })
  app = await startTestProxy([upstream.origin], { listener: 'tls: { cert: a.pem, key: a.key }', files })
})

beforeEach(() => {
  seen = []
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

function open(): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${app.port}`, { servername: 'app.test', ca: authority.cert })
  session.on('error', () => {})
  return session
}

function ask(session: ClientHttp2Session, authorityName: string, path = '/open/x'): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': path, ':authority': authorityName, ':scheme': 'https' })
    stream.on('response', resolve).on('error', reject).resume()
  })
}

test('a request is carried, and the service is told that it came over TLS', async () => {
  const session = open()
  expect((await ask(session, 'app.test'))[':status']).toBe(200)
  expect(session.alpnProtocol).toBe('h2')
  expect(seen[0]?.headers['x-forwarded-proto']).toBe('https')
  const [record] = await app.audit(1)
  expect(record).toMatchObject({ host: 'app.test', effect: 'permit', status: 200 })
  session.destroy()
})

test('a host that the certificate is not for is misdirected, request by request', async () => {
  const session = open()
  const other = await ask(session, 'other.test')
  expect([other[':status'], other['x-iap-error']]).toEqual([421, 'misdirected'])
  // The certificate is for it, and the policy has no such route.
  expect((await ask(session, 'more.app.test'))['x-iap-error']).toBe('no-route')
  expect((await ask(session, 'app.test'))[':status']).toBe(200)
  expect(seen).toHaveLength(1)
  session.destroy()
})

test('without it, HTTP/1.1 is what there is', async () => {
  const other = await startTestProxy([upstream.origin], { listener: 'http2: false, tls: { cert: a.pem, key: a.key }', files })
  const { socket } = await shakeHands(other.port, { ALPNProtocols: ['h2', 'http/1.1'] })
  expect(socket.alpnProtocol).toBe('http/1.1')
  socket.destroy()
  await other.close()
})

test('over TLS the preface alone makes no HTTP/2', async () => {
  const { socket } = await shakeHands(app.port, { ALPNProtocols: ['http/1.1'] })
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  const text = await new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString('latin1'))))
  expect(text).toMatch(/^HTTP\/1\.1 (400|505) /)
  socket.destroy()
})

test('a client that leaves in the middle of a handshake or of a request leaves nothing behind', async () => {
  const session = open()
  await ask(session, 'app.test')
  session.destroy()
  const { socket } = await shakeHands(app.port, { ALPNProtocols: ['h2'] })
  socket.destroy()
  expect(await app.metric('iap_connections')).toBe(0)
  const metrics = await (await fetch(`${app.admin}/metrics`)).text()
  expect(metrics).toMatch(/^http_server_request_duration_seconds_count\{http_request_method="GET",.*url_scheme="https",/m)
  expect(metrics).not.toMatch(/url_scheme="http",iap_route/)
})
