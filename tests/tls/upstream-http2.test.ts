/** Services that speak HTTP/2 over TLS: what is agreed on by ALPN, who is believed, and what is shown. */
import { writeFileSync } from 'node:fs'
import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from 'node:http2'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { createServer as createTls, type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { ask as askOf } from '../support/ask.ts'
import { selfSigned } from '../support/self-signed.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'

const authority = testAuthority()
const others = testAuthority()
const LOCALHOST = authority.server(['localhost'])
const CA = { 'ca.pem': authority.cert }
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Answers with the certificate that the client showed, and the name that it asked for. */
async function startService(
  options: SecureServerOptions,
): Promise<{ readonly server: Http2SecureServer; readonly port: number }> {
  const server = createSecureServer(options)
  server.on('sessionError', () => {})
  server.on('stream', (stream) => {
    stream.on('error', () => {})
    const socket = stream.session?.socket as TLSSocket & { servername: string }
    stream.respond({ ':status': 200 })
    stream.end(`${socket.getPeerX509Certificate()?.subject ?? 'nobody'} at ${socket.servername}`)
  })
  return { server, port: await listen(server) }
}

async function proxyTo(upstream: string, tls: string, files: Readonly<Record<string, string>> = CA): Promise<TestProxy> {
  const proxy = await startTestProxy([upstream], { service: `protocol: http2, tls: ${tls}`, timeout: '5s', files })
  closers.push(() => proxy.close())
  return proxy
}

async function ask(proxy: TestProxy): Promise<readonly [number, string]> {
  const { status, body, get } = await askOf(proxy.port, 'GET /open/x')
  return [status, status === 200 ? body : (get('x-iap-error') ?? '')]
}

describe('what it speaks', () => {
  test('is HTTP/2 where it agrees to it, whatever else it has', async () => {
    const { port } = await startService({ ...LOCALHOST, allowHTTP1: true })
    expect(await ask(await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }'))).toEqual([200, 'nobody at localhost'])
  })

  test('is refused by a service of HTTP/1.1, and by one that knows of no ALPN', async () => {
    const https = createHttps(LOCALHOST, (_, response) => response.end('fine'))
    https.on('tlsClientError', () => {})
    const first = await proxyTo(`https://localhost:${await listen(https)}`, '{ ca: ca.pem }')
    expect(await ask(first)).toEqual([502, 'upstream-protocol'])
    expect((await first.audit(1))[0]?.detail).toMatch(/NO_APPLICATION_PROTOCOL|NO_HTTP2/)
    const plain = createTls(LOCALHOST, (socket) => socket.on('error', () => {}))
    const second = await proxyTo(`https://localhost:${await listen(plain)}`, '{ ca: ca.pem }')
    expect(await ask(second)).toEqual([502, 'upstream-protocol'])
    expect((await second.audit(1))[0]?.detail).toBe('NO_HTTP2: the service has not agreed to HTTP/2 by ALPN')
  })
})

describe('its certificate', () => {
  test.each([
    ['vouches for itself', selfSigned('localhost')],
    ['is for another host', authority.server(['elsewhere.test'])],
    ['has expired', authority.server(['localhost'], { from: -3, to: -2 })],
  ])('that %s is none', async (_, certificate) => {
    const { port } = await startService(certificate)
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }')
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      expect(await ask(proxy)).toEqual([502, 'upstream-tls'])
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
  })

  test('must be for `serverName`, which is asked for, or for the address', async () => {
    const { port } = await startService(authority.server(['orders.internal', '127.0.0.1']))
    const named = await proxyTo(`https://127.0.0.1:${port}`, '{ ca: ca.pem, serverName: Orders.Internal }')
    expect(await ask(named)).toEqual([200, 'nobody at orders.internal'])
    expect((await ask(await proxyTo(`https://127.0.0.1:${port}`, '{ ca: ca.pem }')))[0]).toBe(200)
    const local = await startService(LOCALHOST)
    expect(await ask(await proxyTo(`https://127.0.0.1:${local.port}`, '{ ca: ca.pem }'))).toEqual([502, 'upstream-tls'])
  })
})

describe('a service that wants a certificate', () => {
  const wants: SecureServerOptions = { ...LOCALHOST, requestCert: true, rejectUnauthorized: true, ca: authority.cert }

  test('gets the one of the configuration, and refuses a proxy without', async () => {
    const { port } = await startService(wants)
    const { cert, key } = authority.client('iap')
    const files = { ...CA, 'iap.pem': cert, 'iap.key': key }
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem, cert: iap.pem, key: iap.key }', files)
    expect(await ask(proxy)).toEqual([200, 'CN=iap at localhost'])
    expect((await ask(await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }')))[0]).toBe(502)
  })

  test('sees another one once the files are replaced: the connection that was made with the old ones takes no more requests', async () => {
    const { port } = await startService({ ...LOCALHOST, requestCert: true, ca: authority.cert })
    const [first, second] = [authority.client('first'), authority.client('second')]
    const files = { ...CA, 'iap.pem': first.cert, 'iap.key': first.key }
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem, cert: iap.pem, key: iap.key }', files)
    expect(await ask(proxy)).toEqual([200, 'CN=first at localhost'])
    writeFileSync(join(proxy.folder, 'iap.pem'), second.cert)
    writeFileSync(join(proxy.folder, 'iap.key'), second.key)
    await eventually(async () => ((await ask(proxy))[1] === 'CN=second at localhost' ? true : undefined))
  })

  test('authorities that are replaced count for the next request', async () => {
    const { port } = await startService(LOCALHOST)
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }')
    expect((await ask(proxy))[0]).toBe(200)
    writeFileSync(join(proxy.folder, 'ca.pem'), others.cert)
    await eventually(async () => ((await ask(proxy))[1] === 'upstream-tls' ? true : undefined))
  })
})
