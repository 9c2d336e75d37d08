/** The PROXY protocol, as load balancers that do not read HTTP speak it: what the decision, the service and the record take for the client. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ipv4, ipv6, proxyHeader, tlv } from '../support/proxy-header.ts'
import { RawClient } from '../support/raw-client.ts'
import {
  startTestProxy,
  startUpstream,
  type TestProxy,
  type TestProxyOptions,
  type TestUpstream,
} from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'

const POLICY = `
identity user via jwt { sub: string }
service app at "app.test" {
  route inside GET "/inside"
  route open   GET "/open"
}
permit from_inside on app.inside to anyone when cidr("192.0.2.0/24").containsIP(source.ip)
permit open_to_all on app.open to anyone
`
/** Addresses of this machine: the load balancer's, and that of somebody who is none. */
const BALANCER = '127.0.0.2'
const STRANGER = '127.0.0.3'
const LIMITS = { headers: 500, linger: 200 }
const HOUR = 3_600_000
/** What ends in the time of a test has not waited for these. */
const PATIENT = { headers: HOUR, request: HOUR, idle: HOUR, linger: 200 }
const TRUST = `http2: true, trust: { proxies: [${BALANCER}], header: proxy-protocol }`

const authority = testAuthority()
const { cert, key } = authority.server(['app.test'])
const inside = proxyHeader({ addresses: ipv4('192.0.2.7') })

let upstream: TestUpstream
let plain: TestProxy
let secure: TestProxy
let seen: IncomingMessage[]

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    seen.push(request)
    response.end('fine')
  })
  plain = await startTestProxy([upstream.origin], { policy: POLICY, limits: PATIENT, listener: TRUST })
  secure = await startSecure(PATIENT)
})

function startSecure(limits: TestProxyOptions['limits'] & object): Promise<TestProxy> {
  return startTestProxy([upstream.origin], {
    policy: POLICY,
    limits,
    listener: `${TRUST}, tls: { cert: a.pem, key: a.key }`,
    files: { 'a.pem': cert, 'a.key': key },
  })
}

beforeEach(() => {
  seen = []
})

afterAll(async () => {
  await plain?.close()
  await secure?.close()
  await upstream?.close()
})

async function open(port: number, from = BALANCER): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

const get = (path: string, ...lines: string[]) => [`GET ${path} HTTP/1.1`, 'Host: app.test', ...lines, '', ''].join('\n')

/** What comes until the connection ends. */
async function untilClosed(socket: Socket): Promise<string> {
  return new RawClient(socket).rest()
}

async function sendSlowly(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('a load balancer that is named says whose connection it is', () => {
  test('over HTTP/1.1, for all requests of the connection, and no header is believed besides', async () => {
    const socket = await open(plain.port)
    socket.write(inside)
    const client = new RawClient(socket)
    client.send(get('/inside', 'X-Forwarded-For: 203.0.113.9', 'Forwarded: for=203.0.113.9', 'X-Forwarded-Proto: https'))
    expect((await client.response()).status).toBe(200)
    client.send(get('/inside'))
    expect((await client.response()).status).toBe(200)
    client.close()
    expect(seen.map(({ headers }) => [headers['x-forwarded-for'], headers['x-forwarded-proto']])).toEqual([
      ['192.0.2.7', 'http'],
      ['192.0.2.7', 'http'],
    ])
    expect((await plain.audit(2, '/inside')).slice(-2).map(({ source }) => source)).toEqual(['192.0.2.7', '192.0.2.7'])
  })

  test.each<[string, Buffer, string]>([
    ['of IPv4', inside, '192.0.2.7'],
    ['of IPv6', proxyHeader({ family: 0x21, addresses: ipv6('20010db8000000000000000000000007') }), '2001:db8::7'],
    ['of IPv4 in IPv6', proxyHeader({ family: 0x21, addresses: ipv6('00000000000000000000ffffc0000207') }), '192.0.2.7'],
    ['with TLVs', proxyHeader({ addresses: ipv4('192.0.2.7'), more: tlv(2, 'app.test') }), '192.0.2.7'],
    ['of itself', proxyHeader({ command: 0x20, family: 0, addresses: Buffer.alloc(0) }), BALANCER],
    ['of nobody', proxyHeader({ family: 0, addresses: Buffer.alloc(0) }), BALANCER],
  ])('%s, in one piece with a request, and byte by byte', async (_, header, address) => {
    for (const slowly of [false, true]) {
      const socket = await open(plain.port)
      const bytes = Buffer.concat([header, Buffer.from(get('/open', 'Connection: close').replace(/\n/g, '\r\n'))])
      if (slowly) await sendSlowly(socket, bytes)
      else socket.write(bytes)
      expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 200 /)
    }
    expect(seen.map(({ headers }) => headers['x-forwarded-for'])).toEqual([address, address])
  })

  test('over HTTP/2', async () => {
    const socket = await open(plain.port)
    await sendSlowly(socket, inside)
    const session = connectHttp2(plain.origin, { createConnection: () => socket })
    const status = await new Promise((resolve, reject) => {
      const stream = session.request({ ':path': '/inside', ':authority': 'app.test' })
      stream.on('response', (headers) => resolve(headers[':status'])).on('error', reject)
    })
    session.destroy()
    expect(status).toBe(200)
    expect(seen[0]?.headers['x-forwarded-for']).toBe('192.0.2.7')
  })

  test.each(['http/1.1', 'h2'])('before TLS, by %s', async (protocol) => {
    const socket = await open(secure.port)
    await sendSlowly(socket, inside)
    const tls = connectTls({ socket, servername: 'app.test', ca: authority.cert, ALPNProtocols: [protocol] })
    await once(tls, 'secureConnect')
    if (protocol === 'h2') {
      const session = connectHttp2(secure.origin, { createConnection: () => tls })
      const stream = session.request({ ':path': '/inside', ':authority': 'app.test' })
      const [headers] = await once(stream, 'response')
      expect(headers[':status']).toBe(200)
      session.destroy()
    } else {
      const client = new RawClient(tls)
      client.send(get('/inside'))
      expect((await client.response()).status).toBe(200)
      client.close()
    }
    expect(seen.map(({ headers }) => [headers['x-forwarded-for'], headers['x-forwarded-proto']])).toEqual([
      ['192.0.2.7', 'https'],
    ])
  })

  test('in one piece with the beginning of a handshake', async () => {
    const socket = await open(secure.port)
    const pieces: Buffer[] = [inside]
    const joining = new Duplex({
      read: () => {},
      write(chunk: Buffer, _, done) {
        socket.write(Buffer.concat([...pieces.splice(0), chunk]))
        done()
      },
    })
    socket.on('data', (chunk) => joining.push(chunk))
    const tls = connectTls({ socket: joining, servername: 'app.test', ca: authority.cert })
    await once(tls, 'secureConnect')
    tls.write(get('/inside', 'Connection: close').replace(/\n/g, '\r\n'))
    const [answer] = await once(tls, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /)
    socket.destroy()
  })

  test('of a broken request, in the record', async () => {
    const socket = await open(plain.port)
    socket.write(inside)
    socket.write('hello\r\n\r\n')
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 400 /)
    const broken = async () => (await plain.audit(1)).findLast(({ code }) => code === 'request-malformed')
    expect(await eventually(broken)).toMatchObject({ source: '192.0.2.7' })
  })
})

describe('a load balancer that is named, and says nothing that can be read, is cut off', () => {
  const request = Buffer.from(get('/open').replace(/\n/g, '\r\n'))
  test.each<[string, Buffer]>([
    ['a request', request],
    ['the preface of HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['version 1', Buffer.concat([Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 4660 443\r\n'), request])],
    ['version 1 in the form of version 2', Buffer.concat([proxyHeader({ command: 0x11 }), request])],
    ['UNIX', Buffer.concat([proxyHeader({ family: 0x31, addresses: Buffer.alloc(216) }), request])],
    ['datagrams', Buffer.concat([proxyHeader({ family: 0x12 }), request])],
    ['a length that is too short', Buffer.concat([proxyHeader({ length: 11 }), request])],
    ['TLVs that do not fit', Buffer.concat([proxyHeader({ more: tlv(4, 'abc', 9) }), request])],
    ['a checksum that does not hold', Buffer.concat([proxyHeader({ more: tlv(3, 'abcd') }), request])],
    ['a header twice', Buffer.concat([inside, inside, request])],
  ])('%s', async (what, bytes) => {
    for (const slowly of [false, true]) {
      const socket = await open(plain.port)
      if (slowly) void sendSlowly(socket, bytes)
      else socket.write(bytes)
      // Behind the first one it is a request, and a broken one.
      if (what === 'a header twice') expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 400 /)
      else expect(await untilClosed(socket)).toBe('')
    }
    expect(seen).toEqual([])
  })

  test('a handshake of TLS', async () => {
    const tls = connectTls({ socket: await open(secure.port), servername: 'app.test', ca: authority.cert })
    const [error] = await once(tls, 'error')
    expect(error).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['half of it', inside.subarray(0, 20)],
  ])('%s in time', async (_, bytes) => {
    const hasty = await startTestProxy([upstream.origin], { policy: POLICY, limits: LIMITS, listener: TRUST })
    for (const proxy of [hasty, await startSecure(LIMITS)]) {
      const begun = performance.now()
      const socket = await open(proxy.port)
      socket.write(bytes)
      expect(await untilClosed(socket)).toBe('')
      expect(performance.now() - begun).toBeGreaterThan(LIMITS.headers - 50)
      await proxy.close()
    }
  })

  test('and the log says so, once a minute', async () => {
    const proxy = await startTestProxy([upstream.origin], { policy: POLICY, listener: TRUST, limits: LIMITS })
    const said = () => proxy.log.filter((line) => line.includes('a trusted proxy sends no header of the PROXY protocol'))
    // Nor does one that only looks whether somebody listens.
    const looking = await open(proxy.port)
    looking.end()
    await untilClosed(looking)
    for (let at = 0; at < 3; at += 1) {
      const socket = await open(proxy.port)
      socket.write(request)
      await untilClosed(socket)
    }
    await eventually(() => (said().length > 0 ? true : undefined))
    expect(said()).toEqual([expect.stringContaining(`source=${BALANCER} connections=1`)])
    await proxy.close()
  })

  test('half of it and an end', async () => {
    const socket = await open(plain.port)
    socket.end(inside.subarray(0, 20))
    expect(await untilClosed(socket)).toBe('')
  })

  test('one that is reset in the middle ends nothing else', async () => {
    for (let at = 0; at < inside.length; at += 1) {
      const socket = await open(plain.port)
      socket.write(inside.subarray(0, at))
      await new Promise((resolve) => setImmediate(resolve))
      socket.resetAndDestroy()
    }
    const socket = await open(plain.port)
    socket.write(Buffer.concat([inside, request.subarray(0, -2), Buffer.from('Connection: close\r\n\r\n')]))
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('anybody else', () => {
  test('is who the peer is', async () => {
    const client = new RawClient(await open(plain.port, STRANGER))
    client.send(get('/open'))
    expect((await client.response()).status).toBe(200)
    client.send(get('/inside'))
    expect((await client.response()).status).toBe(403)
    client.close()
    expect(seen[0]?.headers['x-forwarded-for']).toBe(STRANGER)
  })

  test('who claims another address has sent a broken request', async () => {
    for (const slowly of [false, true]) {
      const socket = await open(plain.port, STRANGER)
      const bytes = Buffer.concat([inside, Buffer.from(get('/inside').replace(/\n/g, '\r\n'))])
      if (slowly) void sendSlowly(socket, bytes)
      else socket.write(bytes)
      expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 400 /)
    }
    expect(seen).toEqual([])
    const broken = async () =>
      (await plain.audit(1)).findLast(({ source, code }) => source === STRANGER && code === 'request-malformed')
    expect(await eventually(broken)).toBeDefined()
  })

  test('who claims it before TLS has begun no handshake', async () => {
    const socket = await open(secure.port, STRANGER)
    socket.write(inside)
    const tls = connectTls({ socket, servername: 'app.test', ca: authority.cert })
    await expect(once(tls, 'secureConnect')).rejects.toThrow()
    expect(seen).toEqual([])
  })
})

test('a listener that is not told of it takes it from nobody', async () => {
  const proxy = await startTestProxy([upstream.origin], { policy: POLICY, listener: `trust: { proxies: [${BALANCER}] }` })
  const socket = await open(proxy.port)
  socket.write(Buffer.concat([inside, Buffer.from(get('/inside').replace(/\n/g, '\r\n'))]))
  expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 400 /)
  expect(seen).toEqual([])
  await proxy.close()
})

test('connections that have not said whose they are count among those that there may be', async () => {
  const few = await startTestProxy([upstream.origin], { policy: POLICY, listener: TRUST, limits: { connections: 2 } })
  const silent = [await open(few.port), await open(few.port)]
  const more = await open(few.port)
  more.write(Buffer.concat([inside, Buffer.from(get('/open').replace(/\n/g, '\r\n'))]))
  expect(await untilClosed(more)).toMatch(/^HTTP\/1\.1 503 /)
  expect(await few.audit(1)).toMatchObject([{ code: 'overloaded', detail: 'connections', source: BALANCER }])
  silent[0]?.destroy()
  // Whoever says it in time is still the same one.
  silent[1]?.write(Buffer.concat([inside, Buffer.from(get('/inside', 'Connection: close').replace(/\n/g, '\r\n'))]))
  expect(await untilClosed(silent[1] as Socket)).toMatch(/^HTTP\/1\.1 200 /)
  const next = async () => {
    const socket = await open(few.port)
    socket.write(Buffer.concat([inside, Buffer.from(get('/open', 'Connection: close').replace(/\n/g, '\r\n'))]))
    return (await untilClosed(socket)).startsWith('HTTP/1.1 200 ') || undefined
  }
  expect(await eventually(next)).toBe(true)
  await few.close()
})

test('a connection that has not said whose it is does not keep the proxy from closing', async () => {
  const proxy = await startTestProxy([upstream.origin], { policy: POLICY, listener: TRUST, limits: PATIENT, drain: HOUR })
  const socket = await open(proxy.port)
  socket.write(inside.subarray(0, 20))
  const closed = untilClosed(socket)
  await proxy.close()
  expect(await closed).toBe('')
})
