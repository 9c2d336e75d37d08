/** A rule that wants a stronger or fresher sign-in sends a browser to sign in again, and back to its page. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
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

describe.each([1, 2])('with %d workers', (workers) => {
  beforeEach(async () => {
    stage.provider.login = {}
    started = await stage.start({ workers })
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
  }, 60_000)

  test('a second factor', async () => {
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const led = await client.send(`${started.origin}/second`, { headers: NAVIGATION })
    expect(new URL(led.location ?? '').searchParams.get('acr_values')).toBe('mfa')
    stage.provider.login = { amr: ['pwd', 'mfa'], acr: 'mfa' }
    const page = await client.submit(await client.open(led.location ?? ''), { account: 'ann' })
    expect([page.status, page.url.pathname]).toEqual([200, '/second'])
  }, 60_000)

  test('a fresh sign-in', async () => {
    const client = new CookieClient()
    expect((await signIn(client, '/fresh/x')).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 7000))
    const led = await client.send(`${started.origin}/fresh/y`, { headers: NAVIGATION })
    expect(new URL(led.location ?? '').searchParams.get('max_age')).toBe('5')
    const page = await client.submit(await client.open(led.location ?? ''), { account: 'ann' })
    expect([page.status, page.url.pathname]).toEqual([200, '/fresh/y'])
  }, 60_000)

  test('a second factor, by other words of the provider', async () => {
    started = await stage.start({ workers, identity: 'mfa: { amr: [otp], acr: [gold] }' })
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
  }, 60_000)

  test('a second factor that no `acr` tells of: signed in anew all the same', async () => {
    started = await stage.start({ workers, identity: 'mfa: { amr: [otp] }' })
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const led = await client.send(`${started.origin}/second`, { headers: NAVIGATION })
    const asked = new URL(led.location ?? '').searchParams
    expect([asked.get('acr_values'), asked.get('prompt')]).toEqual([null, 'login'])
    stage.provider.login = { amr: ['otp'] }
    const page = await client.submit(await client.open(led.location ?? ''), { account: 'ann' })
    expect([page.status, page.url.pathname]).toEqual([200, '/second'])
  }, 60_000)

  test('a provider that does not deliver: a page, and no loop', async () => {
    const client = new CookieClient()
    await signIn(client, '/users/x')
    const page = await client.submit(await client.open(`${started.origin}/gold/x`), { account: 'ann' })
    expect([page.status, page.headers['x-iap-error']]).toEqual([403, 'step-up-failed'])
    // What was there stays.
    expect((await client.send(`${started.origin}/users/x`)).status).toBe(200)
  }, 60_000)
})
