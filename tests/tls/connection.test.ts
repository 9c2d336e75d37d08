import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectH2, createSecureServer } from 'node:http2'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ListenerTls, openListenerTls, TlsFiles, tlsConnectionOf } from '../../runtime/tls/index.ts'
import { RawClient } from '../support/raw-client.ts'
import { testAuthority } from '../support/test-authority.ts'
import { shakeHands } from './tls-client.ts'

/** What a server finds on its connections, with the servers that a front can be. */
const authority = testAuthority()
const certificate = authority.server(['app.test', '*.shop.test'])
const client = authority.client('orders')

let folder: string
let files: TlsFiles
const opened: { readonly tls: ListenerTls; readonly server: Server }[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-tls-'))
  for (const [name, text] of [
    ['a.pem', certificate.cert],
    ['a.key', certificate.key],
    ['ca.pem', authority.cert],
  ] as const)
    writeFileSync(join(folder, name), text)
  files = new TlsFiles({
    source: { file: 'iap.yaml', place: () => ({ line: 1, column: 1 }) },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metrics: { tlsLoad: () => {}, handshakeFailure: () => {} },
    clock: Date.now,
  })
})

afterAll(async () => {
  for (const { tls, server } of opened) {
    tls.close()
    server.close()
  }
  await files?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The port of a server that answers with what it knows of the connection. */
async function start(front: 'h1' | 'h2', asks: boolean): Promise<number> {
  const tls = await openListenerTls(
    {
      certificates: [{ cert: join(folder, 'a.pem'), key: join(folder, 'a.key'), path: [] }],
      minVersion: 'TLSv1.2',
      clients: asks ? { ca: join(folder, 'ca.pem'), crl: [], required: false, path: [] } : null,
    },
    'test',
    files,
  )
  if (tls === null) throw new Error(JSON.stringify(files.problems))
  const options = tls.options(1000)
  const tell = (request: { socket: Socket }, response: { end(text: string): void }) => {
    const connection = tlsConnectionOf(request.socket)
    const { names, clientCertificate, transport } = connection ?? {}
    response.end(
      JSON.stringify({ names: names?.all, client: clientCertificate?.x509.subject ?? null, below: transport !== null }),
    )
  }
  const server =
    front === 'h1' ? createServer(options, tell) : createSecureServer({ ...options, allowHTTP1: true }, (q, s) => tell(q, s))
  tls.attach(server)
  opened.push({ tls, server })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const names = ['app.test', '*.shop.test']

describe.each([
  ['a client that is not asked', false, client, null],
  ['one that shows nothing', true, {}, null],
  ['one that shows a certificate', true, client, 'CN=orders'],
] as const)('%s', (_, asks, shows, expected) => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('over HTTP/1.1 and %s, at first and again', async (maxVersion) => {
    const port = await start('h1', asks)
    let session: Buffer | undefined
    for (const again of [false, true]) {
      const { socket, session: next } = await shakeHands(port, {
        ...shows,
        maxVersion,
        servername: 'x.shop.test',
        ...(session && { session }),
      })
      const raw = new RawClient(socket)
      raw.send('GET / HTTP/1.1\nHost: x.shop.test\n\n')
      // Where clients are asked, none is taken up again: Node would say of it that it is authorized, whether or not a certificate was ever shown.
      expect([socket.isSessionReused(), JSON.parse((await raw.response()).body)]).toEqual([
        again && !asks,
        { names, client: expected, below: true },
      ])
      if (!again) session = await next
      raw.close()
    }
  })

  test('over HTTP/2', async () => {
    const port = await start('h2', asks)
    const h2 = connectH2(`https://127.0.0.1:${port}`, { ...shows, servername: 'app.test', rejectUnauthorized: false })
    const body = await new Promise<string>((resolve, reject) => {
      let text = ''
      h2.on('error', reject)
      const stream = h2.request({ ':path': '/' })
      stream.on('error', reject).setEncoding('utf8')
      stream.on('data', (chunk) => {
        text += chunk
      })
      stream.on('end', () => resolve(text))
      stream.end()
    })
    h2.close()
    expect(JSON.parse(body)).toEqual({ names, client: expected, below: true })
  })
})
