/** Behind a real haproxy, in the ways that docs/reference/trusted-proxies.md shows. */
import type { IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Haproxy, hasHaproxy, startHaproxy } from '../support/haproxy.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'

const installed = hasHaproxy()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('haproxy is not installed')

/** Where haproxy connects from, so that it is another one than the test. */
const SOURCE = '127.0.0.2'
const TRUST = `trust: { proxies: [${SOURCE}], header: proxy-protocol }`

describe.skipIf(!installed)('behind haproxy', () => {
  const authority = testAuthority()
  const { cert, key } = authority.server(['app.test'])
  let upstream: TestUpstream
  let plain: TestProxy
  let secure: TestProxy
  let forwarded: TestProxy
  let haproxy: Haproxy
  let seen: IncomingMessage[]

  beforeAll(async () => {
    upstream = await startUpstream((incoming, response) => {
      seen.push(incoming)
      response.end('fine')
    })
    plain = await startTestProxy([upstream.origin], { listener: `http2: true, ${TRUST}` })
    secure = await startTestProxy([upstream.origin], {
      listener: `${TRUST}, tls: { cert: a.pem, key: a.key }`,
      files: { 'a.pem': cert, 'a.key': key },
    })
    forwarded = await startTestProxy([upstream.origin], { listener: `trust: { proxies: [${SOURCE}] }` })
    const to = (port: number, how: string) => `server iap 127.0.0.1:${port} source ${SOURCE} ${how}`
    haproxy = await startHaproxy(
      [
        { lines: ['mode tcp', to(plain.port, 'send-proxy-v2')] },
        { lines: ['mode tcp', to(plain.port, 'send-proxy-v2 proxy-v2-options crc32c,unique-id,authority')] },
        { lines: ['mode tcp', to(secure.port, 'send-proxy-v2')] },
        { lines: ['mode tcp', to(plain.port, 'send-proxy')] },
        {
          bind: 'ssl crt @/both.pem alpn h2,http/1.1',
          lines: [
            'mode http',
            'option forwardfor',
            'http-request set-header x-forwarded-proto https if { ssl_fc }',
            to(forwarded.port, ''),
          ],
        },
      ],
      { 'both.pem': cert + key },
    )
  })

  beforeEach(() => {
    seen = []
  })

  afterAll(async () => {
    await haproxy?.close()
    await Promise.all([plain, secure, forwarded].map((proxy) => proxy?.close()))
    await upstream?.close()
  })

  const told = () => seen.map(({ headers }) => [headers['x-forwarded-for'], headers['x-forwarded-proto']])

  async function ask(port: number): Promise<number> {
    const client = new RawClient(port)
    client.send('GET /open/x HTTP/1.1\nHost: app.test\nConnection: close\n\n')
    const { status } = await client.response()
    client.close()
    return status
  }

  const askSecurely = (port: number) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { port, host: '127.0.0.1', path: '/open/x', servername: 'app.test', ca: authority.cert, agent: false }
      request({ ...options, headers: { host: 'app.test' } }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end()
    })

  test('that passes connections on, with the PROXY protocol', async () => {
    expect(await ask(haproxy.ports[0] as number)).toBe(200)
    expect(told()).toEqual([['127.0.0.1', 'http']])
  })

  test('that adds TLVs and a checksum', async () => {
    expect(await ask(haproxy.ports[1] as number)).toBe(200)
    expect(told()).toEqual([['127.0.0.1', 'http']])
  })

  test('that passes HTTP/2 on', async () => {
    const session = connectHttp2(`http://127.0.0.1:${haproxy.ports[0]}`)
    const status = await new Promise((resolve, reject) => {
      session.on('error', reject)
      const stream = session.request({ ':path': '/open/x', ':authority': 'app.test' })
      stream.on('response', (headers) => resolve(headers[':status'])).on('error', reject)
    })
    session.destroy()
    expect(status).toBe(200)
    expect(told()).toEqual([['127.0.0.1', 'http']])
  })

  test('that passes TLS on', async () => {
    expect(await askSecurely(haproxy.ports[2] as number)).toBe(200)
    expect(told()).toEqual([['127.0.0.1', 'https']])
  })

  test('that speaks version 1 of the PROXY protocol', async () => {
    const client = new RawClient(haproxy.ports[3] as number)
    client.send('GET /open/x HTTP/1.1\nHost: app.test\n\n')
    expect(await client.rest()).toBe('')
    expect(seen).toEqual([])
  })

  test('that ends TLS and says so', async () => {
    expect(await askSecurely(haproxy.ports[4] as number)).toBe(200)
    expect(told()).toEqual([['127.0.0.1', 'https']])
    expect((await forwarded.audit(1)).map(({ source }) => source)).toEqual(['127.0.0.1'])
  })
})
