import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import type { Certified } from '../support/x509.ts'
import { ask, askOnce, open, shakeHands, shownTo } from './tls-client.ts'

const authority = testAuthority()
let upstream: TestUpstream
let app: TestProxy

const CERTIFICATES = ['app', 'star', 'exact', 'two'] as const

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  app = await startTestProxy([upstream.origin], {
    listener: `tls: { certificates: [${CERTIFICATES.map((name) => `{ cert: ${name}.pem, key: ${name}.key }`)}] }`,
    files: filesOf({
      app: authority.server(['app.test']),
      star: authority.server(['*.shop.test']),
      exact: authority.server(['exact.shop.test', '10.0.0.1']),
      two: authority.server(['b.test', 'c.test', '*.shop.test']),
    }),
    // For a handshake, too: no shorter than a machine may take that is busy.
    limits: { headers: 3000 },
  })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

function filesOf(pairs: Readonly<Record<string, Certified>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pairs).flatMap(([name, { cert, key }]) => [
      [`${name}.pem`, cert],
      [`${name}.key`, key],
    ]),
  )
}

describe('the name that a client sends chooses the certificate', () => {
  test.each([
    ['app.test', 'app.test'],
    ['APP.TEST', 'app.test'],
    ['b.test', 'b.test'],
    ['c.test', 'b.test'],
    // Of two that fit, an exact name comes first, whatever the order; then the order of the configuration.
    ['exact.shop.test', 'exact.shop.test'],
    ['other.shop.test', '*.shop.test'],
    // A wildcard is one label, and not none.
    ['a.other.shop.test', 'app.test'],
    ['shop.test', 'app.test'],
    ['xshop.test', 'app.test'],
    ['nowhere.example', 'app.test'],
    ['*.shop.test', 'app.test'],
    [undefined, 'app.test'],
  ])('%s → %s', async (name, shown) => {
    expect(await shownTo(app.port, name)).toBe(shown)
  })

  test('and it holds for who verifies it', async () => {
    const { socket } = await shakeHands(app.port, { servername: 'c.test', ca: authority.cert, rejectUnauthorized: true })
    expect(socket.authorized).toBe(true)
    socket.destroy()
    await expect(
      shakeHands(app.port, { servername: 'nowhere.example', ca: authority.cert, rejectUnauthorized: true }),
    ).rejects.toThrow(/altnames/)
  })
})

describe('versions', () => {
  const old = { ciphers: 'DEFAULT@SECLEVEL=0', minVersion: 'TLSv1' } as const
  test.each<[string, ConnectionOptions, string | RegExp]>([
    ['1.0', { ...old, maxVersion: 'TLSv1' }, /protocol version|unsupported protocol/],
    ['1.1', { ...old, maxVersion: 'TLSv1.1' }, /protocol version|unsupported protocol/],
    ['1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
    ['1.3', { minVersion: 'TLSv1.3' }, 'TLSv1.3'],
  ])('%s', async (_, options, expected) => {
    const handshake = shakeHands(app.port, options).then(({ socket, version }) => {
      socket.destroy()
      return version
    })
    if (typeof expected === 'string') expect(await handshake).toBe(expected)
    else await expect(handshake).rejects.toThrow(expected)
  })

  test('1.3 alone, where the configuration says so', async () => {
    const { cert, key } = authority.server(['app.test'])
    const other = await startTestProxy([upstream.origin], {
      listener: 'tls: { cert: a.pem, key: a.key, minVersion: 1.3 }',
      files: { 'a.pem': cert, 'a.key': key },
    })
    expect(await askOnce(other.port, { servername: 'app.test' })).toBe(200)
    await expect(shakeHands(other.port, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/)
    await other.close()
  })
})

describe('ciphers of TLS 1.2', () => {
  const offer = (ciphers: string) =>
    shakeHands(app.port, { maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` }).then(({ socket, cipher }) => {
      socket.destroy()
      return cipher
    })

  test.each(['AES128-SHA', 'AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'ECDHE-ECDSA-AES128-CCM'])(
    '%s is refused',
    async (cipher) => {
      await expect(offer(cipher)).rejects.toThrow(/handshake failure/)
    },
  )

  test('the order is ours', async () => {
    expect(await offer('ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256')).toBe(
      'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    )
  })

  test('but who would rather have ChaCha20 has its way', async () => {
    expect(await offer('ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256')).toBe(
      'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    )
  })
})

test('a handshake in the middle of a connection is refused', async () => {
  const { socket } = await shakeHands(app.port, { servername: 'app.test', maxVersion: 'TLSv1.2' })
  const client = new RawClient(socket)
  expect((await ask(client)).status).toBe(200)
  const error = await new Promise((resolve) => {
    socket.once('error', resolve)
    socket.renegotiate({}, (failed) => resolve(failed))
  })
  expect(String(error)).toMatch(/no renegotiation/i)
  client.close()
})

test.each([
  ['HTTP/2 where the client has it', ['http/1.1', 'h2'], 'h2'],
  ['HTTP/1.1 where not', ['spdy/3', 'http/1.1'], 'http/1.1'],
])('what is agreed upon is %s', async (_, offered, agreed) => {
  const { socket } = await shakeHands(app.port, { ALPNProtocols: offered })
  socket.destroy()
  expect(socket.alpnProtocol).toBe(agreed)
})

test('a client with other protocols alone is refused', async () => {
  await expect(shakeHands(app.port, { ALPNProtocols: ['spdy/3'] })).rejects.toThrow(/no application protocol/)
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a session of %s', (maxVersion) => {
  /** Whether it was taken up again, and the status of a request for the host. */
  async function again(port: number, begun: string, name: string, host: string): Promise<readonly [boolean, number]> {
    const first = await shakeHands(port, { maxVersion, servername: begun })
    const told = await Promise.race([first.session, ask(new RawClient(first.socket), '/open/x', begun).then(() => null)])
    const session = told ?? first.socket.getSession()
    first.socket.destroy()
    const { socket } = await shakeHands(port, { maxVersion, servername: name, ...(session && { session }) })
    const reused = socket.isSessionReused()
    const client = new RawClient(socket)
    const { status } = await ask(client, '/open/x', host)
    client.close()
    return [reused, status]
  }

  test('is taken up again where there is one certificate, for its hosts', async () => {
    const { cert, key } = authority.server(['app.test', 'b.test'])
    const other = await startTestProxy([upstream.origin], {
      listener: 'tls: { cert: a.pem, key: a.key }',
      files: { 'a.pem': cert, 'a.key': key },
    })
    expect(await again(other.port, 'app.test', 'app.test', 'app.test')).toEqual([true, 200])
    expect(await again(other.port, 'b.test', 'b.test', 'b.test')).toEqual([true, 403])
    expect(await again(other.port, 'app.test', 'app.test', 'c.test')).toEqual([true, 421])
    await other.close()
  })

  test('is not where there are several: each handshake has its own', async () => {
    expect(await again(app.port, 'app.test', 'app.test', 'app.test')).toEqual([false, 200])
    expect(await again(app.port, 'b.test', 'b.test', 'b.test')).toEqual([false, 403])
    expect(await again(app.port, 'b.test', 'b.test', 'app.test')).toEqual([false, 421])
    expect(await again(app.port, 'app.test', 'b.test', 'app.test')).toEqual([false, 421])
  })
})

describe('what is no handshake', () => {
  /** Records of what was no HTTP, which a handshake is not to be. */
  async function malformed(): Promise<number> {
    await askOnce(app.port, { servername: 'app.test' })
    return (await app.audit(1)).filter(({ code }) => code === 'request-malformed' || code === 'request-timeout').length
  }
  const count = (reason: string) => app.metric(`iap_tls_handshake_failures_total{listener="127.0.0.1:0",reason="${reason}"}`)

  test.each([
    ['plain HTTP', 'GET / HTTP/1.1\r\nHost: app.test\r\n\r\n', 'not-tls'],
    ['noise', '\u0016\u0003\u0001\u0000\u0005hello'.repeat(20), 'other'],
  ])('%s ends the connection, and nothing else', async (_, bytes, reason) => {
    const client = new RawClient(app.port)
    client.socket.write(bytes, 'latin1')
    // Nothing of HTTP comes back.
    expect(await client.rest()).not.toContain('HTTP/1.1')
    expect(await count(reason)).toBeGreaterThan(0)
    expect(await askOnce(app.port, { servername: 'app.test' })).toBe(200)
  })

  test('a client that does not trust the certificate, and says so', async () => {
    const hello = await new Promise<Buffer>((resolve) => {
      const socket = new Duplex({ read() {}, write: (chunk) => resolve(chunk) })
      connectTls({ socket, maxVersion: 'TLSv1.2', servername: 'app.test' }).on('error', () => {})
    })
    const client = connect(app.port, '127.0.0.1')
    client.write(hello)
    await new Promise((resolve) => client.once('data', resolve))
    // A fatal alert: unknown_ca (RFC 8446 §6).
    client.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 48]))
    expect(await count('refused-by-client')).toBe(1)
  })

  test.each<[string, ConnectionOptions]>([
    ['version', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['cipher', { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:@SECLEVEL=0' }],
    ['cipher', { ecdhCurve: 'ffdhe2048', minVersion: 'TLSv1.3' }],
    ['protocol', { ALPNProtocols: ['spdy/3'] }],
  ])('nothing in common: %s', async (reason, options) => {
    const before = (await count(reason)) || 0
    await expect(shakeHands(app.port, options)).rejects.toThrow()
    expect(await count(reason)).toBe(before + 1)
  })

  test('what does not come in time, or does not come at all', async () => {
    const before = await malformed()
    const silent = new RawClient(app.port)
    const slow = new RawClient(app.port)
    const drip = setInterval(() => slow.socket.write(Buffer.from([0x16])), 50)
    await Promise.all([silent.rest(), slow.rest()])
    clearInterval(drip)
    expect(await count('timeout')).toBeGreaterThan(0)
    const gone = connect(app.port, '127.0.0.1')
    await new Promise<void>((resolve) => gone.once('connect', () => resolve()))
    gone.destroy()
    await eventually(async () => ((await count('closed')) > 0 ? true : undefined))
    expect(await malformed()).toBe(before)
  })

  test('each is counted, few are told, and none is in the record', async () => {
    const before = await count('not-tls')
    const records = await malformed()
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const client = new RawClient(app.port)
        client.send('GET / HTTP/1.1\n\n')
        await client.rest()
      }),
    )
    expect(await count('not-tls')).toBe(before + 50)
    expect(app.log.filter((line) => line.includes('a TLS handshake failed'))).toHaveLength(1)
    await askOnce(app.port, { servername: 'app.test' })
    expect(await malformed()).toBe(records)
  })

  test('connections are counted until they end', async () => {
    const client = await open(app.port)
    await ask(client)
    await eventually(async () => ((await app.metric('iap_connections')) === 1 ? true : undefined))
    client.close()
    await eventually(async () => ((await app.metric('iap_connections')) === 0 ? true : undefined))
  })
})

test('a head that does not come in time is answered as ever', async () => {
  const client = await open(app.port)
  client.send('GET /open/x HTTP/1.1\nHost: app.test\n')
  const answer = await client.response()
  expect([answer.status, answer.get('x-iap-error')]).toEqual([408, 'request-timeout'])
})

test('a proxy that ends does not wait for a handshake that goes on', async () => {
  const { cert, key } = authority.server(['app.test'])
  const hour = 3_600_000
  const other = await startTestProxy([upstream.origin], {
    listener: 'tls: { cert: a.pem, key: a.key }',
    files: { 'a.pem': cert, 'a.key': key },
    limits: { headers: hour, request: hour, idle: hour },
    drain: hour,
  })
  expect(other.origin).toMatch(/^https:/)
  const silent = new RawClient(other.port)
  await new Promise<void>((resolve) => silent.socket.once('connect', () => resolve()))
  const idle = await open(other.port)
  expect((await ask(idle)).status).toBe(200)
  await other.close()
  expect(await silent.rest()).toBe('')
  expect(await idle.rest()).toBe('')
})
