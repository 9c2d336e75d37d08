/** A real browser and `iap run --dev`: somebody picks who to be, sees what that one may, and is asked for more. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { violationsIn } from '../support/axe.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { type Dev, startDev } from './start-dev.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

/** A folder for pictures of the pages; left out: none. */
const PICTURES = process.env.IAP_PICTURES

let dev: Dev
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  if (!installed) return
  dev = await startDev()
  browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
})

afterAll(async () => {
  await browser?.close()
  await dev?.close()
})

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
}

describe.skipIf(!installed)('in Chromium', () => {
  beforeEach(async () => {
    context = await browser.newContext()
    return async () => await context.close()
  })

  test('signs in as a caller, steps up, and is somebody else after signing out', async () => {
    const page = await context.newPage()
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await page.goto(`${dev.origin}/users/x`)
    expect([new URL(page.url()).origin, await page.textContent('h1')]).toEqual([dev.issuer, 'Who are you?'])
    await picture(page, 'picker')
    // With the keyboard alone.
    await page.getByRole('button', { name: 'ann' }).first().press('Enter')
    await page.waitForURL(`${dev.origin}/users/x`)
    expect(await page.textContent('body')).toContain('"sub": "ann"')

    await page.goto(`${dev.origin}/second`)
    expect(await page.textContent('h1')).toBe('Sign in again')
    expect(await page.getByRole('radio', { name: 'as requested' }).isChecked()).toBe(true)
    await picture(page, 'step-up')
    await page.getByRole('radio', { name: 'with several factors' }).check()
    await page.getByRole('button', { name: 'ann' }).first().click()
    await page.waitForURL(`${dev.origin}/second`)

    await page.goto(`${dev.origin}/.iap/logout`)
    await page.getByRole('button').click()
    await page.waitForURL(`${dev.origin}/.iap/signed-out`)
    await page.goto(`${dev.origin}/users/x`)
    await page.getByRole('button', { name: 'mia' }).click()
    await page.waitForURL(`${dev.origin}/users/x`)
    expect(await page.textContent('body')).toContain('"sub": "mia"')
    expect(said.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([])
  })

  test.each([
    ['light', 1280, 'rgb(255, 255, 255)'],
    ['dark', 320, 'rgb(23, 28, 36)'],
  ] as const)('the page can be read by everybody: %s, %d wide', async (colorScheme, width, background) => {
    const own = await browser.newContext({ colorScheme, viewport: { width, height: 720 } })
    const page = await own.newPage()
    await page.goto(`${dev.origin}/gold`)
    expect(await violationsIn(browser, page)).toEqual([])
    // Nothing sticks out at the side.
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await page.evaluate(`getComputedStyle(document.querySelector('main')).backgroundColor`)).toBe(background)
    await picture(page, `picker-${colorScheme}`)
    await own.close()
  })
})
