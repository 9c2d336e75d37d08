/** A connection that the supervisor has accepted is as good in a worker as one that it had accepted itself. */
import { writeFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { proxyHeader } from '../support/proxy-header.ts'
import { RawClient } from '../support/raw-client.ts'
import { selfSigned } from '../support/self-signed.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { openStage, type Running, type Stage } from './proxy-process.ts'

let stage: Stage & { remove(): void }
let upstream: TestUpstream
const certificate = selfSigned('app.test')

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    response.setHeader('x-proto', String(request.headers['x-forwarded-proto']))
    response.setHeader('x-for', String(request.headers['x-forwarded-for']))
    request.pipe(response)
  })
  new WebSocketServer({ server: upstream.server }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
  })
  stage = await openStage()
  writeFileSync(join(stage.folder, 'a.pem'), certificate.cert)
  writeFileSync(join(stage.folder, 'a.key'), certificate.key, { mode: 0o600 })
  const tls = 'tls: { cert: ./a.pem, key: ./a.key }'
  stage.configure({
    upstream: upstream.origin,
    listeners: `[{ address: "127.0.0.1:0", http2: true }, { address: "127.0.0.1:0", ${tls} }, { address: "127.0.0.1:0" }, { address: "127.0.0.1:0", http2: true, ${tls}, trust: { proxies: [127.0.0.1], header: proxy-protocol } }]`,
  })
})

afterAll(async () => {
  await upstream?.close()
  stage?.remove()
})

let proxy: Running | null = null

/** One for all tests: each leaves it as it was. */
async function start(): Promise<{ proxy: Running; clear: number; tls: number; http1: number; balanced: number }> {
  proxy ??= stage.start({ lives: 'stage' })
  const [clear = 0, tls = 0, http1 = 0, balanced = 0] = await proxy.ready()
  return { proxy, clear, tls, http1, balanced }
}

function secure(port: number, protocol: 'h2' | 'http/1.1'): Socket {
  const options = { servername: 'app.test', rejectUnauthorized: false, ALPNProtocols: [protocol] }
  return connectTls({ port, host: '127.0.0.1', ...options })
}

async function overHttp2(origin: string, createConnection: () => Socket): Promise<readonly unknown[]> {
  const session = connectHttp2(origin, { createConnection })
  const stream = session.request({ ':path': '/open/x', ':method': 'POST', ':authority': 'app.test' })
  stream.end('two')
  const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve))
  let body = ''
  for await (const chunk of stream) body += chunk
  session.close()
  return [headers[':status'], headers['x-proto'], headers['x-for'], body]
}

test('whatever is spoken on it', async () => {
  const { clear, tls, http1 } = await start()
  // More than one of each, for both workers.
  for (let round = 0; round < 3; round++) {
    for (const [proto, socket] of [
      ['http', connect(clear, '127.0.0.1')],
      ['http', connect(http1, '127.0.0.1')],
      ['https', secure(tls, 'http/1.1')],
    ] as const) {
      const client = new RawClient(socket)
      client.send('POST /open/x HTTP/1.1\nHost: app.test\nContent-Length: 3\n\none')
      const response = await client.response()
      expect([response.status, response.get('x-proto'), response.get('x-for'), response.body]).toEqual([
        200,
        proto,
        '127.0.0.1',
        'one',
      ])
      client.close()
    }
    expect(await overHttp2(`http://127.0.0.1:${clear}`, () => connect(clear, '127.0.0.1'))).toEqual([
      200,
      'http',
      '127.0.0.1',
      'two',
    ])
    expect(await overHttp2(`https://127.0.0.1:${tls}`, () => secure(tls, 'h2'))).toEqual([200, 'https', '127.0.0.1', 'two'])
  }
})

test('a load balancer says whose it is, in one piece with what follows or before', async () => {
  const { balanced } = await start()
  for (const isAlone of [true, false, true, false]) {
    const socket = connect(balanced, '127.0.0.1')
    socket.cork()
    socket.write(proxyHeader())
    if (isAlone) socket.uncork()
    const options = { socket, servername: 'app.test', rejectUnauthorized: false, ALPNProtocols: ['h2'] }
    const answered = overHttp2('https://app.test', () => connectTls(options))
    setImmediate(() => socket.uncork())
    expect(await answered).toEqual([200, 'https', '203.0.113.9', 'two'])
    socket.destroy()
  }
})

test('a WebSocket', async () => {
  const { clear } = await start()
  const socket = new WebSocket(`ws://127.0.0.1:${clear}/open/x`, { headers: { host: 'app.test' } })
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send('three')
  expect(String(await new Promise((resolve) => socket.once('message', resolve)))).toBe('three')
  socket.terminate()
})

test('a head that does not come in time is answered 408', async () => {
  const { http1 } = await start()
  const client = new RawClient(http1)
  client.send('GET /open/x HTTP/1.1\nHost: app')
  expect((await client.response()).status).toBe(408)
  await client.rest()
})

test('one that its client resets on the way is not counted for ever', async () => {
  const { proxy, clear } = await start()
  for (let i = 0; i < 50; i++) {
    const socket = connect(clear, '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.resetAndDestroy()
  }
  await eventually(async () => ((await proxy.workers()).every(({ connections }) => connections === 0) ? true : undefined))
  expect(await proxy.metric('iap_connections')).toBe(0)
})
