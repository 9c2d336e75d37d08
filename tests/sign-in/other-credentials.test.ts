/** One identity by a session, by an API key and by tokens: which of them counts, and what of it the service sees. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../support/api-keys.ts'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { openSignIn, type SignInStage, type StartedProxy, signInPolicy } from './start-sign-in.ts'

let stage: SignInStage
let started: StartedProxy
const key = testApiKey('staff', { subject: 'robot', claims: { sub: 'robot', groups: [] } })

beforeAll(async () => {
  stage = await openSignIn({ policy: signInPolicy.replace('via oidc', 'via oidc, jwt, api_key') })
  writeFileSync(join(stage.stage.folder, 'keys.json'), apiKeyFile([key]))
  writeFileSync(join(stage.stage.folder, 'hmac'), TEST_HMAC_SECRET)
  started = await stage.start({
    identity: 'audience: a, algorithms: [ES256], keys: { file: ./keys.json, hmacKey: { file: ./hmac } }',
  })
}, 60_000)

afterAll(() => stage?.close())

async function signedIn(): Promise<CookieClient> {
  const client = new CookieClient()
  await client.submit(await client.open(`${started.origin}/users/x`), { account: 'ann' })
  client.set('app.localhost', 'basket', 'full')
  return client
}

/** Who the service is told that it is, and what it sees of credentials. */
function seen() {
  const headers = stage.last()?.headers
  const { sub } = decodeJwt(String(headers?.['x-iap-assertion']))
  return { sub, cookie: headers?.cookie, key: headers?.['x-api-key'] }
}

test('a session: the service sees the other cookies', async () => {
  const client = await signedIn()
  expect((await client.send(`${started.origin}/users/y`)).status).toBe(200)
  expect(seen()).toEqual({ sub: 'ann', cookie: 'basket=full', key: undefined })
}, 60_000)

test('an API key beside a session counts, and the service sees neither', async () => {
  const client = await signedIn()
  expect((await client.send(`${started.origin}/users/y`, { headers: { 'x-api-key': key.text } })).status).toBe(200)
  expect(seen()).toEqual({ sub: 'robot', cookie: 'basket=full', key: undefined })
}, 60_000)

test('nobody is sent to sign in again because of an API key, which would come again', async () => {
  const client = await signedIn()
  const headers = { ...NAVIGATION, 'x-api-key': key.text }
  const answer = await client.send(`${started.origin}/gold/x`, { headers })
  expect([answer.status, answer.headers['x-iap-error']]).toEqual([401, 'insufficient-authentication'])
  expect((await client.send(`${started.origin}/gold/x`, { headers: NAVIGATION })).status).toBe(302)
}, 60_000)

test('the provider is asked about no token because people sign in there', async () => {
  const client = await signedIn()
  const answer = await client.send(`${started.origin}/users/x`, { headers: { authorization: 'Bearer an-opaque-one' } })
  expect([answer.status, answer.headers['x-iap-error']]).toEqual([401, 'token-malformed'])
  expect([...stage.provider.requests.keys()].filter((path) => path.includes('introspection'))).toEqual([])
}, 60_000)
