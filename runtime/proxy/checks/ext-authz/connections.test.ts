import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentials, status } from '@grpc/grpc-js'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { askCheck, checkClient, grpcCodeOf } from '../../../../tests/support/check-client.ts'
import { outcome, policyWith, proxyWith } from '../../../../tests/support/fake-proxy.ts'
import { testAuthority } from '../../../../tests/support/test-authority.ts'
import { until } from '../../../../tests/support/until.ts'
import { type ListenerTls, openListenerTls, TlsFiles, tlsConnectionOf } from '../../../tls/index.ts'
import { defaultLimits, type Limits } from '../../proxy-context.ts'
import { createExtAuthzServer } from './create-ext-authz-server.ts'

const authority = testAuthority('servers')
const clients = testAuthority('clients')
const ID = 'spiffe://shop.example/edge'

let folder: string
let files: TlsFiles
let tls: ListenerTls
let closing: (() => void)[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-check-'))
  const { cert, key } = authority.server(['localhost'])
  for (const [name, text] of Object.entries({ 'a.pem': cert, 'a.key': key, 'ca.pem': clients.cert }))
    writeFileSync(join(folder, name), text)
  files = new TlsFiles({
    source: { file: 'iap.yaml', place: () => ({ line: 1, column: 1 }) },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics: { tlsLoad: () => {}, handshakeFailure: () => {} },
    clock: Date.now,
  })
  const pair = { cert: join(folder, 'a.pem'), key: join(folder, 'a.key'), path: [] }
  const ca = { ca: join(folder, 'ca.pem'), crl: [], required: false, path: [] }
  tls = (await openListenerTls({ certificates: [pair], minVersion: 'TLSv1.2', clients: ca }, 'test', files)) as ListenerTls
})

afterEach(() => {
  for (const close of closing.reverse()) close()
  closing = []
})

afterAll(async () => {
  tls?.close()
  await files?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function start(mayAsk: (socket: Socket) => boolean, secured: ListenerTls | null, limits: Limits = defaultLimits) {
  const policy = policyWith([outcome('permit', { rule: 'p' })], () => 0, { traced: { rules: ['p'] } })
  const proxy = proxyWith({ policies: { current: policy }, limits }, [])
  const source = { protocol: 'ext-authz', listener: '127.0.0.1:0' } as const
  const server = await createExtAuthzServer(proxy, { tls: secured, mayAsk, source })
  const open = new Set<Socket>()
  const listening = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    server.take(socket)
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  closing.push(
    () => void listening.close(),
    () => server.closeAll(),
  )
  return { server, open, port: (listening.address() as AddressInfo).port }
}

test('over TLS, the certificate of the asking proxy says whether it may ask', async () => {
  const isEdge = (socket: Socket) => tlsConnectionOf(socket)?.clientCertificate?.parts?.uris[0] === ID
  const { port } = await start(isEdge, tls)
  const ask = (pair: { cert: string; key: string } | null) => {
    const [key, cert] = pair === null ? [null, null] : [Buffer.from(pair.key), Buffer.from(pair.cert)]
    const client = checkClient(`localhost:${port}`, credentials.createSsl(Buffer.from(authority.cert), key, cert))
    closing.push(() => client.close())
    return grpcCodeOf(askCheck(client))
  }
  expect(await ask(clients.svid(ID))).toBe(status.OK)
  expect(await ask(clients.svid('spiffe://shop.example/other'))).toBe(status.UNAVAILABLE)
  expect(await ask(null)).toBe(status.UNAVAILABLE)
  expect(await ask(testAuthority('impostor').svid(ID))).toBe(status.UNAVAILABLE)
})

test('a listener of TLS takes no other connection', async () => {
  const { port, open } = await start(() => true, tls)
  const client = checkClient(`127.0.0.1:${port}`)
  closing.push(() => client.close())
  expect(await grpcCodeOf(askCheck(client))).toBe(status.UNAVAILABLE)
  client.close()
  await until(() => open.size === 0)
})

test('a retired connection is announced, and still open', async () => {
  const { port, server } = await start(() => true, null)
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  closing.push(() => session.destroy())
  const announced = new Promise((resolve) => session.once('goaway', (code, last) => resolve([code, last])))
  await new Promise<void>((resolve) => session.ping(() => resolve()))
  server.retire(0)
  expect(await announced).toEqual([0, 2 ** 31 - 1])
})

test('the end of an idle connection is announced before it comes', async () => {
  const { port, open } = await start(() => true, null, { ...defaultLimits, idle: 100 })
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  closing.push(() => session.destroy())
  const last: (number | undefined)[] = []
  session.on('goaway', (_, stream) => void last.push(stream))
  await until(() => last.length > 0)
  // A check that was on its way is still answered.
  expect([last[0], open.size]).toEqual([2 ** 31 - 1, 1])
  await until(() => open.size === 0)
})

test('a connection without a check is closed, also without a preface', async () => {
  const { port, open } = await start(() => true, null, { ...defaultLimits, idle: 100 })
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  const silent = connect(port, '127.0.0.1')
  silent.on('error', () => {})
  // It never reads, so it does not see the end either.
  closing.push(() => silent.destroy())
  await until(() => open.size === 2)
  await until(() => open.size === 0)
  session.destroy()
})

test('what is not HTTP/2 ends its connection', async () => {
  const { port, open } = await start(() => true, null)
  const answer = await fetch(`http://127.0.0.1:${port}/`).then(
    () => 'answered',
    () => 'refused',
  )
  expect(answer).toBe('refused')
  await until(() => open.size === 0)
})
