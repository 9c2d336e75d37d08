import { afterAll, beforeAll, expect, test } from 'vitest'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { ask, shakeHands } from './tls-client.ts'

const policy = `
service app at "app.test" { route any ANY "/{rest...}" }
service shop at "{shop}.shop.test" { route any ANY "/{rest...}" }
permit all on app.any, shop.any to anyone
`

const authority = testAuthority()
let upstream: TestUpstream
let app: TestProxy
const asked: (string | undefined)[] = []

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    asked.push(request.headers.host)
    response.end('fine')
  })
  const [first, second] = [authority.server(['app.test', '127.0.0.1']), authority.server(['*.shop.test', 'shop.test'])]
  app = await startTestProxy([upstream.origin], {
    policy,
    listener: 'tls: { certificates: [{ cert: a.pem, key: a.key }, { cert: b.pem, key: b.key }] }',
    files: { 'a.pem': first.cert, 'a.key': first.key, 'b.pem': second.cert, 'b.key': second.key },
    services: `{ app: { upstreams: ["${upstream.origin}"] }, shop: { upstreams: ["${upstream.origin}"] } }`,
  })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

test.each([
  ['app.test', 'app.test', 200],
  ['app.test', 'APP.TEST.', 200],
  ['app.test', 'app.test:8443', 200],
  // Another name of the same certificate; no route has it, which the policy says.
  ['app.test', '127.0.0.1', 403],
  ['app.test', 'a.shop.test', 421],
  ['app.test', 'nowhere.example', 421],
  ['a.shop.test', 'a.shop.test', 200],
  // The same certificate is for both.
  ['a.shop.test', 'b.shop.test', 200],
  ['a.shop.test', 'a.b.shop.test', 421],
  ['a.shop.test', 'app.test', 421],
  // Who names no host was shown the first certificate, and so was who names one that none is for.
  [undefined, 'app.test', 200],
  [undefined, 'a.shop.test', 421],
  ['nowhere.example', 'app.test', 200],
  ['nowhere.example', 'nowhere.example', 421],
])('by the name %s, for the host %s: %i', async (servername, host, status) => {
  const before = asked.length
  const client = new RawClient((await shakeHands(app.port, servername === undefined ? {} : { servername })).socket)
  const answer = await ask(client, '/x', host)
  expect([answer.status, answer.get('x-iap-error')]).toEqual([
    status,
    status === 200 ? undefined : status === 421 ? 'misdirected' : 'no-route',
  ])
  expect(asked.length - before).toBe(status === 200 ? 1 : 0)
  client.close()
})

test('a request for another host, and what is in the record', async () => {
  const client = new RawClient((await shakeHands(app.port, { servername: 'app.test' })).socket)
  const answer = await ask(client, '/secret?x=1', 'a.shop.test')
  expect(await app.record(answer.get('x-iap-request-id'))).toMatchObject({
    effect: 'reject',
    status: 421,
    code: 'misdirected',
    host: 'a.shop.test',
    path: '/secret',
    route: null,
    caller: null,
  })
  // The connection is still good for its own host.
  expect((await ask(client, '/x', 'app.test')).status).toBe(200)
  // The pages of the proxy are no exception.
  expect((await ask(client, '/.well-known/iap/jwks.json', 'a.shop.test')).status).toBe(421)
  expect((await ask(client, '/.well-known/iap/jwks.json', 'app.test')).status).toBe(200)
  client.close()
})
