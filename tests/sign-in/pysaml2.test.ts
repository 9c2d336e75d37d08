/** Signing in and out at a SAML provider of another language (pysaml2, which signs by xmlsec1), with one worker and with two. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CookieClient, type Page } from '../support/cookie-client.ts'
import { hasPysaml2, type Pysaml2Provider, startPysaml2 } from '../support/pysaml2-provider.ts'
import { WAIT } from '../support/until.ts'
import { WORKERS } from './open-pages.ts'
import { ENTITY_ID, openSaml, type SamlStage } from './start-saml.ts'

const installed = hasPysaml2()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('pysaml2 or xmlsec1 is not installed')

let stage: SamlStage
let provider: Pysaml2Provider

beforeAll(async () => {
  if (!installed) return
  stage = await openSaml()
  provider = await startPysaml2()
})

afterAll(async () => {
  await stage?.close()
  await provider?.close()
})

async function signIn(client: CookieClient, address: string, account = 'ann'): Promise<Page> {
  const page = await client.submit(await client.open(address), { account })
  return await client.submit(page)
}

describe.skipIf(!installed).each(WORKERS)('with %d workers', (workers) => {
  let origin: string
  beforeAll(async () => {
    const started = await stage.start(provider.metadata, { workers, lives: 'stage' })
    origin = started.origin
    await provider.meet(ENTITY_ID, (await new CookieClient().send(`${origin}/.iap/saml/metadata`)).body)
  })

  test('signs in, by a signed request, a signed response and a signed assertion', async () => {
    const client = new CookieClient()
    const page = await signIn(client, `${origin}/users/x?a=1`)
    expect([page.status, page.url.href]).toEqual([200, `${origin}/users/x?a=1`])
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/${i}`)).status).toBe(200)
    expect((await client.send(`${origin}/admin/x`)).status).toBe(403)
    expect((await signIn(new CookieClient(), `${origin}/admin/x`, 'root')).status).toBe(200)
    expect(provider.said.filter(({ error }) => error !== undefined)).toEqual([])
  })

  test('signs out here, and so there', async () => {
    const client = new CookieClient()
    await signIn(client, `${origin}/users/x`)
    const end = await client.submit(await client.open(`${origin}/.iap/logout`))
    expect([end.status, end.url.pathname]).toEqual([200, '/.iap/signed-out'])
    expect(provider.said.findLast(({ logout }) => logout !== undefined)).toMatchObject({ logout: 'ann' })
  })

  test('signs out there, and so here', async () => {
    const client = new CookieClient()
    const before = provider.said.length
    await signIn(client, `${origin}/users/x`)
    const end = async (index: unknown) => {
      const page = await new CookieClient().open(`${provider.origin}/end?account=ann&index=${index}`)
      expect([page.status, page.body]).toEqual([200, expect.stringContaining('Signed out')])
      // It says so on its way, not before it answers.
      await expect.poll(() => provider.said.at(-1), WAIT).toEqual({ answered: true })
    }
    const said = () => provider.said.slice(before).find(({ login }) => login === 'ann')
    await expect.poll(said, WAIT).toBeDefined()
    const { index } = said() ?? {}
    await end('of-another-session')
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
    await end(index)
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/x`)).status).toBe(401)
  })
})
