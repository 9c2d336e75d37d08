/** One identity by a session, by an API key, by tokens; and another by certificates: which of them counts, and what of it the service sees. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../support/api-keys.ts'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { testAuthority } from '../support/test-authority.ts'
import { openSignIn, type SignInStage, type StartedProxy, signInPolicy } from './start-sign-in.ts'

let stage: SignInStage
let started: StartedProxy
const key = testApiKey('staff', { subject: 'robot', claims: { groups: [] } })
const shop = testAuthority('shop')

beforeAll(async () => {
  const policy = signInPolicy.replace('via oidc', 'via oidc, jwt, api_key').replace('\nrole', '\nidentity mesh via mtls\n\nrole')
  stage = await openSignIn({ policy: policy.replace('app.users to staff', 'app.users to staff, mesh') })
  writeFileSync(join(stage.stage.folder, 'keys.json'), apiKeyFile([key]))
  writeFileSync(join(stage.stage.folder, 'hmac'), TEST_HMAC_SECRET)
  writeFileSync(join(stage.stage.folder, 'ca.pem'), shop.cert)
  const { cert, key: privateKey } = shop.server(['app.test'])
  writeFileSync(join(stage.stage.folder, 'a.pem'), cert)
  writeFileSync(join(stage.stage.folder, 'a.key'), privateKey)
  started = await start()
})

afterAll(() => stage?.close())

async function start(): Promise<StartedProxy> {
  const { issuer, clientId } = stage.provider
  const client = `issuer: "${issuer}", clientId: ${clientId}, clientSecret: { env: IAP_TEST_SECRET }, scopes: [profile]`
  const others = 'audience: a, algorithms: [ES256], keys: { file: ./keys.json, hmacKey: { file: ./hmac } }'
  return await stage.start({
    lives: 'stage',
    listeners: `[{ address: "127.0.0.1:0" }, { address: "127.0.0.1:0", tls: { cert: ./a.pem, key: ./a.key, clientCa: ./ca.pem, clientCert: optional } }]`,
    identities: `{ staff: { ${client}, ${others} }, mesh: { trustDomain: shop.example } }`,
  })
}

async function signedIn(origin: string): Promise<CookieClient> {
  const client = new CookieClient()
  await client.submit(await client.open(`${origin}/users/x`), { account: 'ann' })
  client.set(new URL(origin).hostname, 'basket', 'full')
  return client
}

/** Who the service is told that it is, and what it sees of credentials. */
function seen() {
  const headers = stage.last()?.headers
  const { sub } = decodeJwt(String(headers?.['x-iap-assertion']))
  return { sub, cookie: headers?.cookie, key: headers?.['x-api-key'] }
}

test('a session: the service sees the other cookies', async () => {
  const client = await signedIn(started.origin)
  expect((await client.send(`${started.origin}/users/y`)).status).toBe(200)
  expect(seen()).toEqual({ sub: 'ann', cookie: 'basket=full', key: undefined })
})

test('an API key beside a session counts, and the service sees neither', async () => {
  const client = await signedIn(started.origin)
  expect((await client.send(`${started.origin}/users/y`, { headers: { 'x-api-key': key.text } })).status).toBe(200)
  expect(seen()).toEqual({ sub: 'robot', cookie: 'basket=full', key: undefined })
})

test('nobody is sent to sign in again because of an API key, which would come again', async () => {
  const client = await signedIn(started.origin)
  const headers = { ...NAVIGATION, 'x-api-key': key.text }
  const answer = await client.send(`${started.origin}/gold/x`, { headers })
  expect([answer.status, answer.headers['x-iap-error']]).toEqual([401, 'insufficient-authentication'])
  expect((await client.send(`${started.origin}/gold/x`, { headers: NAVIGATION })).status).toBe(302)
})

test('the provider is asked about no token because people sign in there', async () => {
  const client = await signedIn(started.origin)
  const answer = await client.send(`${started.origin}/users/x`, { headers: { authorization: 'Bearer an-opaque-one' } })
  expect([answer.status, answer.headers['x-iap-error']]).toEqual([401, 'token-malformed'])
  expect([...stage.provider.requests.keys()].filter((path) => path.includes('introspection'))).toEqual([])
})

test('a token beside a session counts, good or bad', async () => {
  const client = await signedIn(started.origin)
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: stage.provider.issuer,
    aud: 'a',
    sub: 'tool',
    client_id: 't',
    jti: 'one',
    groups: [],
    iat: now,
    exp: now + 60,
  }
  const send = async (token: string) => {
    const { status, headers } = await client.send(`${started.origin}/users/y`, { headers: { authorization: `Bearer ${token}` } })
    return [status, headers['x-iap-error']]
  }
  expect(await send(stage.provider.signNow(claims, { typ: 'at+jwt' }))).toEqual([200, undefined])
  expect(seen()).toEqual({ sub: 'tool', cookie: 'basket=full', key: undefined })
  // Neither the handle of the session nor its ID token is one.
  expect(await send(client.cookie('iap-session') ?? '')).toEqual([401, 'token-malformed'])
  expect(await send(stage.provider.signNow({ ...claims, aud: stage.provider.clientId }, { typ: 'JWT' }))).toEqual([
    401,
    'audience',
  ])
  expect(await send(stage.provider.signNow(claims, { typ: 'JWT' }))).toEqual([401, 'token-type'])
})

test('a session beside a client certificate counts, and an ended one does not fall back to that', async () => {
  const origin = `https://app.test:${started.ports[1]}`
  const program = new CookieClient(shop.svid('spiffe://shop.example/web'))
  const who = async (client: CookieClient) => {
    const { status, headers } = await client.send(`${origin}/users/y`)
    return [status, headers['x-iap-error'] ?? seen().sub]
  }
  expect(await who(program)).toEqual([200, 'spiffe://shop.example/web'])
  await program.submit(await program.open(`${origin}/.iap/login`), { account: 'ann' })
  expect(await who(program)).toEqual([200, 'ann'])
  const thief = new CookieClient()
  thief.set('app.test', '__Host-iap-session', program.cookie('__Host-iap-session') ?? '', true)
  const headers = { origin, 'sec-fetch-site': 'same-origin' }
  expect((await thief.send(`${origin}/.iap/logout`, { method: 'POST', headers })).status).toBe(200)
  expect(await who(program)).toEqual([401, 'session'])
  // It was taken away.
  expect(await who(program)).toEqual([200, 'spiffe://shop.example/web'])
})
