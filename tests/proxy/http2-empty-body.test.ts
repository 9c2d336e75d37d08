/** Requests of HTTP/2 whose END_STREAM comes in a DATA frame without a byte, as Node's client and gRPC send it: their body ends before anybody reads it. */
import { type ClientHttp2Session, connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

const policy = `
service app at "app.test" {
  route open POST "/open"
  route read POST "/read" body { a?: string }
}

permit all on app.open to anyone
permit those on app.read to anyone when !has(body.a)
`

let proxy: TestProxy | undefined
let session: ClientHttp2Session | undefined
let services: readonly { close(): unknown }[] = []

afterEach(async () => {
  session?.destroy()
  await proxy?.close()
  for (const service of services) await service.close()
})

async function start(protocol: 'http1' | 'http2', service = ''): Promise<void> {
  const origin = protocol === 'http1' ? await startHttp1() : await startHttp2()
  const more = `protocol: ${protocol}${service && `, ${service}`}`
  proxy = await startTestProxy([origin], {
    policy,
    listener: 'http2: true',
    service: more,
    limits: { headers: 5000, request: 5000 },
  })
  session = connect(proxy.origin)
  session.on('error', () => {})
}

async function startHttp1(): Promise<string> {
  const upstream: TestUpstream = await startUpstream((request, response) =>
    request.resume().on('end', () => response.end('fine')),
  )
  services = [upstream]
  return upstream.origin
}

async function startHttp2(): Promise<string> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end('fine')))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  services = [server]
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function post(path: string, type = 'application/json'): Promise<string> {
  const stream = (session as ClientHttp2Session).request({
    ':method': 'POST',
    ':path': path,
    ':authority': 'app.test',
    'content-type': type,
  })
  let [status, body] = ['none', '']
  stream.on('error', () => {})
  stream.on('response', (headers) => {
    status = String(headers[':status'])
  })
  stream.on('data', (chunk) => {
    body += chunk
  })
  // Node sends END_STREAM in a frame of its own.
  stream.end()
  return new Promise((resolve) => stream.on('close', () => resolve(`${status} ${body}`)))
}

describe.each(['http1', 'http2'] as const)('to a service of %s', (protocol) => {
  test('each gets its answer', async () => {
    await start(protocol)
    expect(await Promise.all(Array.from({ length: 20 }, () => post('/open')))).toEqual(Array(20).fill('200 fine'))
  })

  test('a call of gRPC gets its answer', async () => {
    await start(protocol)
    expect(await post('/open', 'application/grpc')).toBe('200 fine')
  })

  test('they do not use up the limit of the service', async () => {
    await start(protocol, 'limits: { requests: 2 }')
    for (let at = 0; at < 5; at++) expect(await post('/open')).toBe('200 fine')
  })
})

test('where the policy reads the body, it is refused as no JSON', async () => {
  await start('http1')
  expect(await post('/read')).toMatch(/^400 .*"code":"body/)
})
