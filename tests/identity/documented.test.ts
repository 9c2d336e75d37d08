import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { dpopKey, proofOf } from '../support/dpop.ts'
import { startOidcProvider } from '../support/oidc-provider.ts'
import { startTestProxy, startUpstream } from '../support/start-test-proxy.ts'

/** What docs/reference/identities/oauth2.md shows works as it stands there, with a provider where it has a name. */
const page = readFileSync('docs/reference/identities/oauth2.md', 'utf8')
const shown = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text)

const SECRET = 'the secret of the partner'
const iap = { client_id: 'iap', client_secret: SECRET, grant_types: [], redirect_uris: [], response_types: [] }
const partner = {
  client_id: 'partner',
  client_secret: 'the secret of a machine',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: 'orders:read',
}
const AUDIENCE = 'https://shop.example'

async function start(identities: string) {
  const provider = await startOidcProvider({ clients: [iap, partner] })
  const upstream = await startUpstream((_, response) => response.end())
  const policy = `${shown('iap')[0]}
service app at "app.test" { route all GET "/{rest...}" }
permit partners on app.all to partner when "orders:read" in caller.scope
`
  const yaml = identities.replace('identities:\n', '\n').replace('https://id.partner.example', provider.issuer)
  const app = await startTestProxy([upstream.origin], {
    policy,
    identities: yaml.replace('/run/secrets/partner', './secret'),
    files: { secret: SECRET },
  })
  return {
    provider,
    app,
    async status(path: string, headers: Record<string, string>) {
      return new Promise<readonly [number, string | undefined]>((resolve, reject) => {
        const options = { host: '127.0.0.1', port: app.port, path, agent: false }
        request({ ...options, headers: { host: 'app.test', ...headers } }, (response) => {
          response.resume()
          resolve([response.statusCode ?? 0, response.headers['dpop-nonce'] as string | undefined])
        })
          .on('error', reject)
          .end()
      })
    },
    async close() {
      await app.close()
      await provider.close()
      await upstream.close()
    },
  }
}

test('the first example: a partner, by a bearer token', async () => {
  const { provider, status, close } = await start(shown('yaml')[0] ?? '')
  const token = await provider.clientToken({ client: partner, scope: 'orders:read', resource: AUDIENCE })
  expect(await status('/orders/7', { authorization: `Bearer ${token}` })).toEqual([200, undefined])
  expect((await status('/orders/7', { authorization: 'Bearer another' }))[0]).toBe(401)
  await close()
})

test('the second: a partner whose tokens are bound to a key, with a nonce', async () => {
  process.env.IAP_PARTNER_SECRET = SECRET
  const { provider, status, close } = await start(shown('yaml')[1] ?? '')
  const key = dpopKey()
  const token = await provider.clientToken({ client: partner, scope: 'orders:read', resource: AUDIENCE, dpop: key })
  const proven = (claims: object) => ({
    authorization: `DPoP ${token}`,
    dpop: proofOf(key, { url: 'http://app.test/orders/7', token, claims: { ...claims } }),
  })
  const [first, nonce] = await status('/orders/7', proven({}))
  expect([first, typeof nonce]).toEqual([401, 'string'])
  expect((await status('/orders/7', proven({ nonce })))[0]).toBe(200)
  delete process.env.IAP_PARTNER_SECRET
  await close()
})
