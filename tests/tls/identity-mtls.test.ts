/** Who calls, by the certificate of the connection: real handshakes, real requests. */
import { renameSync, writeFileSync } from 'node:fs'
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manualClock } from '../support/identity.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import { type Certified, randomSerial } from '../support/x509.ts'
import { ask, open } from './tls-client.ts'

const servers = testAuthority('servers')
const prod = testAuthority('prod')
const partner = testAuthority('partner')
const devices = testAuthority('devices')
const app = servers.server(['app.test'])

const ORDERS = 'spiffe://prod.example/ns/shop/orders'

const policy = `
identity user via jwt { sub: string }
identity workload via mtls
identity other via mtls
identity device via jwt, mtls { sub: string }

service app at "app.test" {
  route open   ANY "/open/{rest...}"
  route orders GET "/orders"
  route other  GET "/other"
  route device GET "/device"
  route users  GET "/users"
  route hosts  GET "/hosts"
}

permit all on app.open to anyone
permit shops on app.orders to workload when caller.path.startsWith("/ns/shop/") && caller.trust_domain == "prod.example"
permit others on app.other to other
permit devices on app.device to device when caller.sub == "d1.example"
permit hosts on app.hosts to workload when "a.example" in caller.dns_names
permit users on app.users to user
`

/** What \`device\` shows as a token is nothing here: its issuer is nobody. */
const others = [
  'workload: { trustDomain: prod.example, ca: prod.pem }',
  'other: { trustDomain: partner.example, ca: partner.pem }',
  'device: { issuer: "https://nobody.test", audience: d, algorithms: [ES256], ca: devices.pem }',
]

const files = {
  'a.pem': app.cert,
  'a.key': app.key,
  'all.pem': prod.cert + partner.cert + devices.cert,
  'prod.pem': prod.cert,
  'partner.pem': partner.cert,
  'devices.pem': devices.cert,
}

let upstream: TestUpstream
let proxy: TestProxy

function start(options: Parameters<typeof startTestProxy>[1] = {}, tls = 'clientCert: optional'): Promise<TestProxy> {
  const listener = `tls: { cert: a.pem, key: a.key, clientCa: all.pem, ${tls} }`
  return startTestProxy([upstream.origin], { policy, others, listener, ...options, files: { ...files, ...options.files } })
}

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    response.setHeader('x-seen', String(request.headers['x-iap-request-id']))
    response.end('fine')
  })
  proxy = await start()
})

afterAll(async () => {
  await proxy?.close()
  await upstream?.close()
})

interface Answered {
  readonly status: number
  /** Of the record. */
  readonly caller: unknown
  readonly code: string | null
  readonly detail: string | null
}

async function recorded(app: TestProxy, status: number, id: string | undefined): Promise<Answered> {
  const { caller, code, detail } = await app.record(id)
  return { status, caller, code, detail }
}

/** Over HTTP/1.1 or HTTP/2, on a connection of its own. */
async function over(
  protocol: 'h1' | 'h2',
  client: Certified | null,
  target: string,
  authorization?: string,
  app = proxy,
): Promise<Answered> {
  if (protocol === 'h1') {
    const raw = await open(app.port, client ?? {})
    raw.send(`GET ${target} HTTP/1.1\nHost: app.test\n${authorization ? `Authorization: ${authorization}\n` : ''}\n`)
    const { status, get } = await raw.response()
    raw.close()
    return recorded(app, status, get('x-iap-request-id') ?? get('x-seen'))
  }
  const session = connectHttp2(`https://127.0.0.1:${app.port}`, { servername: 'app.test', ca: servers.cert, ...client })
  const headers = { ':path': target, ':authority': 'app.test', ...(authorization && { authorization }) }
  const answer = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
    session.on('error', reject)
    session.request(headers).on('response', resolve).on('error', reject).resume()
  })
  session.destroy()
  return recorded(app, Number(answer[':status']), String(answer['x-iap-request-id'] ?? answer['x-seen']))
}

const workload = { identity: 'workload', subject: ORDERS }

describe.each(['h1', 'h2'] as const)('over %s', (protocol) => {
  const ask = (client: Certified | null, target: string, authorization?: string) => over(protocol, client, target, authorization)

  test('a workload is who its SVID says', async () => {
    expect(await ask(prod.svid(ORDERS), '/orders')).toMatchObject({ status: 200, caller: workload })
    expect(await ask(prod.svid('spiffe://prod.example/ns/bank/x'), '/orders')).toMatchObject({ status: 403 })
    expect(await ask(partner.svid('spiffe://partner.example/x'), '/other')).toMatchObject({ status: 200 })
    expect(await ask(partner.svid('spiffe://partner.example/x'), '/orders')).toMatchObject({ status: 403 })
  })

  test('its DNS names can be read', async () => {
    expect(await ask(prod.svid(ORDERS, { names: ['b.example', 'a.example'] }), '/hosts')).toMatchObject({ status: 200 })
    expect(await ask(prod.svid(ORDERS, { names: ['b.example'] }), '/hosts')).toMatchObject({ status: 403 })
    expect(await ask(prod.svid(ORDERS), '/hosts')).toMatchObject({ status: 403 })
  })

  test('a certificate that is no SVID is of the identity whose authority vouches for it', async () => {
    const caller = { identity: 'device', subject: 'd1.example' }
    expect(await ask(devices.client('d', { names: ['d1.example'] }), '/device')).toMatchObject({ status: 200, caller })
    expect(await ask(devices.client('d', { names: ['d2.example'] }), '/device')).toMatchObject({ status: 403 })
    // It needs a \`sub\`, and this one has no name.
    expect(await ask(devices.client('d'), '/device')).toMatchObject({ status: 401, detail: expect.stringContaining('sub') })
  })

  test('without a certificate, the caller is anonymous', async () => {
    expect(await ask(null, '/open/x')).toMatchObject({ status: 200, caller: null })
    expect(await ask(null, '/orders')).toMatchObject({ status: 401, code: 'unauthenticated' })
  })

  test.each([
    [
      "another domain's authority",
      partner.svid(ORDERS),
      'no configured authority of an identity issued the client certificate: add its authority to `ca` of the identity, or issue another certificate',
    ],
    ['an unknown domain', prod.svid('spiffe://dev.example/x'), 'no configured identity has the trust domain'],
    ['two IDs', prod.svid(ORDERS, { uris: [ORDERS, ORDERS] }), 'does not contain exactly one URI'],
    ['an authority', prod.svid(ORDERS, { ca: true }), 'is a CA certificate'],
    ['no SVID', prod.client('x', { names: ['x.example'] }), 'no configured authority of an identity issued'],
  ])('one that fits no identity is refused on every route: %s', async (_, client, detail) => {
    for (const target of ['/open/x', '/orders', '/nowhere'])
      expect(await ask(client, target)).toMatchObject(
        target === '/nowhere' ? { status: 403 } : { status: 401, caller: null, detail: expect.stringContaining(detail) },
      )
  })

  test('a bearer comes first: who it is of, calls; and one that is bad is not made good by a certificate', async () => {
    const user = { identity: 'user', subject: 'ann' }
    expect(await ask(prod.svid(ORDERS), '/users', proxy.bearer())).toMatchObject({ status: 200, caller: user })
    expect(await ask(partner.svid(ORDERS), '/users', proxy.bearer())).toMatchObject({ status: 200, caller: user })
    expect(await ask(prod.svid(ORDERS), '/orders', 'Bearer x')).toMatchObject({ status: 401, caller: null })
  })
})

test('requests of one connection are of one caller, whatever comes between', async () => {
  const client = await open(proxy.port, prod.svid(ORDERS))
  for (const [target, authorization, status] of [
    ['/orders', '', 200],
    ['/users', proxy.bearer(), 200],
    ['/orders', '', 200],
    ['/orders', proxy.bearer(), 403],
    ['/orders', '', 200],
  ] as const) {
    client.send(`GET ${target} HTTP/1.1\nHost: app.test\n${authorization ? `Authorization: ${authorization}\n` : ''}\n`)
    expect((await client.response()).status).toBe(status)
  }
  client.close()
})

test('two connections under one address are of two callers', async () => {
  const both = await Promise.all([
    open(proxy.port, prod.svid(ORDERS)),
    open(proxy.port, partner.svid('spiffe://partner.example/x')),
  ])
  for (let round = 0; round < 3; round += 1) {
    const answers = await Promise.all(both.map((client) => ask(client, '/orders')))
    expect(answers.map(({ status }) => status)).toEqual([200, 403])
  }
  for (const client of both) client.close()
})

test('a certificate that expires refuses what its connection asks from then on', async () => {
  const clock = manualClock()
  const app = await start({ clock })
  const client = await open(app.port, prod.svid(ORDERS))
  expect((await ask(client, '/orders')).status).toBe(200)
  clock.advance(2 * 86_400_000)
  for (const target of ['/orders', '/open/x']) {
    const { status, get } = await ask(client, target)
    expect(await recorded(app, status, get('x-iap-request-id'))).toMatchObject({
      status: 401,
      detail: 'the client certificate has expired since the connection was made: renew it, and open a new connection',
    })
  }
  client.close()
  await app.close()
})

test('an authority in between may stand in `ca`', async () => {
  const middle = prod.below('middle')
  const app = await start({ files: { 'prod.pem': middle.cert } })
  const chained = middle.svid(ORDERS)
  expect(await over('h1', { ...chained, cert: chained.cert + middle.cert }, '/orders', undefined, app)).toMatchObject({
    status: 200,
  })
  // Its own authority is none of this identity any more.
  expect(await over('h1', prod.svid(ORDERS), '/orders', undefined, app)).toMatchObject({ status: 401 })
  await app.close()
})

describe('files that are replaced', () => {
  test('authorities of an identity: who they no longer vouch for is refused at once, and no connection ends', async () => {
    const app = await start()
    const client = await open(app.port, prod.svid(ORDERS))
    expect((await ask(client, '/orders')).status).toBe(200)
    await replace(app, 'prod.pem', testAuthority('prod').cert, 'identities.workload.ca')
    expect((await ask(client, '/orders')).status).toBe(401)
    await replace(app, 'prod.pem', prod.cert, 'identities.workload.ca')
    expect((await ask(client, '/orders')).status).toBe(200)
    // What holds no authority is not taken, and what was there before counts.
    put(app, 'prod.pem', prod.client('x').cert)
    expect(await eventually(async () => ((await loads(app, 'identities.workload.ca', 'refused')) > 0 ? true : undefined))).toBe(
      true,
    )
    expect((await ask(client, '/orders')).status).toBe(200)
    client.close()
    await app.close()
  })

  test('revocation lists: who was revoked is refused on the connection that is there, others go on', async () => {
    const serial = randomSerial()
    const lists = { 'prod.crl': prod.revoked([]), 'other.crl': partner.revoked([]) + devices.revoked([]) }
    const app = await start({ files: lists }, 'clientCert: optional, crl: [prod.crl, other.crl]')
    const [revoked, good] = await Promise.all([open(app.port, prod.svid(ORDERS, { serial })), open(app.port, prod.svid(ORDERS))])
    expect((await ask(revoked, '/orders')).status).toBe(200)
    expect((await ask(good, '/orders')).status).toBe(200)
    await replace(app, 'prod.crl', prod.revoked([serial]), 'listeners[0].tls.crl[0]')
    for (const target of ['/orders', '/open/x']) {
      const { status, get } = await ask(revoked, target)
      const detail = 'the client certificate, or an authority in its chain, was revoked: issue a new one'
      expect(await recorded(app, status, get('x-iap-request-id'))).toMatchObject({ status: 401, detail })
    }
    expect((await ask(good, '/orders')).status).toBe(200)
    // One that is too old, of another form or gone: what was there before counts.
    let refusals = 0
    for (const bad of [prod.revoked([], { to: -0.1 }), 'garbage', '', prod.revoked([], { to: null })]) {
      put(app, 'prod.crl', bad)
      refusals += 1
      await eventually(async () => ((await loads(app, 'listeners[0].tls.crl[0]', 'refused')) >= refusals ? true : undefined))
      expect((await ask(revoked, '/orders')).status).toBe(401)
      expect((await ask(good, '/orders')).status).toBe(200)
    }
    await replace(app, 'prod.crl', prod.revoked([]), 'listeners[0].tls.crl[0]')
    expect((await ask(revoked, '/orders')).status).toBe(200)
    for (const client of [revoked, good]) client.close()
    await app.close()
  })
})

function put(app: TestProxy, name: string, text: string): void {
  writeFileSync(join(app.folder, 'next'), text)
  renameSync(join(app.folder, 'next'), join(app.folder, name))
}

async function replace(app: TestProxy, name: string, text: string, place: string): Promise<void> {
  const before = await loads(app, place, 'taken')
  put(app, name, text)
  await eventually(async () => ((await loads(app, place, 'taken')) > before ? true : undefined))
}

async function loads(app: TestProxy, place: string, result: 'taken' | 'refused'): Promise<number> {
  const text = await (await fetch(`${app.admin}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`iap_tls_loads_total{place="${place}",result="${result}"} `))
  return Number(line?.split(' ').at(-1) ?? 0)
}

describe('`connection.mtls`', () => {
  const reading = `
identity user via jwt { sub: string }
identity workload via mtls
service app at "app.test" {
  route open  ANY "/open/{rest...}"
  route mesh  GET "/mesh"
}
permit all on app.open to anyone
permit mesh on app.mesh to user when has(connection.mtls) && connection.mtls.path == "/ns/shop/orders" && connection.mtls.trust_domain == "prod.example"
forbid evil on app.open when has(connection.mtls) && connection.mtls.path == "/ns/evil"
`
  let mesh: TestProxy
  let unbound: TestProxy
  beforeAll(async () => {
    const bound = ['workload: { trustDomain: prod.example, ca: prod.pem }']
    mesh = await start({ policy: reading, others: bound })
    unbound = await start({ policy: reading.replace('identity workload via mtls\n', ''), others: [] })
  })
  afterAll(async () => {
    await mesh?.close()
    await unbound?.close()
  })

  test.each(['h1', 'h2'] as const)('is read of the connection, whoever calls: %s', async (protocol) => {
    const at = (client: Certified | null, target: string) => over(protocol, client, target, mesh.bearer(), mesh)
    expect(await at(prod.svid(ORDERS), '/mesh')).toMatchObject({ status: 200, caller: { identity: 'user' } })
    expect(await at(prod.svid('spiffe://prod.example/ns/shop/other'), '/mesh')).toMatchObject({ status: 403 })
    expect(await at(null, '/mesh')).toMatchObject({ status: 403 })
    expect(await at(devices.client('d', { names: ['d1.example'] }), '/mesh')).toMatchObject({ status: 403 })
    expect(await at(prod.svid('spiffe://prod.example/ns/evil'), '/open/x')).toMatchObject({ status: 403 })
    expect(await at(null, '/open/x')).toMatchObject({ status: 200 })
  })

  test('one that does not count refuses, or a rule that forbids by it would not hold', async () => {
    for (const client of [
      partner.svid('spiffe://prod.example/ns/evil'),
      prod.svid('spiffe://prod.example/ns/evil', { ca: true }),
      prod.svid('spiffe://prod.example/ns/evil', { uris: ['spiffe://prod.example/ns/evil', 'x:y'] }),
      prod.svid('spiffe://dev.example/ns/evil'),
    ])
      expect(await over('h1', client, '/open/x', mesh.bearer(), mesh)).toMatchObject({ status: 401 })
  })

  test('where no identity has a trust domain, the authorities of the listener speak for all', async () => {
    expect(await over('h1', prod.svid(ORDERS), '/mesh', unbound.bearer(), unbound)).toMatchObject({ status: 200 })
    expect(await over('h1', partner.svid(ORDERS), '/mesh', unbound.bearer(), unbound)).toMatchObject({ status: 200 })
    // And a certificate shows nobody: it is anonymous who has nothing else.
    expect(await over('h1', prod.svid(ORDERS), '/open/x', undefined, unbound)).toMatchObject({ status: 200, caller: null })
  })
})
