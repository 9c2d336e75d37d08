import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectUnix } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient, type RawResponse } from '../support/raw-client.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'

const POLICY = `
identity user via jwt { sub: string, groups: set<string> }
service app at "app.test" {
  route open  ANY "/open/{rest...}"
  route users ANY "/users/{rest...}"
  route order POST "/orders" body { amount: int }
}
permit open_to_all on app.open to anyone
permit users_in on app.users to user
permit small on app.order to anyone when body.amount < 100
`

const people = testAuthority('people')
const edge = people.svid('spiffe://shop.example/edge')
const other = people.svid('spiffe://shop.example/other')

let folder: string
let app: TestProxy

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-forward-auth-'))
  const server = testAuthority('servers').server(['iap.test'])
  app = await startTestProxy(['http://127.0.0.1:9'], {
    policy: POLICY,
    listener: `}, {
      address: "unix:${folder}/check.sock", protocol: forward-auth, original: x-forwarded }, {
      address: "127.0.0.1:0", protocol: forward-auth, original: request-line, prefix: /check,
      clients: [{ certificate: "spiffe://shop.example/edge" }],
      tls: { cert: ./s.pem, key: ./s.key, clientCa: ./ca.pem, clientCert: optional } }, {
      address: "127.0.0.1:0", protocol: forward-auth, original: x-forwarded, clients: [{ address: 192.0.2.1 }]`,
    service: 'cors: { origins: ["https://spa.example"] }',
    files: { 's.pem': server.cert, 's.key': server.key, 'ca.pem': people.cert },
  })
})

afterAll(async () => {
  await app?.close()
  rmSync(folder, { recursive: true, force: true })
})

const portOf = (at: number) => Number(new URL(app.proxy.addresses[at] ?? '').port)

async function sendBy(client: RawClient, text: string): Promise<RawResponse> {
  client.send(text)
  const answer = await client.response(text.startsWith('HEAD'))
  client.close()
  return answer
}

describe('at a Unix socket', () => {
  const forwarded = (method: string, path: string) =>
    `X-Forwarded-Method: ${method}\nX-Forwarded-Proto: https\nX-Forwarded-Host: app.test\nX-Forwarded-Uri: ${path}\nX-Forwarded-For: 192.0.2.7\n`
  const ask = (lines: string, body = '') =>
    sendBy(
      new RawClient(connectUnix(join(folder, 'check.sock'))),
      `GET / HTTP/1.1\nHost: iap\n${lines}${body === '' ? '' : `Content-Length: ${body.length}\n`}\n${body}`,
    )

  test('permits and refusals', async () => {
    const permit = await ask(`${forwarded('GET', '/users/a')}Authorization: ${app.bearer({ sub: 'ann' })}\n`)
    expect([permit.status, permit.get('authorization'), permit.get('x-iap-remove')]).toEqual([200, undefined, 'authorization'])
    expect(await app.record(permit.get('x-iap-request-id'))).toMatchObject({
      source: '192.0.2.7',
      caller: { subject: 'ann' },
      check: { protocol: 'forward-auth', listener: `unix:${folder}/check.sock` },
    })
    const refusal = await ask(forwarded('GET', '/users/a'))
    expect([refusal.status, refusal.get('www-authenticate')]).toEqual([401, expect.stringContaining('Bearer')])
  })

  test('a faulty check has a record without a source', async () => {
    const answer = await ask('X-Forwarded-Method: GET\n')
    expect([answer.status, answer.get('x-iap-error')]).toEqual([400, 'check-header-missing'])
    expect(await app.record(answer.get('x-iap-request-id'))).toMatchObject({ source: null, code: 'check-header-missing' })
  })

  test.each([
    ['{"amount":1}', 200, undefined],
    ['{"amount":1000}', 403, 'denied'],
    ['{"amount":"1"}', 400, 'body'],
    ['', 413, 'body-incomplete'],
  ])('the body %s', async (body, status, code) => {
    const answer = await ask(`${forwarded('POST', '/orders')}Content-Type: application/json\n`, body)
    expect([answer.status, answer.get('x-iap-error')]).toEqual([status, code])
  })

  test('the answer to a preflight is no permit', async () => {
    const preflight = 'Origin: https://spa.example\nAccess-Control-Request-Method: GET\n'
    const answer = await ask(`${forwarded('OPTIONS', '/users/a')}${preflight}`)
    expect([answer.status, answer.get('access-control-allow-origin')]).toEqual([403, 'https://spa.example'])
  })
})

describe('with TLS', () => {
  async function ask(text: string, options: ConnectionOptions = {}): Promise<RawResponse> {
    const socket = connectTls({
      host: '127.0.0.1',
      port: portOf(2),
      rejectUnauthorized: false,
      servername: 'iap.test',
      ...options,
    })
    await once(socket, 'secureConnect')
    return await sendBy(new RawClient(socket), text)
  }

  const OWN = 'Host: app.test\nX-Forwarded-Proto: https\nX-Forwarded-For: 192.0.2.7\n'

  test('the certificate says who may ask', async () => {
    const text = `GET /check/open/a HTTP/1.1\n${OWN}\n`
    expect((await ask(text, edge)).status).toBe(200)
    expect((await ask(text, other)).body).toBe('check-not-allowed\n')
    expect((await ask(text)).body).toBe('check-not-allowed\n')
  })

  test('the request line is that of the original request, without the prefix', async () => {
    const answer = await ask(`HEAD /check/open/a?x=1 HTTP/1.1\n${OWN}\n`, edge)
    expect(await app.record(answer.get('x-iap-request-id'))).toMatchObject({
      method: 'HEAD',
      rawPath: '/open/a',
      host: 'app.test',
    })
    expect((await ask(`GET /open/a HTTP/1.1\n${OWN}\n`, edge)).get('x-iap-error')).toBe('check-prefix')
  })
})

test('an address that is not listed gets no connection', async () => {
  const client = new RawClient(portOf(3))
  client.send('GET / HTTP/1.1\nHost: iap\n\n')
  expect(await client.rest()).toBe('')
})
