import { createPrivateKey } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ConnectionOptions, connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import { makeCertificate } from '../support/x509.ts'
import { ask, askOnce, shakeHands } from './tls-client.ts'

const servers = testAuthority('servers')
const mesh = testAuthority('mesh')
/** Of the same name, and of another key. */
const impostor = testAuthority('mesh')

let upstream: TestUpstream
let asked = 0
let required: TestProxy
let optional: TestProxy

/** With two certificates, or with one: only there sessions can be taken up again. */
async function start(
  clientCert: string,
  certificates = '{ cert: a.pem, key: a.key }, { cert: b.pem, key: b.key }',
): Promise<TestProxy> {
  const [app, other] = [servers.server(['app.test']), servers.server(['b.test'])]
  return startTestProxy([upstream.origin], {
    listener: `tls: { certificates: [${certificates}], clientCa: mesh.pem${clientCert} }`,
    files: { 'a.pem': app.cert, 'a.key': app.key, 'b.pem': other.cert, 'b.key': other.key, 'mesh.pem': mesh.cert },
  })
}

beforeAll(async () => {
  upstream = await startUpstream((_, response) => {
    asked++
    response.end('fine')
  })
  required = await start('')
  optional = await start(', clientCert: optional')
})

afterAll(async () => {
  await required?.close()
  await optional?.close()
  await upstream?.close()
})

/** What a client shows, and whether it gets an answer where it must show one, and where it may. */
const clients: readonly (readonly [string, ConnectionOptions, 200 | 'refused', 200 | 'refused'])[] = [
  ['a good one', mesh.client('orders'), 200, 200],
  ['none', {}, 'refused', 200],
  ['one of another authority', impostor.client('orders'), 'refused', 'refused'],
  ['one that vouches for itself', makeCertificate({ subject: 'orders', usage: 'client' }), 'refused', 'refused'],
  ['one of the authority that vouches for us', servers.client('orders'), 'refused', 'refused'],
  ['one that has expired', mesh.client('orders', { from: -3, to: -2 }), 'refused', 'refused'],
  ['one that is not valid yet', mesh.client('orders', { from: 2, to: 3 }), 'refused', 'refused'],
  ['one for servers', mesh.client('orders', { usage: 'server' }), 'refused', 'refused'],
  ['one by a leaf', leafOfALeaf(), 'refused', 'refused'],
]

/** Signed by a client's certificate, which is no authority. */
function leafOfALeaf(): ConnectionOptions {
  const keys = mesh.client('orders')
  const { key, cert } = makeCertificate({
    subject: 'evil',
    usage: 'client',
    issuer: { subject: 'orders', privateKey: createPrivateKey(keys.key) },
  })
  return { key, cert: cert + keys.cert }
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('%s', (maxVersion) => {
  test.each(clients)('%s', async (_, client, whereRequired, whereOptional) => {
    const options = { ...client, minVersion: maxVersion, maxVersion, servername: 'app.test' }
    expect(await askOnce(required.port, options)).toBe(whereRequired)
    expect(await askOnce(optional.port, options)).toBe(whereOptional)
    // The other certificate has a context of its own, and so has who names no host.
    for (const servername of ['b.test', undefined]) {
      const asked = await askOnce(required.port, { ...options, servername } as ConnectionOptions, 'app.test')
      expect(asked === 'refused').toBe(whereRequired === 'refused')
    }
  })

  test('whoever was refused cannot take up the session of that handshake', async () => {
    for (const clientCert of ['', ', clientCert: optional']) {
      const app = await start(clientCert, '{ cert: a.pem, key: a.key }')
      const sessions: Buffer[] = []
      const client = { ...impostor.client('orders'), maxVersion, servername: 'app.test' }
      const first = await shakeHands(app.port, client).catch(() => null)
      first?.socket.on('session', (session) => sessions.push(session))
      // It is cut, and nothing comes after that.
      if (first && !first.socket.closed) await new Promise<void>((resolve) => first.socket.once('close', () => resolve()))
      for (const session of sessions) expect(await askOnce(app.port, { ...client, session })).toBe('refused')
      await app.close()
    }
  })
})

test('nothing of what a client that is refused has sent at once is read', async () => {
  const before = asked
  for (const app of [required, optional])
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
      for (let round = 0; round < 20; round++) {
        const socket = connect({
          ...impostor.client('orders'),
          host: '127.0.0.1',
          port: app.port,
          servername: 'app.test',
          rejectUnauthorized: false,
          maxVersion,
        })
        // With the last piece of the handshake.
        socket.write('GET /open/refused HTTP/1.1\r\nHost: app.test\r\n\r\n')
        expect(await new RawClient(socket).rest()).toBe('')
      }
  expect(asked).toBe(before)
  for (const app of [required, optional]) expect((await app.audit(1)).filter(({ path }) => path === '/open/refused')).toEqual([])
})

test('refusals are counted by what is wrong, and name no more than a code', async () => {
  await askOnce(required.port, { ...mesh.client('orders', { from: -3, to: -2 }), servername: 'app.test' })
  const metric = 'iap_tls_handshake_failures_total{listener="127.0.0.1:0",reason="client-certificate"}'
  expect(await required.metric(metric)).toBeGreaterThan(0)
  expect(await optional.metric(metric)).toBeGreaterThan(0)
})

test('an authority that is taken away counts for no new connection, and no session is ever taken up again', async () => {
  const app = await start('', '{ cert: a.pem, key: a.key }')
  const client = { ...mesh.client('orders'), servername: 'app.test' }
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { socket, session } = await shakeHands(app.port, { ...client, maxVersion })
    const open = new RawClient(socket)
    expect((await ask(open)).status).toBe(200)
    const again = await shakeHands(app.port, { ...client, maxVersion, session: await session })
    expect(again.socket.isSessionReused()).toBe(false)
    expect((await ask(new RawClient(again.socket))).status).toBe(200)
    await replace(app, impostor.cert)
    expect(await askOnce(app.port, { ...client, maxVersion, session: await session })).toBe('refused')
    expect(await askOnce(app.port, { ...client, maxVersion })).toBe('refused')
    // What is open goes on.
    expect((await ask(open)).status).toBe(200)
    open.close()
    await replace(app, mesh.cert)
  }
  await app.close()
})

async function replace(app: TestProxy, authorities: string): Promise<void> {
  const before = await takings(app)
  writeFileSync(join(app.folder, 'next.pem'), authorities)
  renameSync(join(app.folder, 'next.pem'), join(app.folder, 'mesh.pem'))
  await eventually(async () => ((await takings(app)) > before ? true : undefined))
}

async function takings(app: TestProxy): Promise<number> {
  const text = await (await fetch(`${app.admin}/metrics`)).text()
  return Number(/^iap_tls_loads_total\{place="listeners\[0\]\.tls\.clientCa",result="taken"\} (\d+)$/m.exec(text)?.[1] ?? 0)
}
