import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { checkConfig } from '../../runtime/index.ts'
import { RawClient } from '../support/raw-client.ts'
import { selfSigned } from '../support/self-signed.ts'
import { startTestProxy, type TestProxy, type TestProxyOptions } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'

/** Services that speak TLS, and what the proxy believes and shows. */
const authority = testAuthority()
const others = testAuthority()
const servers: Server[] = []
const proxies: TestProxy[] = []

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Service {
  readonly server: Server
  readonly port: number
}

/** Answers with the certificate that the client showed, and the name that it asked for. */
async function startService(options: TlsOptions): Promise<Service> {
  const server = createServer(options, ({ socket }, response) => {
    const { servername } = socket as TLSSocket
    response.end(`${(socket as TLSSocket).getPeerX509Certificate()?.subject ?? 'nobody'} at ${servername}`)
  })
  server.on('tlsClientError', () => {})
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

async function proxyTo(upstream: string, tls: string, options: TestProxyOptions = {}): Promise<TestProxy> {
  const proxy = await startTestProxy([upstream], { service: `tls: ${tls}`, timeout: '5s', ...options })
  proxies.push(proxy)
  return proxy
}

async function ask(proxy: TestProxy): Promise<readonly [number, string]> {
  const client = new RawClient(proxy.port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
  const { status, body, get } = await client.response()
  client.close()
  return [status, status === 200 ? body : (get('x-iap-error') ?? '')]
}

const LOCALHOST = authority.server(['localhost'])
const CA = { 'ca.pem': authority.cert }

describe('its certificate', () => {
  test('counts if an authority of the file vouches for it', async () => {
    const { port } = await startService(LOCALHOST)
    const good = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }', { files: CA })
    expect(await ask(good)).toEqual([200, 'nobody at localhost'])
    const without = await proxyTo(`https://localhost:${port}`, '{ serverName: localhost }')
    expect(await ask(without)).toEqual([502, 'upstream-tls'])
    const wrong = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }', { files: { 'ca.pem': others.cert } })
    expect(await ask(wrong)).toEqual([502, 'upstream-tls'])
    expect((await wrong.audit(1))[0]).toMatchObject({ effect: 'permit', code: 'upstream-tls', status: 502 })
  })

  test.each([
    ['vouches for itself', selfSigned('localhost')],
    ['is for another host', authority.server(['elsewhere.test'])],
    ['has expired', authority.server(['localhost'], { from: -3, to: -2 })],
    ['is for clients', authority.server(['localhost'], { usage: 'client' })],
  ])('that %s is none', async (_, certificate) => {
    const { port } = await startService(certificate)
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }', { files: CA })
    expect(await ask(proxy)).toEqual([502, 'upstream-tls'])
  })

  test('may vouch for itself where the file says so', async () => {
    const own = selfSigned('localhost')
    const { port } = await startService(own)
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }', { files: { 'ca.pem': own.cert } })
    expect(await ask(proxy)).toEqual([200, 'nobody at localhost'])
  })

  test('must be for `serverName`, which is asked for, where there is one', async () => {
    const { port } = await startService(authority.server(['orders.internal']))
    const named = await proxyTo(`https://127.0.0.1:${port}`, '{ ca: ca.pem, serverName: Orders.Internal }', { files: CA })
    expect(await ask(named)).toEqual([200, 'nobody at orders.internal'])
    const unnamed = await proxyTo(`https://127.0.0.1:${port}`, '{ ca: ca.pem }', { files: CA })
    expect(await ask(unnamed)).toEqual([502, 'upstream-tls'])
    const local = await startService(LOCALHOST)
    const other = await proxyTo(`https://localhost:${local.port}`, '{ ca: ca.pem, serverName: orders.internal }', { files: CA })
    expect(await ask(other)).toEqual([502, 'upstream-tls'])
  })

  test('is looked at whatever the environment says', async () => {
    const { port } = await startService(selfSigned('localhost'))
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }', { files: CA })
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      expect(await ask(proxy)).toEqual([502, 'upstream-tls'])
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
  })
})

describe('a service that wants a certificate', () => {
  const wants: TlsOptions = { ...LOCALHOST, requestCert: true, ca: authority.cert }

  test('gets the one of the configuration', async () => {
    const { port } = await startService(wants)
    const { cert, key } = authority.client('iap')
    const files = { ...CA, 'iap.pem': cert, 'iap.key': key }
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem, cert: iap.pem, key: iap.key }', { files })
    expect(await ask(proxy)).toEqual([200, 'CN=iap at localhost'])
  })

  test('and refuses a proxy that has none, or one that it does not believe', async () => {
    const { port } = await startService(wants)
    const none = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }', { files: CA })
    expect((await ask(none))[0]).toBe(502)
    const { cert, key } = others.client('iap')
    const files = { ...CA, 'iap.pem': cert, 'iap.key': key }
    const wrong = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem, cert: iap.pem, key: iap.key }', { files })
    expect((await ask(wrong))[0]).toBe(502)
  })
})

describe('files that are replaced', () => {
  test('count for the next connection: authorities, as the service has another certificate', async () => {
    const { server, port } = await startService(LOCALHOST)
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem }', { files: CA })
    expect((await ask(proxy))[0]).toBe(200)
    server.setSecureContext(others.server(['localhost']))
    server.closeAllConnections()
    await eventually(async () => ((await ask(proxy))[1] === 'upstream-tls' ? true : undefined))
    writeFileSync(join(proxy.folder, 'ca.pem'), others.cert)
    await eventually(async () => ((await ask(proxy))[0] === 200 ? true : undefined))
    expect(await proxy.metric('iap_tls_loads_total{place="services.app.tls.ca",result="taken"}')).toBe(1)
  })

  test('and the certificate of the proxy; half of one is not taken, and open connections go on', async () => {
    const { server, port } = await startService({ ...LOCALHOST, requestCert: true, ca: authority.cert })
    const [first, second] = [authority.client('first', { to: 3 }), authority.client('second', { to: 7 })]
    const files = { ...CA, 'iap.pem': first.cert, 'iap.key': first.key }
    const proxy = await proxyTo(`https://localhost:${port}`, '{ ca: ca.pem, cert: iap.pem, key: iap.key }', { files })
    const kept = new RawClient(proxy.port)
    const askAgain = async () => {
      kept.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
      return (await kept.response()).body
    }
    expect(await askAgain()).toBe('CN=first at localhost')
    writeFileSync(join(proxy.folder, 'iap.pem'), second.cert)
    const refused = 'iap_tls_loads_total{place="services.app.tls",result="refused"}'
    expect(await proxy.metric(refused)).toBe(1)
    expect(await askAgain()).toBe('CN=first at localhost')
    server.closeAllConnections()
    await eventually(async () => ((await ask(proxy))[1] === 'CN=first at localhost' ? true : undefined))
    writeFileSync(join(proxy.folder, 'iap.key'), second.key)
    expect(await proxy.metric('iap_tls_loads_total{place="services.app.tls",result="taken"}')).toBe(1)
    // The connection to the service that is open was made with the first one.
    server.closeAllConnections()
    await eventually(async () => ((await ask(proxy))[1] === 'CN=second at localhost' ? true : undefined))
    const expiry = await proxy.metric('iap_tls_certificate_expiry_seconds{place="services.app.tls"}')
    expect(expiry).toBe(Date.parse(new X509Certificate(second.cert).validTo) / 1000)
    kept.close()
  })
})

test('what is wrong with the files is told before it starts', async () => {
  const { cert } = authority.client('iap')
  const { key } = authority.client('iap')
  const start = proxyTo('https://localhost:1', '{ ca: ca.pem, cert: iap.pem, key: iap.key }', {
    files: { 'ca.pem': 'hello', 'iap.pem': cert, 'iap.key': key },
  })
  await expect(start).rejects.toThrow(/ca\.pem` holds no certificate[\s\S]*iap\.pem` is not the certificate of its `key`/)
  const proxy = await proxyTo('https://localhost:1', '{ ca: ca.pem }', { files: CA })
  writeFileSync(join(proxy.folder, 'ca.pem'), '')
  expect((await checkConfig(proxy.config)).map(({ message }) => message)).toEqual([expect.stringMatching(/ca\.pem` is empty/)])
})
