import { request as overTls } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { poll } from '../support/until.ts'

/** What pages of other origins make a browser send, with the credentials that it adds by itself: client certificates, cookies, Basic. */
const POLICY = `
identity person via mtls { sub: string }
identity legacy via custom { sub: string }
identity user via jwt { sub: string }
service app at "app.test" {
  route all  ANY "/all/{rest...}"
  route open ANY "/open/{rest...}"
}
permit in_ on app.all to person, legacy, user
permit open on app.open to anyone
`

const MODULE = `export default ({ headers }) => {
  const sid = /(?:^|; )sid=(\\w+)/.exec(headers.cookie.join('; '))
  if (sid) return { claims: { sub: sid[1] } }
  const [session] = headers['x-session']
  if (session) return { claims: { sub: session }, ambient: false }
  const [, basic] = /^Basic (.*)$/.exec(headers.authorization.join()) ?? []
  return basic ? { claims: { sub: atob(basic).split(':')[0] } } : null
}`

const EVIL = 'https://evil.example'
const FRIEND = 'https://friend.example'
const SPA = 'https://spa.example'

let upstream: TestUpstream
let app: TestProxy
let reached: string[]
const people = testAuthority('people')
const ann = people.svid('spiffe://mesh.test/ann')

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    reached.push(`${request.method} ${request.url}`)
    response.end('done')
  })
  const server = testAuthority('servers').server(['app.test'])
  app = await startTestProxy([upstream.origin], {
    policy: POLICY,
    listener: 'tls: { cert: ./s.pem, key: ./s.key, clientCa: ./ca.pem, clientCert: optional }',
    others: [
      'person: { ca: ./ca.pem, trustDomain: mesh.test }',
      'legacy: { plugin: ./auth.mjs, headers: [authorization, cookie, x-session] }',
    ],
    service: `origins: ["${FRIEND}"], cors: { origins: ["${SPA}"], headers: [x-session], credentials: true }`,
    files: { 's.pem': server.cert, 's.key': server.key, 'ca.pem': people.cert, 'auth.mjs': MODULE },
  })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

beforeEach(() => {
  reached = []
})

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly client?: ConnectionOptions
  readonly port?: number
}

function ask({
  method = 'POST',
  path = '/all/transfer',
  headers = {},
  client = {},
  port = app.port,
}: Sent): Promise<[number, string | undefined]> {
  return new Promise((resolve, reject) => {
    const request = overTls(
      {
        host: '127.0.0.1',
        port,
        servername: 'app.test',
        rejectUnauthorized: false,
        agent: false,
        method,
        path,
        ...client,
      },
      (response) => {
        response
          .resume()
          .on('end', () => resolve([response.statusCode ?? 0, response.headers['x-iap-error'] as string | undefined]))
      },
    )
    for (const [name, value] of Object.entries({ host: `app.test:${port}`, ...headers })) request.setHeader(name, value)
    request.on('error', reject)
    request.end(method === 'POST' ? 'amount=1000' : undefined)
  })
}

const crossSite = (origin: string) => ({ origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })
const REFUSED = [403, 'cross-site']
const PASSED = [200, undefined]

const AMBIENT: readonly [string, Sent][] = [
  ['a client certificate', { client: { cert: ann.cert, key: ann.key } }],
  ['a cookie that a plug-in reads', { headers: { cookie: 'sid=ann' } }],
  ['Basic that a plug-in reads', { headers: { authorization: `Basic ${btoa('ann:secret')}` } }],
]

describe.each(AMBIENT)('%s', (_, sent) => {
  const from = (headers: Readonly<Record<string, string>>, more: Sent = {}) =>
    ask({ ...sent, ...more, headers: { ...sent.headers, ...headers } })

  test('of a page of another origin is refused', async () => {
    expect(await from(crossSite(EVIL))).toEqual(REFUSED)
    expect(await from({ ...crossSite(EVIL), 'sec-fetch-site': 'same-site' })).toEqual(REFUSED)
    // A navigation, as of a form, and older browsers.
    expect(await from({ ...crossSite(EVIL), 'sec-fetch-mode': 'navigate' })).toEqual(REFUSED)
    expect(await from({ origin: EVIL })).toEqual(REFUSED)
    expect(await from({ origin: 'null' })).toEqual(REFUSED)
    expect(await from({ 'sec-fetch-site': 'cross-site' })).toEqual(REFUSED)
    expect(await from(crossSite(EVIL), { method: 'DELETE' })).toEqual(REFUSED)
    expect(reached).toEqual([])
    // Records are written some milliseconds after the answer.
    await poll(async () => (await app.audit(1)).at(-1)).toMatchObject({ code: 'cross-site', effect: 'permit', status: 403 })
  })

  test('of the service’s own pages passes', async () => {
    const own = `https://app.test:${app.port}`
    expect(await from({ origin: own, 'sec-fetch-site': 'same-origin' })).toEqual(PASSED)
    expect(await from({ origin: own })).toEqual(PASSED)
    expect(await from({ 'sec-fetch-site': 'none' })).toEqual(PASSED)
  })

  test('of a program, which says neither, passes', async () => {
    expect(await from({})).toEqual(PASSED)
  })

  test('of a page that the configuration names passes', async () => {
    expect(await from(crossSite(FRIEND))).toEqual(PASSED)
    expect(await from(crossSite(SPA))).toEqual(PASSED)
  })

  test('with a method that changes nothing passes', async () => {
    expect(await from(crossSite(EVIL), { method: 'GET' })).toEqual(PASSED)
    expect(await from(crossSite(EVIL), { method: 'HEAD' })).toEqual(PASSED)
  })
})

describe('passes from a page of another origin, because the page has added it or nothing counts:', () => {
  test('a bearer token, beside a client certificate too', async () => {
    const headers = { ...crossSite(EVIL), authorization: app.bearer() }
    expect(await ask({ headers })).toEqual(PASSED)
    expect(await ask({ headers, client: { cert: ann.cert, key: ann.key } })).toEqual(PASSED)
  })

  test('a credential of which its plugin says that no browser sends it', async () => {
    expect(await ask({ headers: { ...crossSite(EVIL), 'x-session': 'ann' } })).toEqual(PASSED)
  })

  test('a request without a credential', async () => {
    expect(await ask({ path: '/open/x', headers: crossSite(EVIL) })).toEqual(PASSED)
  })
})

test('a client certificate that the policy reads, of nobody', async () => {
  const policy = `service app at "app.test" { route all ANY "/all/{rest...}" }
permit mesh on app.all to anyone when has(connection.mtls)
`
  const server = people.server(['app.test'])
  const { cert, key } = people.svid('spiffe://mesh.test/batch')
  const mesh = await startTestProxy([upstream.origin], {
    policy,
    identities: '{}',
    listener: 'tls: { cert: ./s.pem, key: ./s.key, clientCa: ./ca.pem, clientCert: optional }',
    files: { 's.pem': server.cert, 's.key': server.key, 'ca.pem': people.cert },
  })
  const of = { port: mesh.port, client: { cert, key } }
  expect(await ask(of)).toEqual(PASSED)
  expect(await ask({ ...of, headers: crossSite(EVIL) })).toEqual(REFUSED)
  await mesh.close()
})
