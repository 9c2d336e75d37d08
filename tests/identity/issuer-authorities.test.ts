import { type RequestOptions, request } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { JWT_RESOURCE, type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts'
import { startTestProxy, startUpstream, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'

/** `tls.ca` of an identity counts for all that its issuer is asked: metadata, keys, introspection, sign-in, token exchange. A real provider, whose certificate Node does not trust. */
const authority = testAuthority('providers')
const server = authority.server(['localhost', 'app.test', 'exchanged.test'])
const SECRET = 'the secret of the proxy as a client'
const PEOPLE = 'https://people.example'
const iap = { client_id: 'iap', client_secret: SECRET, grant_types: [], redirect_uris: [], response_types: [] }
const browser = {
  client_id: 'browser',
  client_secret: 'the secret of a web application',
  redirect_uris: ['https://app.test/.iap/callback'],
}

let provider: OidcProvider
let upstream: TestUpstream
beforeAll(async () => {
  provider = await startOidcProvider({ clients: [iap, browser], accounts: { ann: {} }, tls: { ...server, ca: authority.cert } })
  upstream = await startUpstream((_, response) => response.end())
})
afterAll(async () => {
  await provider.close()
  await upstream.close()
})

const policy = `
identity token via jwt { sub: string }
identity asked via oauth2 { sub: string }
identity person via oidc { sub: string }

service app at "app.test" { route all ANY "/app/{rest...}" }
service exchanged at "exchanged.test" { route all ANY "/{rest...}" }

permit in_ on app.all, exchanged.all to token, asked, person
`

async function start(tls: string) {
  const { issuer } = provider
  const client = 'clientId: iap, clientSecret: { file: ./secret }'
  return await startTestProxy([], {
    policy,
    listener: 'tls: { cert: ./server.pem, key: ./server.key }',
    identities: `
  token: { issuer: "${issuer}", audience: "${JWT_RESOURCE}", algorithms: [ES256], ${tls} }
  asked: { issuer: "${issuer}", audience: "${PEOPLE}", cache: 1s, ${client}, ${tls} }
  person: { issuer: "${issuer}", scopes: [profile], ${client}, ${tls} }`,
    services: `
  app: { upstreams: ["${upstream.origin}"] }
  exchanged: { upstreams: ["${upstream.origin}"], exchange: { issuer: "${issuer}", ${client}, audience: x } }`,
    files: { secret: SECRET, 'server.pem': server.cert, 'server.key': server.key, 'ca.pem': authority.cert },
  })
}

function ask(port: number, options: RequestOptions): Promise<readonly [status: number, code: string | undefined]> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'app.test', ...options.headers }
    const all = { host: '127.0.0.1', port, servername: 'app.test', ca: authority.cert, agent: false, ...options, headers }
    request(all, (response) => {
      response.resume()
      resolve([response.statusCode ?? 0, response.headers['x-iap-error'] as string | undefined])
    })
      .on('error', reject)
      .end()
  })
}

async function outcomes(tls: string) {
  const app = await start(tls)
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const jwt = bearer(await provider.tokenOf('ann', { client: browser, resource: JWT_RESOURCE }))
  const opaque = bearer(await provider.tokenOf('ann', { client: browser, resource: PEOPLE }))
  const before = provider.requests.get('/token') ?? 0
  const found = {
    keys: await ask(app.port, { path: '/app/', headers: jwt }),
    introspection: await ask(app.port, { path: '/app/', headers: opaque }),
    signIn: await ask(app.port, { path: '/.iap/login?return=/app/', headers: { 'sec-fetch-mode': 'navigate' } }),
    exchange: (await ask(app.port, { path: '/', servername: 'exchanged.test', headers: { ...jwt, host: 'exchanged.test' } }))[0],
    asked: (provider.requests.get('/token') ?? 0) - before,
  }
  await app.close()
  return found
}

test('with it, everything is asked', async () => {
  expect(await outcomes('tls: { ca: ./ca.pem }')).toEqual({
    keys: [200, undefined],
    introspection: [200, undefined],
    signIn: [302, undefined],
    // It has been asked, and exchanges no tokens.
    exchange: 502,
    asked: 1,
  })
})

test('without it, nothing is', async () => {
  expect(await outcomes('')).toMatchObject({
    keys: [503, 'identity-provider-unavailable'],
    introspection: [503, 'identity-provider-unavailable'],
    signIn: [503, 'login-unavailable'],
    asked: 0,
  })
})
