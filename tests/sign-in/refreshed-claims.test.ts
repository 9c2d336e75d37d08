/** What a refreshed ID token says of how and when somebody signed in, who has not signed in again. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { eventually } from '../support/until.ts'
import { openSignIn, type SignInStage, type StageStart } from './start-sign-in.ts'

let stage: SignInStage

beforeAll(async () => {
  stage = await openSignIn({ accessToken: 1 })
})

afterAll(() => stage?.close())

/** Signs the claims of an ID token anew, some of them others. */
function edit(claims: object, header: object = {}): void {
  stage.provider.tokens = ({ id_token, ...answer }) => {
    const [, payload = ''] = String(id_token).split('.')
    const { at_hash: _, ...said } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return { ...answer, id_token: stage.provider.signNow({ ...said, ...claims }, header) }
  }
}

async function signIn(options?: StageStart): Promise<(path: string) => Promise<number>> {
  stage.provider.tokens = null
  const { origin } = await stage.start(options)
  const client = new CookieClient()
  await client.submit(await client.open(`${origin}/users/x`), { account: 'ann' })
  return async (path) => (await client.send(origin + path, { headers: NAVIGATION })).status
}

test('a sign-in that says no `acr`, `amr` or `auth_time` gets none by a refresh', async () => {
  const ask = await signIn()
  const before = stage.provider.requests.get('/token') ?? 0
  edit({ acr: 'gold', amr: ['mfa'], auth_time: Math.floor(Date.now() / 1000) + 600, groups: ['admins'] })
  // Other claims are taken.
  await eventually(async () => ((await ask('/admin/x')) === 200 ? true : undefined))
  expect((stage.provider.requests.get('/token') ?? 0) - before).toBeGreaterThan(0)
  for (const path of ['/gold/x', '/fresh/x', '/second']) expect([path, await ask(path)]).toEqual([path, 302])
})

test('`algorithms` of the configuration count, whatever the metadata lists', async () => {
  stage.provider.before = (request, response) => {
    if (request.url !== '/.well-known/openid-configuration') return false
    const { issuer } = stage.provider
    const endpoints = { authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ issuer, ...endpoints, id_token_signing_alg_values_supported: ['RS256'] }))
    return true
  }
  try {
    const ask = await signIn({ identity: 'algorithms: [ES256]' })
    expect(await ask('/users/x')).toBe(200)
    // Left out, it is the metadata that says it.
    expect(await (await signIn())('/users/x')).toBe(302)
  } finally {
    stage.provider.before = null
  }
})
