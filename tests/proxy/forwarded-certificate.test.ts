/** Certificates that a proxy before this one has seen. */
import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'

const prod = testAuthority('prod')
const partner = testAuthority('partner')
const ID = 'spiffe://prod.example/orders'
const item = (pem: string) => `:${new X509Certificate(pem).raw.toString('base64')}:`

const policy = `
identity user via jwt { sub: string }
identity workload via mtls
service app at "app.test" {
  route open ANY "/open"
  route mesh GET "/mesh"
  route both GET "/both"
  route host GET "/host"
}
permit all on app.open to anyone
permit mesh on app.mesh to workload when caller.path == "/orders"
permit both on app.both to user when has(connection.mtls) && connection.mtls.path == "/orders"
permit host on app.host to anyone when has(connection.mtls) && connection.mtls.path == "/orders"
`

let upstream: TestUpstream
let trusting: TestProxy
let plain: TestProxy
let seen: IncomingMessage[]

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    seen.push(request)
    response.setHeader('x-seen', String(request.headers['x-iap-request-id']))
    response.setHeader('cache-control', 'public')
    response.end('fine')
  })
  const start = (proxies: string) =>
    startTestProxy([upstream.origin], {
      policy,
      listener: `trust: { proxies: [${proxies}], certificate: client-cert }`,
      others: ['workload: { trustDomain: prod.example, ca: prod.pem }'],
      files: { 'prod.pem': prod.cert },
    })
  trusting = await start('127.0.0.1')
  plain = await start('10.0.0.1')
})
beforeEach(() => {
  seen = []
})
afterAll(async () => {
  await trusting?.close()
  await plain?.close()
  await upstream?.close()
})

async function ask(app: TestProxy, target: string, ...lines: readonly string[]) {
  const client = new RawClient(app.port)
  client.send(`${[`GET ${target} HTTP/1.1`, 'Host: app.test', ...lines].join('\n')}\n\n`)
  const { status, get } = await client.response()
  client.close()
  const { caller, detail } = await app.record(get('x-iap-request-id') ?? get('x-seen'))
  return { status, caller, detail }
}

const shows = (pem: string) => `Client-Cert: ${item(pem)}`

test('the certificate of its client is the caller of a proxy that is named', async () => {
  const svid = prod.svid(ID).cert
  const caller = { identity: 'workload', subject: ID }
  expect(await ask(trusting, '/mesh', shows(svid))).toMatchObject({ status: 200, caller })
  expect(await ask(trusting, '/mesh')).toMatchObject({ status: 401, caller: null })
  expect(await ask(trusting, '/open')).toMatchObject({ status: 200, caller: null })
  expect(await ask(trusting, '/both', shows(svid), `Authorization: ${trusting.bearer()}`)).toMatchObject({ status: 200 })
  expect(await ask(trusting, '/both', `Authorization: ${trusting.bearer()}`)).toMatchObject({ status: 403 })
})

test('an answer that a certificate permits is not for shared caches, with a caller as without', async () => {
  const cachingOf = async (...lines: readonly string[]) => {
    const client = new RawClient(trusting.port)
    client.send(`${['GET /host HTTP/1.1', 'Host: app.test', ...lines].join('\n')}\n\n`)
    const { status, get } = await client.response()
    client.close()
    return [status, get('cache-control')]
  }
  const certificate = shows(prod.svid(ID).cert)
  expect((await cachingOf())[0]).not.toBe(200)
  expect(await cachingOf(certificate)).toEqual([200, 'private'])
  expect(await cachingOf(certificate, `Authorization: ${trusting.bearer()}`)).toEqual([200, 'private'])
})

test('one connection carries many clients', async () => {
  const client = new RawClient(trusting.port)
  for (const [path, status] of [
    ['/orders', 200],
    ['/other', 403],
    ['/orders', 200],
    ['', 401],
  ] as const) {
    const line = path === '' ? '' : `${shows(prod.svid(`spiffe://prod.example${path}`).cert)}\n`
    client.send(`GET /mesh HTTP/1.1\nHost: app.test\n${line}\n`)
    expect((await client.response()).status).toBe(status)
  }
  client.close()
})

test.each([
  [
    'by another authority',
    shows(partner.svid(ID).cert),
    'no configured authority of an identity issued the client certificate: add its authority to `ca` of the identity, or issue another certificate',
  ],
  ['expired', shows(prod.svid(ID, { from: -3, to: -2 }).cert), 'has expired'],
  ['garbage', 'Client-Cert: garbage', 'does not contain exactly one client certificate'],
  ['two', `${shows(prod.svid(ID).cert)}\n${shows(prod.svid(ID).cert)}`, 'does not contain exactly one client certificate'],
])('what does not count is refused on every route: %s', async (_, line, detail) => {
  for (const target of ['/open', '/mesh'])
    expect(await ask(trusting, target, line)).toMatchObject({ status: 401, detail: expect.stringContaining(detail) })
  // And so where a condition might read it.
  expect(await ask(trusting, '/open', line, `Authorization: ${trusting.bearer()}`)).toMatchObject({ status: 401 })
})

test('of anybody else it is nothing, and no service gets it', async () => {
  const svid = prod.svid(ID).cert
  expect(await ask(plain, '/mesh', shows(svid))).toMatchObject({ status: 401, caller: null })
  expect(await ask(plain, '/both', shows(svid), `Authorization: ${plain.bearer()}`)).toMatchObject({ status: 403 })
  const names = [
    'Client-Cert',
    'client_cert',
    'CLIENT.CERT',
    'Client-Cert-Chain',
    'X-Forwarded-Client-Cert',
    'X_Forwarded_Client_Cert',
    'X-SSL-Client-Cert',
    'x_client_cert',
  ]
  expect(await ask(plain, '/open', ...names.map((name) => `${name}: ${item(svid)}`))).toMatchObject({ status: 200, caller: null })
  expect(await ask(trusting, '/open', 'X-Forwarded-Client-Cert: x', 'X-SSL-Client-Cert: x')).toMatchObject({
    status: 200,
    caller: null,
  })
  expect(seen).toHaveLength(2)
  for (const { rawHeaders } of seen) expect(rawHeaders.filter((name) => /cert/i.test(name))).toEqual([])
})
