/** A refusal as a person sees it, in a real browser: what it looks like, whether it can be read, and that nothing in it runs or can be framed. */
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violationsIn } from '../support/axe.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { WAIT } from '../support/until.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

describe.skipIf(!installed)('in Chromium', () => {
  let upstream: TestUpstream
  let app: TestProxy
  let replaced: TestProxy
  let browser: Browser
  beforeAll(async () => {
    upstream = await startUpstream((request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(
        `<!doctype html><title>frame</title><iframe src="${request.url === '/open/frame' ? '/nowhere' : ''}"></iframe>`,
      )
    })
    app = await startTestProxy([upstream.origin])
    replaced = await startTestProxy([upstream.origin], {
      more: 'pages: { style: ./style.css, texts: ./texts.yaml }',
      files: {
        'style.css': '\n\r\nh1 { color: rgb(1, 2, 3) }\r\n',
        'texts.yaml': 'lang: he\nnote: "<img src=x onerror=alert(1)>"',
      },
    })
    browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.all([app?.close(), replaced?.close(), upstream?.close()])
  })

  /** A page at that path, its console, and whatever it asked for beside itself. */
  async function look(proxy: TestProxy, path: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ bypassCSP: false, ...options })
    const page = await context.newPage()
    const said: string[] = []
    const asked: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    page.on('dialog', (dialog) => {
      said.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    const response = await page.goto(`http://app.test:${proxy.port}${path}`)
    return { page, said, asked, status: response?.status(), done: () => context.close() }
  }

  test.each([
    ['a deny with its reason, in light', '/tenant', 'light', 1280, 403, 'Access denied'],
    ['a deny with its reason, in dark', '/tenant', 'dark', 1280, 403, 'Access denied'],
    ['on a phone', '/tenant', 'light', 320, 403, 'Access denied'],
    ['who is not signed in', '/users/x', 'dark', 320, 401, 'Sign in required'],
    ['the list of codes', '/.well-known/iap/errors', 'light', 1280, 200, 'Error codes of this proxy'],
  ] as const)('%s', async (name, path, colorScheme, width, status, heading) => {
    const looked = await look(app, path, {
      colorScheme,
      viewport: { width, height: 720 },
      extraHTTPHeaders: path === '/tenant' ? { 'x-tenant': 'evil' } : {},
    })
    const { page } = looked
    expect([looked.status, await page.title(), await page.textContent('h1')]).toEqual([status, heading, heading])
    // A style that its policy refuses would be told, and not be there.
    expect(looked.said.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([])
    expect(await page.evaluate(`getComputedStyle(document.querySelector('main')).display`)).toBe('block')
    expect(await page.evaluate(`getComputedStyle(document.body).margin`)).toBe('0px')
    // Nothing sticks out at the side.
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await violationsIn(browser, page)).toEqual([])
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name.replaceAll(/\W+/g, '-')}.png` })
    await looked.done()
  })

  test('a style and words of the configuration', async () => {
    const looked = await look(replaced, '/tenant', { extraHTTPHeaders: { 'x-tenant': 'evil' } })
    const { page } = looked
    const color = await page.evaluate(`getComputedStyle(document.querySelector('h1')).color`)
    expect([color, await page.getAttribute('html', 'dir'), await page.textContent('.note')]).toEqual([
      'rgb(1, 2, 3)',
      'rtl',
      '<img src=x onerror=alert(1)>',
    ])
    expect(looked.asked.filter((path) => path !== '/favicon.ico')).toEqual(['/tenant'])
    expect(looked.said.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([])
    await looked.done()
  })

  test('is framed by nobody, the service’s own pages included', async () => {
    const { page, done } = await look(app, '/open/frame')
    const frame = page.frames().find((one) => one !== page.mainFrame())
    await expect.poll(() => frame?.url(), WAIT).toMatch(/^chrome-error:/)
    await done()
  })
})
