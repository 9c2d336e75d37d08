/** What people see when they sign in, ask who they are, or are refused: in a real browser, with names that mean harm. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { violationsIn } from '../support/axe.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { CookieClient, NAVIGATION } from '../support/cookie-client.ts'
import { testPng } from '../support/test-png.ts'
import { WAIT } from '../support/until.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

const POLICY = `
identity staff   via oidc { sub: string, email?: string }
identity partner via oidc { sub: string, email?: string }

service app at "app.localhost" {
  route users ANY "/users/{rest...}"
  route staff GET "/staff/{rest...}"
  route never GET "/never/{rest...}"
}

permit users_in on app.users to staff, partner
permit leads_in on app.staff to staff when caller.sub == "lea"
permit nobody   on app.never to staff when caller.sub == ""
forbid closed   on app.never because "<b>Closed</b> until Monday."
`

/** It would close an element, run, and show what follows backwards. */
const HOSTILE = '\u202e</bdi><img src=x onerror=alert(1)><script>alert(2)</script>'

let stage: SignInStage
let browser: Browser
let started: StartedProxy
let context: BrowserContext
let said: string[]

async function signIn(page: Page, path: string, account: string): Promise<void> {
  await page.goto(`${started.origin}${path}`)
  await page.getByRole('textbox').fill(account)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** By the identity `staff`, whose sign-in one begins by its link. */
async function signInAsStaff(page: Page, account: string): Promise<void> {
  await signIn(page, '/.iap/login?with=staff&return_to=/users/home', account)
  await page.waitForURL(`${started.origin}/users/home`)
}

async function pageOf(width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await context.newPage()
  await page.setViewportSize({ width, height: 800 })
  await page.emulateMedia({ colorScheme })
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(`error ${error.message}`))
  page.on('dialog', (dialog) => {
    said.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  return page
}

async function picture(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true })
}

/** In light and dark, wide and narrow: no violation, and nothing stands out at the side. 320 pixels are 1280 at 400 %. */
async function isGood(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const width of [1280, 360, 320]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${name} ${width}`).toBe(true)
      if (width !== 320) await picture(page, `${name}-${colorScheme}-${width}`)
    }
    const looksAt = colorScheme === 'dark' ? 'colors' : 'all'
    expect(await violationsIn(browser, page, '', looksAt), `${name} ${colorScheme}`).toEqual([])
  }
}

beforeAll(async () => {
  stage = await openSignIn({ policy: POLICY, identities: ['staff', 'partner'], otherClients: ['partners'] })
  const { issuer, clientId, accounts } = stage.provider
  accounts.set('ann', { email: 'Ann Example' })
  accounts.set('eve', { email: HOSTILE })
  writeFileSync(join(stage.stage.folder, 'staff.png'), testPng(64, 64))
  const one = (id: string, more: string) =>
    `{ issuer: "${issuer}", clientId: ${id}, clientSecret: { env: IAP_TEST_SECRET }, scopes: [profile], ${more} }`
  started = await stage.start({
    identities: `{ staff: ${one(clientId, 'title: Employees of Example, logo: ./staff.png, displayClaim: email')}, partner: ${one('partners', `title: "Partners <b>&</b> friends"`)} }`,
    lives: 'stage',
  })
  if (installed) browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
})
afterAll(async () => {
  await browser?.close()
  await stage?.close()
})
beforeEach(async () => {
  said = []
  if (!installed) return
  context = await browser.newContext()
  return async () => await context.close()
})

describe.skipIf(!installed)('in Chromium', () => {
  test('people choose between identities by titles and logos', async () => {
    const page = await pageOf()
    await page.goto(`${started.origin}/users/x`)
    expect(new URL(page.url()).pathname).toBe('/.iap/login')
    expect(await page.$$eval('.choice bdi', (all) => all.map((one) => one.textContent))).toEqual([
      'Partners <b>&</b> friends',
      'Employees of Example',
    ])
    // The image is part of the page, and its policy lets it be shown.
    expect(await page.$eval('img.logo', (image) => (image as HTMLImageElement).naturalWidth)).toBe(64)
    expect(await page.textContent('span.logo')).toBe('P')
    await isGood(page, 'chooser')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Employees')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${stage.provider.issuer}/**`)
    expect(said).toEqual([])
  })

  test('a person sees a name beside the subject, and so does a script that asks', async () => {
    const page = await pageOf()
    await signInAsStaff(page, 'ann')
    await page.goto(`${started.origin}/.iap/me`)
    expect(await page.$$eval('dt', (all) => all.map((one) => one.textContent))).toEqual([
      ...['Name', 'Identity', 'Subject', 'Provider', 'Signed in', 'Until', 'Session'],
    ])
    expect(await page.$$eval('dd', (all) => all.slice(0, 3).map((one) => one.textContent))).toEqual([
      ...['Ann Example', 'Employees of Example', 'ann'],
    ])
    await isGood(page, 'me')
    await page.goto(`${started.origin}/users/home`)
    const json = `fetch('/.iap/me', { headers: { accept: 'application/json' } }).then((answer) => answer.json())`
    expect(await page.evaluate(json)).toEqual({
      signedIn: true,
      identity: 'staff',
      subject: 'ann',
      name: 'Ann Example',
      issuer: stage.provider.issuer,
      started: expect.any(String),
      ends: expect.any(String),
      session: expect.any(String),
    })
    expect(said).toEqual([])
  })

  test('a refused person sees who they are, and signs in with another account', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: started.origin })
    const page = await pageOf()
    await signInAsStaff(page, 'ann')
    const answer = await page.goto(`${started.origin}/staff/plan?week=1`)
    expect(answer?.status()).toBe(403)
    expect(await page.textContent('.who')).toBe('You are signed in as Ann Example ann · Employees of Example')
    await isGood(page, 'refused')
    const id = (await page.textContent('.request-id')) ?? ''
    expect(id).toBe(answer?.headers()['x-iap-request-id'])
    const copy = page.getByRole('button', { name: 'Copy' })
    await copy.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.textContent('.copy'), WAIT).toBe('Copied')
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(id)
    expect(said.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([])
    // The provider asks, although the person is signed in there.
    await page.getByRole('link', { name: 'Sign in with another account' }).click()
    await page.waitForURL(`${stage.provider.issuer}/**`)
    await page.getByRole('textbox').fill('lea')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`${started.origin}/staff/plan?week=1`)
    expect(await page.textContent('h1')).toBe('/staff/plan?week=1')
    // Nobody may come in with another account where no rule would let them.
    await page.goto(`${started.origin}/never/x`)
    expect(await page.textContent('.because')).toBe('<b>Closed</b> until Monday.')
    await page.getByRole('link', { name: 'Sign out' }).click()
    expect(await page.textContent('h1')).toBe('Sign out')
    await picture(page, 'sign-out')
  })

  test('a name that means harm is text, and moves nothing', async () => {
    const page = await pageOf()
    await signInAsStaff(page, 'eve')
    for (const path of ['/.iap/me', '/staff/x']) {
      await page.goto(`${started.origin}${path}`)
      const shown = `\\u{202e}${HOSTILE.slice(1)}`
      expect(await page.textContent('strong')).toBe(shown)
      expect(await page.$$eval('img, b, script:not(main > script:last-child)', (all) => all.length)).toBe(0)
    }
    expect(said.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([])
  })

  test('without scripts a refusal has the request ID, and no button that does nothing', async () => {
    const other = await browser.newContext({ javaScriptEnabled: false })
    const page = await other.newPage()
    await page.goto(`${started.origin}/nowhere`)
    expect(await page.locator('.request-id').isVisible()).toBe(true)
    expect(await page.locator('.copy').isVisible()).toBe(false)
    await other.close()
  })
})

describe('over the wire', () => {
  test('who is not signed in is told nothing', async () => {
    const client = new CookieClient()
    const json = await client.send(`${started.origin}/.iap/me`, { headers: { accept: 'application/json' } })
    expect([json.status, json.headers.vary, JSON.parse(json.body)]).toEqual([200, 'Accept', { signedIn: false }])
    const refused = await client.send(`${started.origin}/nowhere`, { headers: NAVIGATION })
    expect(refused.status).toBe(403)
    expect(refused.body).not.toMatch(/class="who"|\/\.iap\/log/)
  })

  test('only a window is told who it is: a script of any page may ask for HTML, too', async () => {
    const client = new CookieClient()
    const login = await client.open(`${started.origin}/.iap/login?with=staff&return_to=/users/home`)
    await client.submit(login, { account: 'ann' })
    const asked = { ...NAVIGATION, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'cross-site' }
    const script = await client.send(`${started.origin}/staff/x`, { headers: asked })
    expect([script.status, script.body.includes('Ann')]).toEqual([403, false])
    const old = await client.send(`${started.origin}/staff/x`, {
      headers: { accept: NAVIGATION.accept, origin: 'https://other.example' },
    })
    expect([old.status, old.body.includes('Ann')]).toEqual([403, false])
    const window = await client.send(`${started.origin}/staff/x`, { headers: NAVIGATION })
    expect([window.status, window.body.includes('Ann Example')]).toEqual([403, true])
  })

  test.each([
    ['/staff/x?a=%22%3E%3Cimg%3E&b=1', '/staff/x?a=%22%3E%3Cimg%3E&b=1'],
    ['/staff/x/..//evil.example', null],
    [`/staff/${'x'.repeat(3000)}`, '/'],
  ])('another account comes back to the page, and nowhere else: %s', async (path, back) => {
    const client = new CookieClient()
    await client.submit(await client.open(`${started.origin}/.iap/login?with=staff&return_to=/users/home`), { account: 'ann' })
    const { status, body } = await client.send(`${started.origin}${path}`, { headers: NAVIGATION })
    const [, href] = /href="([^"]*account=other[^"]*)"/.exec(body) ?? []
    if (back === null) return expect([status, href]).toEqual([400, undefined])
    const link = new URL(href?.replaceAll('&#38;', '&') ?? '', started.origin)
    expect([link.origin, link.pathname, link.searchParams.get('return_to')]).toEqual([started.origin, '/.iap/login', back])
  })
})
