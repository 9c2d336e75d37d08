/** A real browser, over TLS: signing in, two tabs, a stronger sign-in and the way back, a refusal, signing out. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { violationsIn } from '../support/axe.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { testAuthority } from '../support/test-authority.ts'
import { WAIT } from '../support/until.ts'
import { WORKERS } from './open-pages.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

/** A folder for pictures of the pages; left out: none. */
const PICTURES = process.env.IAP_PICTURES

let stage: SignInStage
let browser: Browser
let started: StartedProxy
let context: BrowserContext
let origin: string

beforeAll(async () => {
  if (!installed) return
  stage = await openSignIn()
  const { cert, key } = testAuthority().server(['app.test'])
  writeFileSync(join(stage.stage.folder, 'a.pem'), cert)
  writeFileSync(join(stage.stage.folder, 'a.key'), key, { mode: 0o600 })
  browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
})

afterAll(async () => {
  await browser?.close()
  await stage?.close()
})

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
}

async function enter(page: Page, account: string): Promise<void> {
  await page.getByRole('textbox').fill(account)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe.skipIf(!installed).each(WORKERS)('with %d workers', (workers) => {
  beforeAll(async () => {
    started = await stage.start({
      workers,
      listeners: '[{ address: "127.0.0.1:0", http2: true, tls: { cert: ./a.pem, key: ./a.key } }]',
      lives: 'stage',
    })
    origin = `https://app.test:${started.port}`
  })
  beforeEach(async () => {
    stage.provider.login = {}
    context = await browser.newContext({ ignoreHTTPSErrors: true })
    return async () => await context.close()
  })

  test('signs in, and sees who it is', async () => {
    const page = await context.newPage()
    await page.goto(`${origin}/users/page?a=1`)
    expect(new URL(page.url()).origin).toBe(stage.provider.issuer)
    await enter(page, 'ann')
    await page.waitForURL(`${origin}/users/page?a=1`)
    const [cookie] = (await context.cookies(origin)).filter(({ name }) => name.includes('iap'))
    expect(cookie).toMatchObject({
      name: '__Host-iap-session',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
      path: '/',
      expires: -1,
    })
    // No page of the service reads it.
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.goto(`${origin}/.iap/me`)
    await expect.poll(() => page.textContent('dl'), WAIT).toContain('ann')
    expect(await violationsIn(browser, page)).toEqual([])
    await picture(page, `who-am-i-${workers}`)
  })

  test('two tabs: both come to their pages', async () => {
    const [one, two] = [await context.newPage(), await context.newPage()]
    await one.goto(`${origin}/users/one`)
    await two.goto(`${origin}/users/two`)
    await enter(two, 'ann')
    await two.waitForURL(`${origin}/users/two`)
    await enter(one, 'ann')
    await one.waitForURL(`${origin}/users/one`)
    await two.reload()
    expect(await two.textContent('h1')).toBe('/users/two')
  })

  test('a stronger sign-in, and back to the page', async () => {
    const page = await context.newPage()
    await page.goto(`${origin}/users/page`)
    await enter(page, 'ann')
    await page.waitForURL(`${origin}/users/page`)
    stage.provider.login = { acr: 'gold' }
    await page.goto(`${origin}/gold/page?b=2`)
    expect(new URL(page.url()).origin).toBe(stage.provider.issuer)
    await enter(page, 'ann')
    await page.waitForURL(`${origin}/gold/page?b=2`)
    expect(await page.textContent('h1')).toBe('/gold/page?b=2')
  })

  test('a script is refused, and not led to a login', async () => {
    const page = await context.newPage()
    await page.goto(`${origin}/open/page`)
    expect(
      await page.evaluate(async () => {
        const { status, redirected } = await fetch('/users/x')
        return { status, redirected }
      }),
    ).toEqual({ status: 401, redirected: false })
  })

  test('refusals: of what the policy denies, and of what the provider does', async () => {
    const page = await context.newPage()
    await page.goto(`${origin}/users/page`)
    await enter(page, 'nobody')
    await expect.poll(() => page.textContent('h1'), WAIT).toBe('Not signed in')
    await picture(page, `not-signed-in-${workers}`)
    await page.goto(`${origin}/users/page`)
    await enter(page, 'ann')
    await page.waitForURL(`${origin}/users/page`)
    const answer = await page.goto(`${origin}/admin/page`)
    expect(answer?.status()).toBe(403)
    await picture(page, `denied-${workers}`)
  })

  test('signs out, here and at the provider', async () => {
    const page = await context.newPage()
    await page.goto(`${origin}/users/page`)
    await enter(page, 'ann')
    await page.waitForURL(`${origin}/users/page`)
    await page.goto(`${origin}/.iap/logout`)
    expect(await violationsIn(browser, page)).toEqual([])
    await picture(page, `sign-out-${workers}`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${stage.provider.issuer}/**`)
    await page.getByRole('button', { name: 'Yes, sign me out' }).click()
    await page.waitForURL(`${origin}/.iap/signed-out**`)
    expect(await violationsIn(browser, page)).toEqual([])
    await picture(page, `signed-out-${workers}`)
    expect((await context.cookies(origin)).filter(({ name }) => name.includes('iap'))).toEqual([])
    await page.goto(`${origin}/users/page`)
    expect(new URL(page.url()).origin).toBe(stage.provider.issuer)
  })
})
