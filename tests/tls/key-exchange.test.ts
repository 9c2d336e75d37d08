import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { createSecureContext, createServer, type Server, type TlsOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStage, type Running, type Stage } from '../life/proxy-process.ts'
import { testAuthority } from '../support/test-authority.ts'
import { askOnce, shakeHands } from './tls-client.ts'

/** The key exchanges that the processes of the proxy agree to. */
const authority = testAuthority()
// TLS 1.2 has finite-field Diffie-Hellman with RSA certificates alone.
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { cert, key } = authority.server(['app.test', '127.0.0.1'], { keys })
let stage: Stage & { remove(): void }
let proxy: Running
let port: number
let admin: number
/** Offers what each test sets, and answers every connection with 200. */
let service: Server

beforeAll(async () => {
  service = createServer({ cert, key }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  stage = await openStage()
  for (const [name, content] of Object.entries({ 'a.pem': cert, 'a.key': key, 'ca.pem': authority.cert }))
    writeFileSync(join(stage.folder, name), content)
  stage.configure({
    upstream: `https://127.0.0.1:${(service.address() as AddressInfo).port}`,
    workers: 1,
    service: 'tls: { ca: ./ca.pem }',
    listeners: '[{ address: "127.0.0.1:0", tls: { cert: ./a.pem, key: ./a.key } }]',
    admin: 'tls: { cert: ./a.pem, key: ./a.key }',
  })
  proxy = stage.start({ lives: 'stage' })
  port = Number((await proxy.line(/listening on https:\S+:(\d+)/))[1])
  admin = Number((await proxy.line(/health and metrics on https:\S+:(\d+)/))[1])
})

afterAll(async () => {
  proxy?.child.kill('SIGTERM')
  await proxy?.ended
  await new Promise((resolve) => service?.close(resolve))
  stage?.remove()
})

describe.each([
  ['a listener', () => port],
  ['the admin address', () => admin],
])('%s', (_, portOf) => {
  const versions = ['TLSv1.2', 'TLSv1.3'] as const

  test.each(['X25519', 'P-256', 'P-384'])('agrees to %s', async (ecdhCurve) => {
    for (const maxVersion of versions) {
      const { socket, version } = await shakeHands(portOf(), { ecdhCurve, maxVersion })
      expect(version).toBe(maxVersion)
      socket.destroy()
    }
  })

  test.each(['ffdhe2048', 'ffdhe3072', 'ffdhe8192', 'P-521', 'X448'])('refuses %s', async (ecdhCurve) => {
    await expect(shakeHands(portOf(), { ecdhCurve, minVersion: 'TLSv1.3' })).rejects.toThrow(/handshake failure/)
  })

  test('refuses cipher suites with finite-field Diffie-Hellman', async () => {
    const ciphers = 'DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384'
    await expect(shakeHands(portOf(), { maxVersion: 'TLSv1.2', ciphers })).rejects.toThrow(/handshake failure/)
  })

  test.runIf(hasGroup('X25519MLKEM768'))('prefers X25519MLKEM768, also for a client that prefers X25519', async () => {
    const transport = connect(portOf(), '127.0.0.1')
    const received: Buffer[] = []
    transport.on('data', (chunk) => received.push(chunk))
    const socket = Duplex.from({ readable: transport, writable: transport })
    const { socket: secure } = await shakeHands(portOf(), { socket, ecdhCurve: '*X25519:*X25519MLKEM768', minVersion: 'TLSv1.3' })
    secure.destroy()
    // The `key_share` extension of the ServerHello: 1124 bytes, group 0x11ec, 1120 bytes of key (draft-ietf-tls-ecdhe-mlkem).
    expect(Buffer.concat(received).includes(Buffer.from('0033046411ec0460', 'hex'))).toBe(true)
  })
})

describe('a service', () => {
  /** Returns the status of a request while the service offers these options. */
  async function offered(options: TlsOptions): Promise<number | 'refused'> {
    service.setSecureContext({ cert, key, ...options })
    return await askOnce(port, { servername: 'app.test' })
  }

  test('with the usual groups is reached', async () => {
    expect(await offered({})).toBe(200)
  })

  test.each(['ffdhe2048', 'ffdhe8192'])('with %s alone is not', async (ecdhCurve) => {
    expect(await offered({ ecdhCurve, minVersion: 'TLSv1.3' })).toBe(502)
  })

  test('of TLS 1.2 with finite-field Diffie-Hellman alone is not', async () => {
    expect(await offered({ maxVersion: 'TLSv1.2', ciphers: 'kDHE', dhparam: 'auto' })).toBe(502)
  })
})

function hasGroup(ecdhCurve: string): boolean {
  try {
    createSecureContext({ ecdhCurve, ca: [] })
    return true
  } catch {
    return false
  }
}
