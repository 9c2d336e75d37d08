/** The dashboard in a real browser, over a proxy with a little traffic: what it shows, to whom, and what it does not do. */
import { readFileSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN_TOKEN, adminFiles, adminYaml } from '../support/admin.ts'
import { ask } from '../support/ask.ts'
import { violationsIn } from '../support/axe.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

/** Two routes more: one of which no rule says anything, and one that nobody asks for. */
const POLICY = testPolicy
  .replace('route tenant', 'route bare   GET "/bare"\n  route tenant')
  .replace('data', 'data')
  .concat('\ndata listed: set<string>\n')

/** Whatever a page could take for its own. */
const HOSTILE = [
  '/open/%3Cimg%20src=x%20onerror=alert(1)%3E',
  '/open/%3Cscript%3Ealert(2)%3C%2Fscript%3E'.replace('%2F', '|').replaceAll('|', ''),
  `/open/"'>{{7*7}}`.replaceAll('{', '%7B').replaceAll('}', '%7D').replaceAll('"', '%22').replaceAll('>', '%3E'),
  '/open/%E2%80%AEgpj.exe',
]

describe.skipIf(!installed)('in Chromium', { timeout: 90_000 }, () => {
  let upstream: TestUpstream
  let app: TestProxy
  let browser: Browser
  beforeAll(async () => {
    upstream = await startUpstream((_, response) => response.end('fine'))
    app = await startTestProxy([upstream.origin], {
      policy: POLICY,
      adminMore: adminYaml,
      files: { ...adminFiles, 'listed.json': '["ann"]' },
      more: 'data: { listed: { file: ./listed.json } }',
    })
    browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await Promise.all([app?.close(), upstream?.close()])
  })

  interface Looked {
    readonly page: Page
    /** The console, dialogs and errors. */
    readonly said: string[]
    /** Where the page has asked. */
    readonly asked: URL[]
    done(): Promise<void>
  }

  async function look(options: BrowserContextOptions = {}): Promise<Looked> {
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    const said: string[] = []
    const asked: URL[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(`error ${error.message}`))
    page.on('request', (request) => asked.push(new URL(request.url())))
    page.on('dialog', (dialog) => {
      said.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.goto(`${app.admin}/dashboard`)
    await page.waitForSelector('#sign-in:not([hidden])')
    return { page, said, asked, done: () => context.close() }
  }

  async function signIn(page: Page, token = ADMIN_TOKEN): Promise<void> {
    await page.fill('#token', token)
    await page.click('#sign-in button')
  }

  const rows = (page: Page) => page.$$eval('#decisions-table tbody tr:not(.details)', (all) => all.map((row) => row.textContent ?? ''))
  const shot = async (page: Page, name: string) => {
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true })
  }
  /** What browsers say of an answer of 401 is no complaint about the page. */
  const complaints = (said: readonly string[]) => said.filter((text) => !text.startsWith('Failed to load resource'))

  async function traffic(): Promise<void> {
    for (let i = 0; i < 5; i++) await ask(app.port, `GET /open/${i}`)
    await ask(app.port, 'GET /users/ann', [`Authorization: ${app.bearer()}`])
    await ask(app.port, 'GET /users/ann', [`Authorization: ${app.bearer()}`, 'X-Tenant: evil'])
    await ask(app.port, 'GET /admin/x', [`Authorization: ${app.bearer()}`])
    await ask(app.port, 'GET /users/nobody')
    await ask(app.port, 'GET /nowhere')
    await ask(app.port, 'GET /bare', [`Authorization: ${app.bearer()}`])
    for (const path of HOSTILE) await ask(app.port, `GET ${path}`)
  }

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('%s, %i wide: it can be read, and loads nothing from elsewhere', async (colorScheme, width) => {
    await traffic()
    const { page, said, asked, done } = await look({ colorScheme, viewport: { width, height: 900 } })
    await shot(page, `sign-in-${colorScheme}-${width}`)
    await signIn(page)
    await expect.poll(() => rows(page), { timeout: 30_000 }).not.toEqual([])
    await page.waitForSelector('#routes-table tbody tr')
    await page.waitForSelector('#data-table tbody tr')
    await page.waitForTimeout(process.env.SCREENSHOTS ? 6000 : 0)
    await shot(page, `dashboard-${colorScheme}-${width}`)
    // Nothing sticks out at the side.
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    const style = readFileSync('runtime/dashboard/page/style.css', 'utf8')
    expect(await violationsIn(browser, page, style)).toEqual([])
    expect(complaints(said)).toEqual([])
    expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set([app.admin]))
    await done()
  })
})
