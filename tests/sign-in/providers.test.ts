/** Several identities, and the other ways in which a provider can be talked to. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { openSignIn, type SignInStage } from './start-sign-in.ts'

let stage: SignInStage

afterEach(() => stage?.close())

const twoIdentities = `
identity staff   via oidc { sub: string }
identity partner via oidc { sub: string }
identity tools   via jwt  { sub: string }

service app at "app.localhost" {
  route both     GET "/both/{rest...}"
  route partners GET "/partners/{rest...}"
  route staff    GET "/staff/{rest...}"
  route leads    GET "/leads/{rest...}"
  route tools    GET "/tools/{rest...}"
}

role lead of staff when caller.sub == "lea"

permit to_both     on app.both     to staff, partner
permit to_partners on app.partners to partner when caller.sub.startsWith("p")
permit to_staff    on app.staff    to staff
permit to_leads    on app.leads    to lead
permit to_tools    on app.tools    to tools
`

describe('two identities', () => {
  let provided: SignInStage
  let origin: string
  beforeAll(async () => {
    provided = await openSignIn({ policy: twoIdentities, identities: ['staff', 'partner'], otherClients: ['partners'] })
    const { issuer, clientId } = provided.provider
    const one = (id: string) => `issuer: "${issuer}", clientId: ${id}, clientSecret: { env: IAP_TEST_SECRET }`
    const tools = 'issuer: "https://id.example", audience: a, algorithms: [ES256]'
    const identities = `{ staff: { ${one(clientId)} }, partner: { ${one('partners')} }, tools: { ${tools} } }`
    const started = await provided.start({ lives: 'stage', identities })
    origin = started.origin
  })
  afterAll(() => provided?.close())

  test('a person chooses where both may come in, and there is no choice where one may', async () => {
    const client = new CookieClient()
    const choice = await client.open(`${origin}/both/x?a=1&b=2`)
    expect([choice.status, choice.url.pathname]).toEqual([200, '/.iap/login'])
    const links = [...choice.body.matchAll(/<a class="choice" href="([^"]+)">.*?<bdi>(\w+)<\/bdi>/g)].map(
      ([, href = '', name]) => [name, href.replace(/&#38;/g, '&')],
    )
    expect(links.map(([name]) => name)).toEqual(['partner', 'staff'])
    const page = await client.submit(await client.open(origin + links[0]?.[1]), { account: 'pat' })
    expect([page.status, page.url.href]).toEqual([200, `${origin}/both/x?a=1&b=2`])
    expect((await client.open(`${origin}/.iap/me`)).body).toContain('<dd><bdi>partner</bdi></dd>')
    expect((await client.send(`${origin}/staff/x`)).status).toBe(403)
    // Where tools alone may come in, nobody is sent to sign in.
    expect((await new CookieClient().open(`${origin}/tools/x`)).status).toBe(401)
    // A role says nothing here of whose it is.
    expect((await new CookieClient().open(`${origin}/leads/x`)).url.pathname).toBe('/.iap/login')
    // By the rules of the route.
    for (const [path, identity] of [
      ['/partners/x', 'partner'],
      ['/staff/x', 'staff'],
    ] as const) {
      const other = new CookieClient()
      const led = await other.send(origin + path, { headers: NAVIGATION })
      expect(new URL(led.location ?? '').origin).toBe(provided.provider.issuer)
      await other.submit(await other.open(led.location ?? ''), { account: 'pam' })
      expect((await other.open(`${origin}/.iap/me`)).body).toContain(`<dd><bdi>${identity}</bdi></dd>`)
    }
  })

  test('nobody is signed in as what is no choice', async () => {
    for (const identity of ['tools', 'nobody', '__proto__', 'constructor', ''])
      expect((await new CookieClient().send(`${origin}/.iap/login?with=${identity}`, { headers: NAVIGATION })).status).toBe(200)
  })
})

test('a client that shows a key in place of a secret (RFC 7523)', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'of-the-client', alg: 'ES256', use: 'sig' }] }
  stage = await openSignIn({ client: { token_endpoint_auth_method: 'private_key_jwt', client_secret: undefined, jwks } })
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'of-the-client' }
  writeFileSync(join(stage.stage.folder, 'client.jwk.json'), JSON.stringify(jwk))
  writeFileSync(join(stage.stage.folder, 'client.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  for (const file of ['client.jwk.json', 'client.pem']) {
    const { issuer, clientId } = stage.provider
    const { origin } = await stage.start({
      identities: `{ staff: { issuer: "${issuer}", clientId: ${clientId}, clientKey: ./${file}, scopes: [profile] } }`,
    })
    const client = new CookieClient()
    const page = await client.submit(await client.open(`${origin}/users/x`), { account: 'ann' })
    expect(page.status).toBe(200)
  }
})

test('claims of the UserInfo endpoint, of the same subject alone', async () => {
  stage = await openSignIn({ claimsInIdToken: false })
  stage.provider.accounts.set('ada', { groups: ['admins'] })
  const without = await stage.start()
  const client = new CookieClient()
  // Without them the door is closed: `groups` is declared.
  const refused = await client.submit(await client.open(`${without.origin}/users/x`), { account: 'ada' })
  expect([refused.status, refused.headers['x-iap-error']]).toEqual([403, 'login-claims'])
  const { origin } = await stage.start({ identity: 'userinfo: true' })
  const other = new CookieClient()
  const page = await other.submit(await other.open(`${origin}/admin/x`), { account: 'ada' })
  expect(page.status).toBe(200)
  stage.provider.before = (request, response) => {
    if (request.url !== '/me') return false
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ sub: 'eve', groups: ['admins'] }))
    return true
  }
  const third = new CookieClient()
  const lied = await third.submit(await third.open(`${origin}/admin/x`), { account: 'ann' })
  expect([lied.status, lied.headers['x-iap-error']]).toEqual([403, 'login-refused'])
})
