/** Lists of certificates that were revoked, at handshakes and at the start. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import { der, extension, randomSerial } from '../support/x509.ts'
import { askOnce, shakeHands } from './tls-client.ts'

const servers = testAuthority('servers')
const mesh = testAuthority('mesh')
const other = testAuthority('other')
const middle = mesh.below('middle')
const [app, second] = [servers.server(['app.test']), servers.server(['b.test'])]
const serial = randomSerial()

let upstream: TestUpstream

function start(
  lists: Readonly<Record<string, string>>,
  { clientCert = 'required', certificates = '{ cert: a.pem, key: a.key }, { cert: b.pem, key: b.key }' } = {},
): Promise<TestProxy> {
  const names = Object.keys(lists)
  return startTestProxy([upstream.origin], {
    listener: `tls: { certificates: [${certificates}], clientCa: mesh.pem, clientCert: ${clientCert}, crl: [${names}] }`,
    files: { 'a.pem': app.cert, 'a.key': app.key, 'b.pem': second.cert, 'b.key': second.key, 'mesh.pem': mesh.cert, ...lists },
  })
}

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
})
afterAll(() => upstream?.close())

describe.each(['required', 'optional'])('clientCert: %s', (clientCert) => {
  let proxy: TestProxy
  beforeAll(async () => {
    proxy = await start(
      // Node reads only the first of several in one text.
      { 'lists.pem': other.revoked([serial]) + mesh.revoked([serial]), 'middle.pem': middle.revoked([serial]) },
      { clientCert },
    )
  })
  afterAll(() => proxy?.close())

  const chained = (options: { serial?: Buffer } = {}) => {
    const client = middle.client('x', options)
    return { ...client, cert: client.cert + middle.cert }
  }

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: who is revoked does not get through the handshake', async (maxVersion) => {
    for (const servername of ['app.test', 'b.test']) {
      const at = (client: object) =>
        askOnce(proxy.port, { ...client, servername, maxVersion }, servername === 'b.test' ? 'b.test' : 'app.test')
      const good = servername === 'app.test' ? 200 : 403
      expect(await at(mesh.client('x'))).toBe(good)
      expect(await at(mesh.client('x', { serial }))).toBe('refused')
      expect(await at(chained())).toBe(good)
      expect(await at(chained({ serial }))).toBe('refused')
    }
    // Who names no host has the default, which is another way through Node.
    expect(await askOnce(proxy.port, { ...mesh.client('x', { serial }), maxVersion })).toBe('refused')
    expect(await askOnce(proxy.port, { ...mesh.client('x'), maxVersion })).toBe(200)
  })
})

test('each authority of a chain needs a list: without one, nobody knows', async () => {
  const proxy = await start({ 'mesh.crl': mesh.revoked([]) })
  const client = middle.client('x')
  expect(await askOnce(proxy.port, { ...client, cert: client.cert + middle.cert, servername: 'app.test' })).toBe('refused')
  expect(await askOnce(proxy.port, { ...mesh.client('x'), servername: 'app.test' })).toBe(200)
  await proxy.close()
})

test('a list that somebody else has signed vouches for nobody', async () => {
  const impostor = testAuthority('mesh')
  const proxy = await start({ 'mesh.crl': impostor.revoked([]) })
  expect(await askOnce(proxy.port, { ...mesh.client('x'), servername: 'app.test' })).toBe('refused')
  await proxy.close()
})

test('when a list becomes too old, nobody with a certificate gets through; one that is new in time changes that', async () => {
  const from = Math.floor(Date.now() / 1000)
  // Three seconds from now.
  const proxy = await start({ 'mesh.crl': mesh.revoked([], { to: 3 / 86_400 }) }, { clientCert: 'optional' })
  const at = (client: object) => askOnce(proxy.port, { ...client, servername: 'app.test' })
  const expiry = await proxy.metric('iap_tls_certificate_expiry_seconds{place="listeners[0].tls.crl[0]"}')
  expect(expiry).toBeGreaterThanOrEqual(from + 3)
  expect(expiry).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + 3)
  await eventually(async () => (await at(mesh.client('x'))) === 'refused' || undefined)
  expect(await at({})).toBe(200)
  expect(proxy.log.join('')).toContain('CRL_HAS_EXPIRED')
  await proxy.close()
})

test.each([
  ['too old', mesh.revoked([], { to: -0.5 }), 'expired on'],
  ['of the future', mesh.revoked([], { from: 1, to: 2 }), 'is valid only from'],
  ['without an end', mesh.revoked([], { to: null }), 'does not say when the next list comes'],
  ['a delta', mesh.revoked([], { extensions: [extension(0x1b, true, der(0x02, Buffer.from([1])))] }), 'is a delta'],
  ['empty', '', 'is empty'],
  ['a certificate', mesh.cert, 'holds no revocation list'],
  ['cut off', mesh.revoked([]).slice(0, -40), 'is cut off'],
  ['garbage', '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n', 'is not a revocation list'],
  ['with a bad second one', `${mesh.revoked([])}${mesh.revoked([], { to: -0.5 })}`, 'in place 2'],
])('it does not start with one that is %s', async (_, list, reason) => {
  await expect(start({ 'mesh.crl': list })).rejects.toThrow(reason)
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: no session is taken up again, which nobody would look at', async (maxVersion) => {
  const proxy = await start({ 'mesh.crl': mesh.revoked([]) }, { certificates: '{ cert: a.pem, key: a.key }' })
  const client = { ...mesh.client('x'), servername: 'app.test', maxVersion }
  const first = await shakeHands(proxy.port, client)
  // Of TLS 1.2 it is there with the handshake; of TLS 1.3 one may come behind it.
  const session = maxVersion === 'TLSv1.2' ? first.socket.getSession() : await first.session
  const again = await shakeHands(proxy.port, { ...client, ...(session && { session }) })
  expect(again.socket.isSessionReused()).toBe(false)
  for (const { socket } of [first, again]) socket.destroy()
  await proxy.close()
})
