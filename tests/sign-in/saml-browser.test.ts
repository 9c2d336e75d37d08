/** A real browser, over TLS, and a SAML provider on another site: its page sends a form by itself, which brings no cookie. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { violationsIn } from '../support/axe.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { type SamlifyProvider, startSamlify } from '../support/samlify-provider.ts'
import { testAuthority } from '../support/test-authority.ts'
import { WAIT } from '../support/until.ts'
import { WORKERS } from './open-pages.ts'
import { openSaml, type SamlStage, type StartedSaml } from './start-saml.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

let stage: SamlStage
let provider: SamlifyProvider
let browser: Browser
let started: StartedSaml
let context: BrowserContext
let origin: string

beforeAll(async () => {
  if (!installed) return
  stage = await openSaml()
  provider = await startSamlify()
  provider.accounts.set('ann', { memberOf: ['users'] })
  const { cert, key } = testAuthority().server(['app.test'])
  writeFileSync(join(stage.stage.folder, 'a.pem'), cert)
  writeFileSync(join(stage.stage.folder, 'a.key'), key, { mode: 0o600 })
  browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
})

afterAll(async () => {
  await browser?.close()
  await stage?.close()
  await provider?.close()
})

async function enter(page: Page, account = 'ann'): Promise<void> {
  await page.getByRole('textbox').fill(account)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe.skipIf(!installed).each(WORKERS)('with %d workers', (workers) => {
  beforeAll(async () => {
    started = await stage.start(provider.metadata, {
      workers,
      listeners: '[{ address: "127.0.0.1:0", http2: true, tls: { cert: ./a.pem, key: ./a.key } }]',
      lives: 'stage',
    })
    origin = `https://app.test:${started.port}`
    provider.meet((await new CookieClient().send(`${origin}/.iap/saml/metadata`)).body)
  })
  beforeEach(async () => {
    provider.login.contextClass = 'urn:password'
    context = await browser.newContext({ ignoreHTTPSErrors: true })
    return async () => await context.close()
  })

  test('signs in, in two tabs, and sees who it is', async () => {
    const [one, two] = [await context.newPage(), await context.newPage()]
    const forms: (string | undefined)[] = []
    one.on('request', async (request) => {
      if (request.method() === 'POST' && request.url().startsWith(origin)) forms.push((await request.allHeaders()).cookie)
    })
    await one.goto(`${origin}/users/one?a=1`)
    await two.goto(`${origin}/users/two`)
    expect(new URL(one.url()).origin).toBe(new URL(provider.entityId).origin)
    await enter(two)
    await two.waitForURL(`${origin}/users/two`)
    await enter(one)
    await one.waitForURL(`${origin}/users/one?a=1`)
    // What it is all about: the form has brought no cookie.
    expect(forms).toEqual([undefined])
    const cookies = (await context.cookies(origin)).filter(({ name }) => name.includes('iap'))
    expect(cookies).toMatchObject([{ name: '__Host-iap-session', httpOnly: true, secure: true, sameSite: 'Lax' }])
    await one.goto(`${origin}/.iap/me`)
    await expect.poll(() => one.textContent('dl'), WAIT).toContain('ann')
    expect(await violationsIn(browser, one)).toEqual([])
  })

  test('a stronger sign-in, and back to the page', async () => {
    const page = await context.newPage()
    await page.goto(`${origin}/users/page`)
    await enter(page)
    await page.waitForURL(`${origin}/users/page`)
    provider.login.contextClass = 'urn:gold'
    await page.goto(`${origin}/gold/page?b=2`)
    await enter(page)
    await page.waitForURL(`${origin}/gold/page?b=2`)
  })

  test('signs out, here and at the provider', async () => {
    const page = await context.newPage()
    await page.goto(`${origin}/users/page`)
    await enter(page)
    await page.waitForURL(`${origin}/users/page`)
    provider.loggedOut.length = 0
    await page.goto(`${origin}/.iap/logout`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${origin}/.iap/signed-out`)
    expect(provider.loggedOut).toEqual(['request ann'])
    expect((await context.cookies(origin)).filter(({ name }) => name.includes('iap'))).toEqual([])
  })

  test('the answer to a login that another browser has begun signs nobody in', async () => {
    const attacker = new CookieClient()
    const begun = await attacker.open(`${origin}/users/x`)
    const form = await attacker.send(begun.url.href, { form: { account: 'ann' } })
    const page = await context.newPage()
    // The page of somebody else, with the form that the provider has given to the attacker.
    await page.route('https://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body: form.body }))
    await page.goto('https://evil.example/')
    await expect.poll(() => page.textContent('h1').catch(() => ''), WAIT).toBe('Sign in again')
    expect((await context.cookies(origin)).filter(({ name }) => name.includes('session'))).toEqual([])
  })
})
