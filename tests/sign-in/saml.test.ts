/** Signing in and out at a SAML provider of another code base (samlify), as it goes: with one worker, and with two that take connections in turn. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../life/proxy-process.ts'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { type SamlifyProvider, startSamlify } from '../support/samlify-provider.ts'
import { ENTITY_ID, openSaml, type SamlStage, type StartedSaml } from './start-saml.ts'

let stage: SamlStage
let provider: SamlifyProvider

beforeAll(async () => {
  stage = await openSaml()
  provider = await startSamlify()
  provider.accounts.set('ann', { mail: ['ann@desk.example'], memberOf: ['users'] })
  provider.accounts.set('root', { mail: ['root@desk.example'], memberOf: ['users', 'admins'] })
})

afterAll(async () => {
  await stage?.close()
  await provider?.close()
})

const SESSION = 'iap-session'

/** From a page of the service to its end, through the provider's pages. */
async function signIn(client: CookieClient, address: string, account = 'ann'): Promise<Page> {
  const page = await client.submit(await client.open(address), { account })
  return await client.submit(page)
}

describe.each([1, 2])('with %d workers', (workers) => {
  let started: StartedSaml
  let origin: string
  beforeEach(async () => {
    started = await stage.start(provider.metadata, { workers })
    origin = started.origin
    const { status, body, headers } = await new CookieClient().send(`${origin}/.iap/saml/metadata`)
    expect([status, headers['content-type']]).toEqual([200, 'application/samlmetadata+xml'])
    provider.meet(body)
  }, 60_000)

  test('a page leads to the provider, and back to the page', async () => {
    const client = new CookieClient()
    const first = await client.send(`${origin}/users/x?a=1&b=%2F`, { headers: NAVIGATION })
    expect([first.status, new URL(first.location ?? '').pathname]).toEqual([302, '/login'])
    expect([...new URL(first.location ?? '').searchParams.keys()]).toEqual(['SAMLRequest', 'RelayState', 'SigAlg', 'Signature'])
    const page = await signIn(client, `${origin}/users/x?a=1&b=%2F`)
    expect([page.status, page.url.href]).toEqual([200, `${origin}/users/x?a=1&b=%2F`])
    expect(provider.asked).toEqual({ forceAuthn: false, contexts: [] })
    expect(client.names.filter((name) => name.startsWith('iap-login-'))).toHaveLength(1)
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/${i}`)).status).toBe(200)
    expect((await client.send(`${origin}/admin/x`)).status).toBe(403)
    const record = await until(() => started.audit().find(({ path, status }) => path === '/users/3' && status === 200))
    expect(record.caller).toEqual({ identity: 'staff', subject: 'ann' })
    const { body } = await client.open(`${origin}/.iap/me`)
    for (const text of ['staff', 'ann', new URL(provider.entityId).host]) expect(body).toContain(text)
  }, 60_000)
})

test('the proxy says as whom it is known', () => expect(ENTITY_ID).toContain('metadata'))
