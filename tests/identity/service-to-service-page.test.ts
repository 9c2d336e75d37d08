import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publicJwk } from '../../compiler/bundle/index.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { type ExchangeServer, startExchangeServer } from '../support/exchange-server.ts'
import { PROVIDER_TOKENS } from '../support/provider-tokens.ts'
import { RawClient } from '../support/raw-client.ts'
import { type ShownProxy, startShownProxy } from '../support/start-shown-proxy.ts'
import { startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { JWKS_PATH, startTestIssuer, type TestIssuer } from '../support/test-issuer.ts'
import { shakeHands } from '../tls/tls-client.ts'

/** What docs/guides/operations/service-to-service.md shows works as it stands there, from the person to the second service. */
const page = readFileSync(new URL('../../docs/guides/operations/service-to-service.md', import.meta.url), 'utf8')
const shown = (info: string) => new RegExp(`^\`\`\`${info}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''

const mesh = testAuthority('mesh')
const orders = mesh.svid('spiffe://shop.example/ns/shop/sa/orders')
const blog = mesh.svid('spiffe://shop.example/ns/blog/sa/web')

let provider: ExchangeServer
let cluster: TestIssuer
let service: TestUpstream
let proxy: ShownProxy

beforeAll(async () => {
  provider = await startExchangeServer({ audience: ['orders'] })
  cluster = await startTestIssuer('RS256')
  // Both services: each answers with the credentials that it got.
  service = await startUpstream(({ headers }, response) => {
    const { authorization, 'x-iap-assertion': assertion } = headers
    response.end(JSON.stringify({ authorization, assertion }))
  })
  // The exchanged token has the claims of the identity.
  provider.instead = (response) => {
    const { sub, groups } = decodeJwt(provider.asked.at(-1)?.form.get('subject_token') ?? '')
    const token = provider.mint({ sub, groups, aud: 'orders' })
    response.writeHead(200, { 'content-type': 'application/json' })
    const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token'
    response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', issued_token_type }))
  }
  const shop = mesh.server(['*.shop.example'])
  const files = {
    'tls/shop.pem': shop.cert,
    'tls/shop.key': shop.key,
    'tls/mesh-ca.pem': mesh.cert,
    'ca.pem': mesh.cert,
    'svid.pem': orders.cert,
    'svid.key': orders.key,
    'exchange.secret': 'the secret of the exchanging client',
    'release.public.jwk.json': JSON.stringify(publicJwk(testSigner)),
    'policy.iapb': await compilePolicy(shown('iap policies/shop.iap'), { signers: [testSigner] }),
  }
  const config = shown('yaml iap.yaml')
    .replace('0.0.0.0:8443', '127.0.0.1:0')
    .replaceAll(/http:\/\/10\.0\.0\.\d:8080/g, service.origin)
    .replaceAll('https://id.shop.example', provider.issuer)
    .replace(/^( +)issuer: https:\/\/kubernetes.*$/m, `$&\n$1jwks: ${cluster.issuer}${JWKS_PATH}`)
  proxy = await startShownProxy(config, files)
})

afterAll(async () => {
  await proxy?.close()
  for (const one of [service, provider, cluster]) await one?.close()
})

type Certificate = Partial<Readonly<Record<'cert' | 'key', string>>>

async function ask(line: string, host: string, authorization: string | undefined, { cert, key }: Certificate = {}) {
  const { socket } = await shakeHands(proxy.port, { servername: host, ...(cert !== undefined && { cert, key }) })
  const client = new RawClient(socket)
  client.send(`${line} HTTP/1.1\nHost: ${host}\n${authorization === undefined ? '' : `Authorization: ${authorization}\n`}\n`)
  const { status, body } = await client.response()
  client.close()
  return { status, got: status === 200 ? (JSON.parse(body) as { authorization?: string; assertion: string }) : null }
}

const ann = (claims: object = {}) =>
  `Bearer ${provider.mint({ sub: 'ann', groups: ['clerks'], aud: 'https://shop.example', ...claims })}`
const nightly = (sub: string) => {
  const { claims } = PROVIDER_TOKENS['Kubernetes service account']
  const [, , namespace, name] = sub.split(':')
  const kubernetes = { ...(claims['kubernetes.io'] as object), namespace, serviceaccount: { name, uid: 'u' } }
  const token = cluster.mint(
    { ...claims, client_id: undefined, aud: ['https://shop.example/jobs'], sub, 'kubernetes.io': kubernetes },
    { header: { typ: undefined } },
  )
  return `Bearer ${token}`
}

test.each([
  ['the service `orders`', undefined, orders, 200],
  ['another service', undefined, blog, 403],
  ['the job', nightly.bind(null, 'system:serviceaccount:shop:nightly'), {}, 200],
  ['another job', nightly.bind(null, 'system:serviceaccount:shop:daily'), {}, 403],
  ['nobody', undefined, {}, 401],
])('the level of an item, for %s', async (_, token, certificate, status) => {
  expect((await ask('GET /items/7', 'stock.shop.example', token?.(), certificate)).status).toBe(status)
})

test('a person, kept from one service to the next', async () => {
  const first = await ask('POST /orders', 'orders.shop.example', ann())
  expect(first.status).toBe(200)
  const exchanged = first.got?.authorization ?? ''
  expect(decodeJwt(exchanged.slice('Bearer '.length))).toMatchObject({ sub: 'ann', aud: 'orders' })

  const reserve = (token: string | undefined, certificate: Certificate) =>
    ask('POST /items/7/reserve', 'stock.shop.example', token, certificate)
  const second = await reserve(exchanged, orders)
  expect(second.status).toBe(200)
  expect(second.got?.authorization).toBeUndefined()
  expect(decodeJwt(second.got?.assertion ?? '')).toMatchObject({ sub: 'ann', identity: 'staff_via_orders', aud: 'stock' })

  // Another service with her token, her token alone, the service without her, and her own token.
  expect((await reserve(exchanged, blog)).status).toBe(403)
  expect((await reserve(exchanged, {})).status).toBe(403)
  expect((await reserve(undefined, orders)).status).toBe(403)
  expect((await reserve(ann(), orders)).status).toBe(403)
})

test('the assertion of a request is not a credential', async () => {
  const { got } = await ask('POST /orders', 'orders.shop.example', ann())
  expect((await ask(`GET /items/7`, 'stock.shop.example', `Bearer ${got?.assertion}`)).status).toBe(401)
})

test('the command of the page', async () => {
  const [curl = '', ...words] = shown('bash').trim().split(' ')
  const more = ['-sS', '--connect-to', `::127.0.0.1:${proxy.port}`]
  const { stdout } = await promisify(execFile)(curl, [...words, ...more], { cwd: proxy.folder })
  expect(decodeJwt(JSON.parse(stdout).assertion)).toMatchObject({
    sub: 'spiffe://shop.example/ns/shop/sa/orders',
    identity: 'workload',
  })
})
