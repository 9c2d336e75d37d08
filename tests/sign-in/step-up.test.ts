/** A rule that wants a stronger or fresher sign-in sends a browser to sign in again, and back to its page. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { WORKERS } from './open-pages.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage
let started: StartedProxy

beforeAll(async () => {
  stage = await openSignIn()
})

afterAll(() => stage?.close())

async function signIn(client: CookieClient, path: string, account = 'ann'): Promise<Page> {
  return await client.submit(await client.open(started.origin + path), { account })
}

describe.each(WORKERS)('with %d workers', (workers) => {
  let usual: StartedProxy
  beforeAll(async () => {
    usual = await stage.start({ workers, lives: 'stage' })
  })
  beforeEach(() => {
    stage.provider.login = {}
    started = usual
  })

  test('an `acr`: asked for, given, and back at the page, with a new session', async () => {
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const before = client.cookie('iap-session')
    // A program is told, and not led anywhere.
    const program = await client.send(`${started.origin}/gold/x?a=1`)
    expect([program.status, program.headers['www-authenticate']]).toEqual([401, expect.stringContaining('acr_values="gold"')])
    const led = await client.send(`${started.origin}/gold/x?a=1`, { headers: NAVIGATION })
    const asked = new URL(led.location ?? '')
    expect([asked.origin, asked.searchParams.get('acr_values')]).toEqual([stage.provider.issuer, 'gold'])
    stage.provider.login = { acr: 'gold' }
    const page = await client.submit(await client.open(asked.href), { account: 'ann' })
    expect([page.status, page.url.href]).toEqual([200, `${started.origin}/gold/x?a=1`])
    expect(client.cookie('iap-session')).not.toBe(before)
    for (let i = 0; i < 4; i++) expect((await client.send(`${started.origin}/gold/${i}`)).status).toBe(200)
  })

  test('a second factor', async () => {
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const led = await client.send(`${started.origin}/second`, { headers: NAVIGATION })
    expect(new URL(led.location ?? '').searchParams.get('acr_values')).toBe('mfa')
    stage.provider.login = { amr: ['pwd', 'mfa'], acr: 'mfa' }
    const page = await client.submit(await client.open(led.location ?? ''), { account: 'ann' })
    expect([page.status, page.url.pathname]).toEqual([200, '/second'])
  })

  test('a fresh sign-in', async () => {
    const client = new CookieClient()
    expect((await signIn(client, '/fresh/x')).status).toBe(200)
    // For longer than it is fresh.
    await new Promise((resolve) => setTimeout(resolve, 7000))
    const led = await client.send(`${started.origin}/fresh/y`, { headers: NAVIGATION })
    expect(new URL(led.location ?? '').searchParams.get('max_age')).toBe('5')
    const page = await client.submit(await client.open(led.location ?? ''), { account: 'ann' })
    expect([page.status, page.url.pathname]).toEqual([200, '/fresh/y'])
  })

  test('the provider knows of a stronger sign-in than the session: nobody is asked anything', async () => {
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const weak = client.cookie('iap-session') ?? ''
    client.forget('iap-session')
    stage.provider.login = { acr: 'gold' }
    await client.submit(await client.open(`${started.origin}/.iap/login?account=other`), { account: 'ann' })
    client.set('app.localhost', 'iap-session', weak)
    const led = await client.send(`${started.origin}/gold/x`, { headers: NAVIGATION })
    expect(new URL(led.location ?? '').searchParams.get('prompt')).toBeNull()
    const page = await client.open(led.location ?? '')
    expect([page.status, page.url.pathname]).toEqual([200, '/gold/x'])
  })

  test('a provider that does not deliver: a page, and no loop', async () => {
    const client = new CookieClient()
    await signIn(client, '/users/x')
    // It answers at once by what it knows; then it is to ask, once.
    const form = await client.open(`${started.origin}/gold/x`)
    expect(form.url.origin).toBe(stage.provider.issuer)
    expect(client.names.filter((name) => name.startsWith('iap-login-'))).toHaveLength(1)
    const page = await client.submit(form, { account: 'ann' })
    expect([page.status, page.headers['x-iap-error']]).toEqual([403, 'step-up-failed'])
    // What was there stays.
    expect((await client.send(`${started.origin}/users/x`)).status).toBe(200)
  })

  test('a provider that says that it cannot meet what it is asked for: asked with `prompt=login`, once', async () => {
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const refusedAs = async (prompt: string | null, from: string) => {
      const url = new URL(from)
      expect(url.searchParams.get('prompt')).toBe(prompt)
      const state = url.searchParams.get('state') ?? ''
      const query = new URLSearchParams({ state, iss: stage.provider.issuer, error: 'unmet_authentication_requirements' })
      return await client.send(`${started.origin}/.iap/callback/staff?${query}`, { headers: NAVIGATION })
    }
    const led = await client.send(`${started.origin}/gold/x`, { headers: NAVIGATION })
    const again = await refusedAs(null, led.location ?? '')
    expect(again.status).toBe(302)
    const over = await refusedAs('login', again.location ?? '')
    expect([over.status, over.headers['x-iap-error']]).toEqual([403, 'login-refused'])
    expect(client.names.filter((name) => name.startsWith('iap-login-'))).toEqual([])
  })
})

describe('what counts as a second factor is configured', () => {
  beforeEach(() => {
    stage.provider.login = {}
  })

  test('a second factor, by other words of the provider', async () => {
    started = await stage.start({ identity: 'mfa: { amr: [otp], acr: [gold] }' })
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const program = await client.send(`${started.origin}/second`)
    expect(program.headers['www-authenticate']).toContain('acr_values="gold"')
    const led = await client.send(`${started.origin}/second`, { headers: NAVIGATION })
    expect(new URL(led.location ?? '').searchParams.get('acr_values')).toBe('gold')
    // What would count without them.
    stage.provider.login = { amr: ['pwd', 'mfa'], acr: 'mfa' }
    const refused = await client.submit(await client.open(led.location ?? ''), { account: 'ann' })
    expect([refused.status, refused.headers['x-iap-error']]).toEqual([403, 'step-up-failed'])
    stage.provider.login = { amr: ['pwd', 'otp'] }
    const page = await client.submit(await client.open(`${started.origin}/second`), { account: 'ann' })
    expect([page.status, page.url.pathname]).toEqual([200, '/second'])
  })

  test('a second factor that no `acr` tells of: signed in anew all the same', async () => {
    started = await stage.start({ identity: 'mfa: { amr: [otp] }' })
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const led = await client.send(`${started.origin}/second`, { headers: NAVIGATION })
    const asked = new URL(led.location ?? '').searchParams
    expect([asked.get('acr_values'), asked.get('prompt')]).toEqual([null, 'login'])
    stage.provider.login = { amr: ['otp'] }
    const page = await client.submit(await client.open(led.location ?? ''), { account: 'ann' })
    expect([page.status, page.url.pathname]).toEqual([200, '/second'])
  })
})

describe('a provider that takes claims one by one', () => {
  test('is asked for `acr` as an essential claim, and asks the person for what is missing, without `prompt`', async () => {
    const essential = await openSignIn({ claimsParameter: true })
    try {
      started = await essential.start()
      const client = new CookieClient()
      await signIn(client, '/users/x')
      const led = await client.send(`${started.origin}/gold/x`, { headers: NAVIGATION })
      const asked = new URL(led.location ?? '').searchParams
      expect(JSON.parse(asked.get('claims') ?? '')).toEqual({ id_token: { acr: { essential: true, values: ['gold'] } } })
      expect([asked.get('acr_values'), asked.get('prompt')]).toEqual(['gold', null])
      essential.provider.login = { acr: 'gold' }
      const form = await client.open(led.location ?? '')
      expect(form.url.origin).toBe(essential.provider.issuer)
      const page = await client.submit(form, { account: 'ann' })
      expect([page.status, page.url.pathname]).toEqual([200, '/gold/x'])
    } finally {
      await essential.close()
    }
  })
})
