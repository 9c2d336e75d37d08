/** The built site in a real browser: it can be read and searched, in light and dark, and loads nothing from elsewhere. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { hasSite, SITE } from './built-site.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** In the dark only colors differ. */
const COLORS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/** A script whose value is a text for each element that axe finds wrong. */
const violations = (
  theme: 'light' | 'dark',
) => `axe.run(document, { runOnly: ${JSON.stringify(theme === 'dark' ? COLORS : AA)} }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ' ' + html + ' ' + failureSummary)))`

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** A server of static files, and of nothing else. */
async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname))
    try {
      const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
      const bytes = readFileSync(file)
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

describe.skipIf(!installed || !hasSite)('the site in Chromium', () => {
  let server: Server
  let origin: string
  let browser: Browser
  beforeAll(async () => {
    server = await serve(SITE)
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined))
  })

  interface Visit {
    readonly context: BrowserContext
    readonly page: Page
    readonly complaints: string[]
  }

  async function visit(path: string, colorScheme: 'light' | 'dark' = 'light', width = 1280): Promise<Visit> {
    const context = await browser.newContext({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 900 } })
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(`error ${error.message}`))
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) complaints.push(`request ${request.url()}`)
    })
    await open(page, path)
    return { context, page, complaints }
  }

  async function open(page: Page, path: string): Promise<void> {
    await page.goto(origin + path)
    // The scripts of the page have taken over.
    await page.waitForFunction('document.querySelector("#app")?.__vue_app__ !== undefined')
  }

  async function shot(page: Page, name: string): Promise<void> {
    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`) })
  }

  /** The last is long, and has no color that the others lack: in the dark, with IAP_FULL=1 alone. */
  const PAGES = ['/', '/contents.html', '/language/rules.html', '/guides/gateways/envoy.html', '/reference/configuration.html']

  test.each(['light', 'dark'] as const)(
    '%s: pages have no barrier of WCAG 2.2 AA, and load nothing from elsewhere',
    async (theme) => {
      const { context, page, complaints } = await visit('/', theme)
      const found: string[] = []
      const pages = theme === 'light' || process.env.IAP_FULL === '1' ? PAGES : PAGES.slice(0, -1)
      for (const path of pages) {
        await open(page, path)
        expect(await page.evaluate('document.documentElement.classList.contains("dark")')).toBe(theme === 'dark')
        await shot(page, `${theme}-wide${path.replaceAll('/', '-')}`)
        await page.evaluate(axe)
        found.push(...((await page.evaluate(violations(theme))) as readonly string[]).map((text) => `${path}: ${text}`))
      }
      expect(found).toEqual([])
      expect(complaints).toEqual([])
      await context.close()
    },
  )

  // Widths do not depend on colors: the second theme is for the pictures.
  test.each(process.env.SCREENSHOTS ? (['light', 'dark'] as const) : (['light'] as const))(
    '%s, narrow: nothing is wider than the screen',
    async (theme) => {
      const { context, page } = await visit('/', theme, 360)
      for (const path of PAGES) {
        await open(page, path)
        await shot(page, `${theme}-narrow${path.replaceAll('/', '-')}`)
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true)
      }
      await context.close()
    },
  )

  test('the search is used by keyboard alone', async () => {
    const { context, page, complaints } = await visit('/language/rules.html')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('#localsearch-input:focus')
    await page.keyboard.type('kubernetes helm')
    await page.waitForSelector('.VPLocalSearchBox .result')
    await shot(page, 'search')
    await page.waitForFunction('document.querySelector(".VPLocalSearchBox .result.selected")?.href.includes("kubernetes")')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/guides\/deploy\/kubernetes\.html/)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('the theme is switched, and stays', async () => {
    const { context, page } = await visit('/contents.html')
    const isDark = () => page.evaluate('document.documentElement.classList.contains("dark")')
    expect(await isDark()).toBe(false)
    await page.click('.VPNavBarAppearance .VPSwitchAppearance')
    expect(await isDark()).toBe(true)
    await open(page, '/language/')
    expect(await isDark()).toBe(true)
    await context.close()
  })

  test('a policy has a link that opens it in the playground', async () => {
    const { context, page } = await visit('/')
    expect(await page.getAttribute('.open-in-playground a', 'href')).toMatch(/^\/playground\/#v1\.[\w-]+$/)
    await context.close()
  })
})
