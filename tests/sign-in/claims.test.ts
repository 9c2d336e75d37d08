/** Somebody signs in whose claims do not fit the policy: told at the callback, to the person and to the operator; and sessions whose claims fit no more. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { startSamlify } from '../support/samlify-provider.ts'
import { eventually } from '../support/until.ts'
import { openSaml } from './start-saml.ts'
import { openSignIn, type SignInStage, type StartedProxy, signInPolicy } from './start-sign-in.ts'

let stage: SignInStage
let started: StartedProxy

beforeAll(async () => {
  stage = await openSignIn({ accessToken: 2 })
  // As providers do that leave out what is empty.
  stage.provider.accounts.set('new', { groups: undefined })
  stage.provider.accounts.set('text', { groups: 'users' })
  started = await stage.start({ lives: 'stage' })
})

afterAll(() => stage?.close())

async function signIn(client: CookieClient, origin: string, account: string): Promise<Page> {
  return await client.submit(await client.open(`${origin}/users/x?a=1`), { account })
}

/** As another account than the provider knows: its page ends the session there first. */
async function instead(client: CookieClient, form: Page, account: string): Promise<Page> {
  return await client.submit(await client.submit(form, { account }))
}

const refusal = ({ url, status, headers }: Page) => [url.pathname, status, headers['x-iap-error']]

/** Addresses of a page's links by their text. */
function links({ body, url }: Page): ReadonlyMap<string, string> {
  const found = [...body.matchAll(/<a class="button" href="([^"]*)">([^<]*)<\/a>/g)]
  return new Map(found.map(([, href = '', text = '']) => [text, new URL(href.replaceAll('&#38;', '&'), url).href]))
}

describe('at the callback', () => {
  test.each([
    [
      'new',
      'claim `/groups` of identity `staff` is missing: declare it as optional (`?`) in the policy, or let the provider send it even when it is empty',
    ],
    [
      'text',
      'claim `/groups` of identity `staff` must be array, got string: declare in the policy what the provider sends, or change what it sends',
    ],
  ])(
    'of %s: no session, the person may take another account, and the operator is told what to change',
    async (account, detail) => {
      // Of its own: a refusal is logged once a minute.
      const { origin, proxy, noted } = await stage.start()
      const client = new CookieClient()
      const page = await signIn(client, origin, account)
      expect(refusal(page)).toEqual(['/.iap/callback/staff', 403, 'login-claims'])
      expect(client.names.filter((name) => name.startsWith('iap-'))).toEqual([])
      expect(page.body).not.toMatch(/groups|array|declare/)
      const record = await eventually(() => noted().find((one) => (one as { code?: string }).code === 'login-claims'))
      expect(record).toMatchObject({ kind: 'login', action: 'login', identity: 'staff', code: 'login-claims', detail })
      await proxy.line(/a sign-in was refused, as its claims do not match the policy/)
      expect(proxy.said()).toContain(JSON.stringify(detail).slice(1, -1))
      // The provider is to ask for an account: it would take the same one again.
      const other = await client.send(links(page).get('Sign in with another account') ?? '', { headers: NAVIGATION })
      expect(new URL(other.location ?? '').searchParams.get('prompt')).toBe('login')
      const done = await instead(client, await client.open(other.location ?? ''), 'ann')
      expect([done.status, done.url.pathname + done.url.search]).toEqual([200, '/users/x?a=1'])
    },
  )

  test('the session that somebody has goes on', async () => {
    const { origin } = started
    const client = new CookieClient()
    await signIn(client, origin, 'ann')
    stage.provider.accounts.set('ann', { groups: undefined })
    const page = await client.open(`${origin}/.iap/login?return_to=/users/y`)
    stage.provider.accounts.delete('ann')
    expect(refusal(page)).toEqual(['/.iap/callback/staff', 403, 'login-claims'])
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  })

  test('of a SAML provider: a list that is not in brackets', async () => {
    const saml = await openSaml()
    const provider = await startSamlify()
    try {
      provider.accounts.set('ann', { memberOf: ['users'] })
      const started = await saml.start(provider.metadata, { identity: 'attributes: { groups: memberOf }' })
      provider.meet((await new CookieClient().send(`${started.origin}/.iap/saml/metadata`)).body)
      const client = new CookieClient()
      const page = await client.submit(await client.submit(await client.open(`${started.origin}/users/x`), { account: 'ann' }))
      expect(refusal(page)).toEqual(['/.iap/saml/received', 403, 'login-claims'])
      expect(client.names).toEqual([])
      const record = await eventually(() => started.noted().find((one) => (one as { code?: string }).code === 'login-claims'))
      expect(record).toMatchObject({
        detail:
          'claim `/groups` of identity `staff` must be array, got string: declare what the provider sends, or put the name of the attribute in brackets in `attributes` for a list',
      })
      await client.open(links(page).get('Sign in with another account') ?? '')
      expect(provider.asked).toMatchObject({ forceAuthn: true })
    } finally {
      await provider.close()
      await saml.close()
    }
  })
})

describe('of a session', () => {
  test('a refresh brings claims that do not fit: each request is refused, a page offers to sign in again, and the session counts again once they fit', async () => {
    const { origin, proxy } = started
    const client = new CookieClient()
    stage.provider.accounts.set('ada', { groups: ['users'] })
    expect((await signIn(client, origin, 'ada')).status).toBe(200)
    stage.provider.accounts.set('ada', { groups: undefined })
    const page = await eventually(async () => {
      const one = await client.send(`${origin}/users/x`, { headers: NAVIGATION })
      return one.status === 200 ? undefined : one
    })
    expect([...refusal(page), page.location]).toEqual(['/users/x', 403, 'login-claims', null])
    expect([...links(page).keys()]).toEqual(['Sign in with another account', 'Sign in again'])
    await proxy.line(/a session was refused, as its claims do not match the policy/)
    const script = await client.send(`${origin}/users/x`)
    expect(refusal(script)).toEqual(['/users/x', 401, 'claims'])
    stage.provider.accounts.set('ada', { groups: [] })
    await eventually(async () => ((await client.send(`${origin}/users/x`)).status === 200 ? true : undefined))
  })

  test('another policy declares other claims: the same, until a policy comes that they fit', async () => {
    const { origin, proxy } = await stage.start()
    const client = new CookieClient()
    expect((await signIn(client, origin, 'ann')).status).toBe(200)
    const publish = async (policy: string) =>
      writeFileSync(join(stage.stage.folder, 'policy.iapb'), await compilePolicy(policy, { signers: [testSigner] }))
    try {
      await publish(signInPolicy.replace('groups: set<string>', 'groups: set<string>, tenant: string'))
      const page = await eventually(async () => {
        const one = await client.send(`${origin}/users/x`, { headers: NAVIGATION })
        return one.status === 200 ? undefined : one
      })
      expect(refusal(page)).toEqual(['/users/x', 403, 'login-claims'])
      await proxy.line(/claim `\/tenant` of identity `staff` is missing/)
    } finally {
      await publish(signInPolicy)
    }
    await eventually(async () => ((await client.send(`${origin}/users/x`)).status === 200 ? true : undefined))
  })
})
