/** Two proxies, of two workers each, that share a real Redis, and a SAML provider that tells one of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newSecret } from '../../runtime/identity/sessions/index.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts'
import { type SamlifyProvider, startSamlify } from '../support/samlify-provider.ts'
import { eventually } from '../support/until.ts'
import { openSaml, type SamlStage } from './start-saml.ts'

const installed = hasRedis()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('redis-server is not installed')

let redis: TestRedis
let stage: SamlStage
let provider: SamlifyProvider

beforeAll(async () => {
  if (!installed) return
  redis = await startRedis()
  process.env.IAP_TEST_SESSION_KEY = newSecret()
  stage = await openSaml()
  provider = await startSamlify()
  provider.accounts.set('ann', { memberOf: ['users'] })
})

afterAll(async () => {
  await stage?.close()
  await provider?.close()
  await redis?.close()
})

describe.skipIf(!installed)('two proxies on one Redis', () => {
  test('signed in at one, known at the other; signed out at the provider, which tells the other, over at both', async () => {
    const sessions = `{ store: "${redis.url}", keys: [{ env: IAP_TEST_SESSION_KEY }] }`
    const one = await stage.start(provider.metadata, { workers: 2, sessions })
    const two = await stage.start(provider.metadata, { workers: 2, sessions })
    const meet = async ({ origin }: { readonly origin: string }) =>
      provider.meet((await new CookieClient().send(`${origin}/.iap/saml/metadata`)).body)
    const client = new CookieClient()
    await meet(one)
    // A worker that has not found its Redis yet says so; the form may then be sent again.
    await eventually(async () => {
      const form = await client.submit(await client.open(`${one.origin}/users/x`), { account: 'ann' }).catch(() => null)
      return form !== null && (await client.submit(form)).status === 200 ? true : undefined
    })
    for (let i = 0; i < 4; i++)
      await eventually(async () => ((await client.send(`${two.origin}/users/${i}`)).status === 200 ? true : undefined))
    const cookie = client.cookiesFor(one.origin)
    await meet(two)
    const page = await new CookieClient().open(provider.logoutAddress('ann', 'session-of-ann'))
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('Signed out')])
    for (const { origin } of [one, two, one, two])
      expect((await new CookieClient().send(`${origin}/users/x`, { headers: { cookie } })).status).toBe(401)
  })
})
