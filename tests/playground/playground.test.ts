/** The playground in a real browser, from a static host, below a path of a site. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeShare, encodeShare, type SharedFile } from '../../playground/share/index.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { WAIT } from '../support/until.ts'
import { type PackedPlayground, packPlayground, type ServedPlayground, servePlayground } from './serve-playground.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

const root = fileURLToPath(new URL('../../', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const POLICY = `identity staff via jwt { sub: string }
service shop at "shop.example" { route list GET "/list" }
permit lists on shop.list to staff
invariant members on shop.list permitted only when caller is staff
test "a member lists" { as staff { sub: "a" } GET "https://shop.example/list" expect permit by lists }
`
const FILES: readonly SharedFile[] = [
  { name: 'shop.iap', text: POLICY },
  { name: 'other.yaml', text: 'a: 1\n' },
]

describe.skipIf(!installed)('in Chromium', () => {
  let packed: PackedPlayground
  let served: ServedPlayground
  let browser: Browser
  beforeAll(async () => {
    packed = await packPlayground(root)
    served = await servePlayground(packed)
    browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
  })
  afterAll(async () => {
    await browser?.close()
    await served?.stop()
  })

  interface Visit {
    readonly page: Page
    /** The console, dialogs, errors, and what the content security policy blocked. */
    readonly complaints: string[]
    readonly origins: Set<string>
    done(): Promise<void>
  }

  async function visit(address = '', options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await browser.newContext({
      ...{ reducedMotion: 'reduce', viewport: { width: 1280, height: 800 }, serviceWorkers: 'block' },
      ...options,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    const complaints: string[] = []
    const origins = new Set<string>()
    page.on('console', (message) => {
      if (!message.text().includes('blocked by Playwright')) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => {
      complaints.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => origins.add(new URL(request.url()).origin))
    await page.goto(`${served.url}${address}`)
    await page.waitForSelector('html[data-ready]')
    return { page, complaints, origins, done: () => context.close() }
  }

  async function show(page: Page, panel: string): Promise<string> {
    await page.click(`#tab-${panel}`)
    await page.waitForSelector(`#panel[data-shown=${panel}] #work[hidden]`, { state: 'attached' })
    return shown(page, '#view')
  }

  async function pick(page: Page, example: string): Promise<void> {
    await page.evaluate(`document.getElementById('panel').dataset.shown = ''`)
    await page.selectOption('#example', example)
    await page.waitForSelector('#panel:not([data-shown=""]) #work[hidden]', { state: 'attached' })
  }

  /** Returns a text as it is laid out. */
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden must not count.
  const shown = (page: Page, selector: string) => page.innerText(selector)

  /** Texts of an editor, which is in a shadow root. */
  const textIn = (page: Page) => shown(page, '.editor:not([hidden]) .cm-content')

  test('each example opens, decides and proves its invariants', async () => {
    const { page, complaints, origins, done } = await visit()
    const names = await page.$$eval('#example option', (all) => all.map((one) => (one as HTMLOptionElement).value))
    expect(names.length).toBeGreaterThanOrEqual(7)
    const effects: string[] = []
    for (const name of names.filter((one) => one !== '')) {
      await pick(page, name)
      await show(page, 'decide')
      effects.push(`${name} ${await shown(page, '.verdict .badge')}`)
      expect(await page.$$eval('.rules > li', (all) => all.length)).toBeGreaterThan(0)
      expect(await show(page, 'invariants')).toMatch(/^(?:1 holds|\d hold) for every request/)
    }
    expect(effects).toEqual([
      ...['first challenge', 'shop deny', 'helpdesk challenge', 'tenants deny'],
      ...['documents unauthenticated', 'records challenge', 'partners deny'],
    ])
    expect(complaints).toEqual([])
    expect(origins).toEqual(new Set([new URL(served.url).origin]))
    await done()
  })

  test('a request without a route shows the nearest ones, which lead to their places', async () => {
    const { page, complaints, done } = await visit(`#${encodeShare(FILES)}`)
    await show(page, 'decide')
    await page.fill('#url', 'https://shop.example/lists')
    await page.waitForSelector('#panel[data-shown=decide] .nearest')
    expect(await shown(page, '.nearest')).toContain('No route at this host has this path. The nearest route:')
    expect(await shown(page, '.nearest code')).toBe('GET, HEAD shop.example/list')
    await page.click('.nearest button')
    expect(await shown(page, '.editor:not([hidden]) .cm-activeLine')).toContain('route list GET')
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/nearest-routes.png` })
    expect(complaints).toEqual([])
    await done()
  })

  test('panels show the matrix, the difference, the tree, the intermediate representation and the code', async () => {
    const fragment = encodeShare(FILES, {
      before: [{ name: 'shop.iap', text: POLICY.replace('to staff', 'to anyone').replace(/^inv.*\n/m, '') }],
    })
    const { page, complaints, done } = await visit(`#${fragment}`)
    expect(await show(page, 'matrix')).toMatch(/^1 route, 2 kinds of callers[\s\S]*shop\.list[\s\S]*never[\s\S]*always/)
    const difference = await show(page, 'difference')
    expect(difference).toMatch(/1 change in 2 pairs[\s\S]*less permissive shop\.list for anonymous[\s\S]*expect unauthenticated/)
    expect(await show(page, 'tree')).toMatch(/^File\s+1:1\n\s+IdentityDeclaration/)
    expect(await show(page, 'ir')).toMatch(/route shop\.list GET, HEAD "\/list"/)
    expect(await show(page, 'javascript')).toContain('function decide$shop$list(')
    await show(page, 'difference')
    await page.click('text=Keep this version')
    await expect.poll(() => shown(page, '#view'), WAIT).toContain('equivalent in 2 pairs')
    expect(complaints).toEqual([])
    await done()
  })

  test('an edit shows errors, a broken invariant with a counterexample, and what no test covers', async () => {
    const { page, complaints, done } = await visit(`#${encodeShare(FILES, { panel: 'invariants' })}`)
    await expect.poll(() => shown(page, '#view'), WAIT).toContain('1 holds')
    await page.click('.cm-content')
    await page.keyboard.press('Control+End')
    await page.keyboard.insertText('permit open on shop.list to anonymous\n')
    await expect.poll(() => shown(page, '#view'), WAIT).toMatch(/1 broken[\s\S]*This request breaks it[\s\S]*as anonymous/)
    expect(await show(page, 'tests')).toMatch(/gaps? in the coverage[\s\S]*no test is decided by open/)
    expect(await page.locator('.cm-covered-all').count()).toBeGreaterThan(0)
    expect(await page.locator('.cm-covered-none').count()).toBeGreaterThan(0)
    await show(page, 'invariants')
    await page.click('text=Add as a test')
    await expect.poll(() => textIn(page), WAIT).toMatch(/test ".*"[\s\S]*as anonymous/)
    await page.keyboard.press('Control+End')
    await page.keyboard.insertText('permit oops')
    await expect.poll(() => shown(page, '#problems'), WAIT).toMatch(/1 error.*: shop\.iap:\d+: /)
    await expect.poll(() => shown(page, '#failure'), WAIT).toMatch(/^the policy has errors: shop\.iap:/)
    expect(complaints).toEqual([])
    await done()
  })

  test('a shared link comes back the same', async () => {
    const request = {
      method: 'GET',
      url: 'https://shop.example/list',
      caller: { identity: 'staff', claims: { sub: 'x, "y"\n' } },
      time: '2026-03-02T09:00:00Z',
    }
    const options = {
      open: 'other.yaml',
      panel: 'tests',
      request: JSON.stringify(request),
      before: [{ name: 'old.iap', text: POLICY }],
    }
    const first = await visit(`#${encodeShare(FILES, options)}`)
    await first.page.click('#share')
    const link = await first.page.inputValue('#copy-0')
    expect(await first.page.inputValue('#copy-1')).toContain('?embed#v1.')
    await first.done()
    const again = await visit(link.slice(served.url.length))
    expect(await again.page.getAttribute('#file-tabs [aria-selected=true]', 'id')).toBe('tab-other.yaml')
    expect(await again.page.getAttribute('#panel-tabs [aria-selected=true]', 'id')).toBe('tab-tests')
    expect(await textIn(again.page)).toContain('a: 1')
    await show(again.page, 'decide')
    expect(await shown(again.page, '.verdict')).toContain('permit by lists on shop.list')
    expect(JSON.parse(await again.page.inputValue('#claims'))).toEqual(request.caller.claims)
    await again.page.click('#share')
    const shared = decodeShare(new URL(await again.page.inputValue('#copy-0')).hash.slice(1))
    expect(shared).toMatchObject({ files: FILES, open: 'other.yaml', before: options.before })
    expect(JSON.parse(shared.request ?? '')).toEqual(request)
    expect([...first.complaints, ...again.complaints]).toEqual([])
    await again.done()
  })

  const HOSTILE = '<img src=x onerror=alert(1)><svg onload=alert(2)><script>alert(3)</script>'
  test('a link that is wrong says so, and the first example opens', async () => {
    const { page, complaints, done } = await visit(`#${encodeURIComponent(HOSTILE)}`)
    expect(await page.inputValue('#example')).toBe('first')
    expect(await shown(page, '#notice')).toContain('the link does not hold a policy')
    for (const [fragment, message] of [
      ['v9.AAAA', 'has the format `v9`, and this playground reads `v1`'],
      [encodeShare(FILES).slice(0, -9), 'the link is damaged'],
    ] as const) {
      await page.evaluate(`location.hash = '${fragment}'`)
      await expect.poll(() => shown(page, '#notice'), WAIT).toContain(message)
      expect(await page.inputValue('#example')).toBe('first')
    }
    await page.evaluate(`location.hash = '${encodeShare(FILES)}'`)
    await page.waitForSelector('#notice[hidden]', { state: 'attached' })
    await expect.poll(() => textIn(page), WAIT).toContain('service shop')
    expect(complaints).toEqual([])
    await done()
  })

  test('markup in a link stays text, also in documentation that the editor shows', async () => {
    const text =
      `/// ${HOSTILE} **bold** [x](javascript:alert(4))\nlabel money\n${POLICY.replace('"/list" }', '"/list" is money }')}`.replace(
        '"a member lists"',
        JSON.stringify(HOSTILE).replaceAll('{', '('),
      )
    const { page, complaints, done } = await visit(
      `#${encodeShare([{ name: 'shop.iap', text }], { panel: HOSTILE, open: HOSTILE, request: `{"method":"${HOSTILE}"}` })}`,
    )
    await page.waitForSelector('.tok-enum')
    await page.hover('.tok-enum >> nth=0')
    await page.waitForSelector('.cm-lsp-documentation strong')
    await show(page, 'tests')
    const injected = await page.evaluate(`[document, document.getElementById('editor').shadowRoot]
      .flatMap((root) => [...root.querySelectorAll('img, svg, a[href^=javascript], [onerror], [onload], body script')].map(({ outerHTML }) => outerHTML))`)
    expect(injected).toEqual([])
    expect(complaints).toEqual([])
    await done()
  })

  test('after the first visit it works without a network', async () => {
    const own = await servePlayground(packed)
    const context = await browser.newContext()
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(own.url)
    await page.evaluate(`navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ?? new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve)))
      .then(() => null)`)
    await own.stop()
    await page.goto(`${own.url}?embed#${encodeShare(FILES, { panel: 'invariants' })}`)
    await expect.poll(() => shown(page, '#view'), WAIT).toContain('1 holds')
    await page.waitForSelector('.tok-keyword')
    await context.close()
  })

  test('embedded, it has no header; read-only, no edits', async () => {
    const { page, done } = await visit(`?embed&readonly#${encodeShare(FILES)}`)
    expect(await page.isVisible('header')).toBe(false)
    expect(await page.isVisible('#file-tools')).toBe(false)
    expect(await page.getAttribute('#standalone', 'href')).toMatch(/^\/docs\/playground\/#v1\./)
    await page.click('.cm-content')
    await page.keyboard.insertText('nothing')
    expect(await textIn(page)).not.toContain('nothing')
    await done()
  })

  test('the keyboard alone adds a file, writes a policy, decides it and shares it', async () => {
    const { page, complaints, done } = await visit()
    const focused = () => page.evaluate(`document.activeElement.id || document.activeElement.textContent`)
    const tabTo = async (id: string) => {
      for (let presses = 0; presses < 60 && (await focused()) !== id; presses++) await page.keyboard.press('Tab')
      expect(await focused()).toBe(id)
    }
    await tabTo('add-file')
    await page.keyboard.press('Enter')
    await page.keyboard.type('a b.iap')
    await page.keyboard.press('Enter')
    await expect.poll(() => shown(page, '#dialog-problem')).toContain('`a b.iap` is not a file name')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('second.iap')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[id="tab-second.iap"][aria-selected=true]')
    await tabTo('editor')
    await page.keyboard.insertText('permit more on orders.read to anyone\nimport { orders } from "./policy.iap"')
    await tabTo('tab-decide')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toBe('tab-invariants')
    await page.keyboard.press('Home')
    await tabTo('method')
    await page.keyboard.press('Shift+Tab')
    expect(await focused()).toBe('example-request')
    await page.evaluate(`document.activeElement.blur()`)
    await tabTo('share')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#dialog[open]')
    await page.keyboard.press('Escape')
    await page.waitForSelector('#dialog:not([open])', { state: 'attached' })
    expect(await focused()).toBe('share')
    expect(complaints).toEqual([])
    await done()
  })

  test.each([1280, 360])('%i wide: axe finds nothing in light and dark, and nothing sticks out', async (width) => {
    const { page, done } = await visit('', { colorScheme: 'light', viewport: { width, height: 800 } })
    await page.evaluate(axe)
    await page.waitForSelector('.tok-keyword')
    const look = async (name: string) => {
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        if (process.env.SCREENSHOTS)
          await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}-${colorScheme}-${width}.png` })
        // Only colors differ in the dark.
        const rules =
          colorScheme === 'light' ? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] : ['color-contrast']
        const found = await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + failureSummary).join()))`)
        expect([name, colorScheme, found]).toEqual([name, colorScheme, []])
      }
    }
    const all = ['tests', 'invariants', 'matrix', 'difference', 'tree', 'ir', 'javascript']
    const panels = process.env.IAP_FULL === '1' ? all : width > 1000 ? ['tests', 'matrix', 'difference'] : []
    await look('decide')
    for (const panel of panels) {
      await show(page, panel)
      await look(panel)
    }
    await page.click('#share')
    await look('share')
    await done()
  })

  test('it is at most 1.5 MB compressed', () => {
    const sizes = [...packed].map(([name, { length }]) => [name, length] as const)
    expect(sizes.reduce((sum, [, length]) => sum + length, 0)).toBeLessThanOrEqual(1_500_000)
  })
})
