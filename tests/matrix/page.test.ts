/** The page of `iap matrix` in a real browser: what it shows, sorts, hides and prints, and what it does not do. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inside } from '../cli/inside.ts'
import { violationsIn } from '../support/axe.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>'
const LONG = `a${'_very'.repeat(24)}_long_name`

/** Three tables, of which the last is of the roles of `staff` that the one before has no room for; rows for several sheets of paper; and texts that could be taken for what they are not. */
const POLICY = `
identity staff via jwt { sub: string, groups: set<string>, level: int }
identity robot via api_key { sub: string }
${Array.from({ length: 8 }, (_, at) => `role r${at} of staff when caller.level > ${at} && "g${at}" in caller.groups`).join('\n')}
/// ${HOSTILE}
label odd
/// Personal data.
label pii
data listed: set<string>
service shop at "shop.example" {
  route open  GET "/open"
  route read  GET "/rows/{id}" is pii
  route words GET "/words" query { reason: string }
  route ${LONG} GET "/${'long/'.repeat(30)}{id}" is pii, odd
}
service wide at "*.wide.example" {
${Array.from({ length: 12 }, (_, at) => `  route w${at} GET "/w${at}/{id}"`).join('\n')}
}
permit everybody on shop.open to anyone
permit readers on shop.read to r1, robot when params.id in listed
permit talkers on shop.words to staff when query.reason.size() * query.reason.size() == 2
permit ${LONG} on shop.${LONG} to staff when caller.sub != ${JSON.stringify(HOSTILE)} when params.id != "${'x'.repeat(400)}"
permit widely on wide.* to staff when params.id.startsWith("team-") && "g3" in caller.groups limit 5 per 1m
forbid closed on wide.* when params.id.endsWith("-closed") unless mfa within 10m
`

/** Two routes that no caller may use. */
const CLOSED = `
identity staff via jwt { sub: string }
service shop at "shop.example" {
  route open   GET "/open"
  route closed GET "/closed"
  route old    GET "/old"
}
permit everybody on shop.open, shop.closed to anyone
forbid closed on shop.closed
`

describe.skipIf(!installed)('in Chromium', () => {
  let browser: Browser
  let cwd = ''
  let url = ''
  let closedUrl = ''
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'iap-matrix-'))
    mkdirSync(join(cwd, 'policies'))
    writeFileSync(join(cwd, 'policies/p.iap'), POLICY)
    const { code, stderr } = await inside(['matrix', 'policies', '--format', 'html', '-o', 'm.html', '--date', '2026-11-27'], {
      cwd,
    })
    expect([code, stderr]).toEqual([0, ''])
    url = pathToFileURL(join(cwd, 'm.html')).href
    mkdirSync(join(cwd, 'closed'))
    writeFileSync(join(cwd, 'closed/p.iap'), CLOSED)
    const closed = await inside(['matrix', 'closed', '--format', 'html', '-o', 'c.html', '--date', '2026-11-27'], { cwd })
    expect([closed.code, closed.stderr]).toEqual([0, ''])
    closedUrl = pathToFileURL(join(cwd, 'c.html')).href
    browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(cwd, { recursive: true, force: true })
  })

  interface Looked {
    readonly page: Page
    /** The console, dialogs and errors. */
    readonly said: string[]
    /** What is asked for. */
    readonly asked: string[]
    done(): Promise<void>
  }

  let usual: Looked | null = null

  /** A page that is loaded anew. Without options it is one for all tests: a browser starts a process for each other one. */
  async function look(options: BrowserContextOptions | null = null, address = url): Promise<Looked> {
    if (options === null) usual ??= { ...(await open({})), done: async () => {} }
    const looked = options === null ? (usual as Looked) : await open(options)
    looked.said.length = 0
    looked.asked.length = 0
    await looked.page.goto(address)
    return looked
  }

  async function open(options: BrowserContextOptions): Promise<Looked> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    const said: string[] = []
    const asked: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(`error ${error.message}`))
    page.on('request', (request) => asked.push(request.url()))
    page.on('dialog', (dialog) => {
      said.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    return { page, said, asked, done: () => context.close() }
  }

  const shot = async (page: Page, name: string) => {
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true })
  }
  const routes = (page: Page, table = 1) =>
    page.$$eval(`section:nth-of-type(${table + 1}) tbody tr:not([hidden])`, (rows) =>
      rows.map((row) => row.getAttribute('data-route') ?? ''),
    )
  /** Elements with text that is wider than they are, or stand out of the page. */
  const cut = (page: Page) =>
    page.evaluate<readonly string[]>(`[...document.querySelectorAll('main *')]
      .filter((one) => one.offsetParent !== null && one.tagName !== 'OPTION')
      .filter((one) => (one.tagName !== 'SECTION' && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0) || (!one.closest('section.sheet') && one.getBoundingClientRect().right > innerWidth + 1))
      .map((one) => one.outerHTML.slice(0, 120))`)

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 360],
  ] as const)('%s, %i wide: it can be read, and asks nobody', async (colorScheme, width) => {
    const { page, said, asked, done } = await look({ colorScheme, viewport: { width, height: 900 } })
    await shot(page, `matrix-${colorScheme}-${width}`)
    expect(await page.textContent('h1')).toBe('Who can do what')
    expect(await page.textContent('.facts')).toMatch(/2026-11-27.*sha256:[0-9a-f]{64}.*16 routes, 11 kinds of callers/s)
    expect(await cut(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    const looksAt = colorScheme === 'dark' ? 'colors' : 'all'
    if (width > 1000) expect(await violationsIn(browser, page, '', looksAt)).toEqual([])
    expect([said, asked]).toEqual([[], [url]])
    await done()
  })

  test('what stands in it is text, and nothing else runs', async () => {
    const { page, said, asked, done } = await look()
    expect(await page.$$eval('img, iframe, [onerror], script, link', (all) => all.length)).toBe(1)
    expect(await page.textContent(`[data-route="shop.${LONG}"] td:nth-child(2)`)).toContain(HOSTILE)
    const outcomes = await page.evaluate(`(async () => {
      const tried = async (what) => { try { await what(); return 'taken' } catch (error) { return error.name } }
      return [await tried(() => { document.body.innerHTML = '<b>x</b>' }), await tried(() => fetch('https://elsewhere.example/'))]
    })()`)
    expect(outcomes).toEqual(['TypeError', 'TypeError'])
    expect(asked).toEqual([url])
    expect(said.filter((text) => !/Content.Security.Policy|Refused|TrustedHTML|violates/i.test(text))).toEqual([])
    await done()
  })

  test('sorts by each column, there and back', async () => {
    const { page, said, done } = await look()
    const before = await routes(page)
    const heading = (name: string) =>
      page.locator('section:nth-of-type(2) thead th', { has: page.getByRole('button', { name, exact: true }) })
    expect(await heading('Route').getAttribute('aria-sort')).toBe('ascending')
    await heading('Route').locator('button').click()
    expect(await heading('Route').getAttribute('aria-sort')).toBe('descending')
    expect(await routes(page)).toEqual([...before].reverse())
    await heading('all callers').locator('button').focus()
    await page.keyboard.press('Enter')
    expect(await heading('all callers').getAttribute('aria-sort')).toBe('ascending')
    expect(await heading('Route').getAttribute('aria-sort')).toBe('none')
    expect([(await routes(page))[0], (await routes(page)).at(-1)]).toEqual(['shop.open', 'shop.words'])
    await page.keyboard.press('Space')
    expect([(await routes(page))[0], (await routes(page)).at(-1)]).toEqual(['shop.words', 'shop.open'])
    await heading('Labels').locator('button').click()
    await heading('Labels').locator('button').click()
    expect((await routes(page)).slice(0, 2)).toEqual(['shop.read', `shop.${LONG}`])
    // One table is none of the other's business.
    expect(await routes(page, 2)).toEqual(before)
    expect(said).toEqual([])
    await done()
  })

  test('shows what fits, and says that there is more', async () => {
    const { page, said, done } = await look()
    const note = () => page.textContent('#note')
    const found = () =>
      page.$$eval('section.sheet:not([hidden]) tr:not([hidden]) td.found', (all) => all.map((one) => one.textContent))
    expect(await note()).toBe('')
    await page.selectOption('#service', 'shop')
    expect(await routes(page)).toHaveLength(4)
    expect(await note()).toBe('Shows 4 of 16 routes: service shop.')
    await page.selectOption('#access', 'may')
    // What fits somewhere is shown by all tables: none of them says less of a route than there is.
    for (const table of [0, 1, 2]) expect(await routes(page, table)).toEqual(['shop.words'])
    expect(await found()).toHaveLength(9)
    expect(await page.$$eval('caption', (all) => all.map((one) => one.textContent?.split(';')[1]))).toEqual(
      Array(3).fill(' only 1 of 16 routes: service shop, access may'),
    )
    await page.selectOption('#caller', 'anonymous')
    expect(await routes(page, 0)).toEqual([])
    expect(await note()).toBe('Shows 0 of 16 routes, 1 of 3 tables: service shop, caller anonymous, access may.')
    await page.selectOption('#access', 'always')
    expect(await routes(page, 0)).toEqual(['shop.open'])
    expect(await page.$$eval('section.sheet:not([hidden])', (all) => all.length)).toBe(1)
    expect(await found()).toHaveLength(1)
    await page.click('#show-all')
    expect([(await routes(page)).length, await note(), await page.evaluate('document.activeElement.id')]).toEqual([
      16,
      '',
      'text',
    ])
    await page.keyboard.type('ENDSWITH("-closed")')
    expect(await routes(page)).toHaveLength(12)
    await page.fill('#text', '')
    await page.selectOption('#label', 'odd')
    expect(await routes(page)).toEqual([`shop.${LONG}`])
    await page.click('#show-all')
    expect(await page.$$eval('caption span', (all) => all.map((one) => one.textContent))).toEqual(['', '', ''])
    expect(said).toEqual([])
    await done()
  })

  test('of one caller it shows what is said of that one', async () => {
    const { page, said, done } = await look()
    const found = () => page.$$eval('section.sheet:not([hidden]) td.found', (all) => all.map((one) => one.textContent))
    await page.selectOption('#caller', 'staff: r1')
    expect([(await routes(page)).length, (await found()).length]).toEqual([16, 16])
    await page.fill('#text', 'in listed')
    expect([await routes(page), await found()]).toEqual([
      ['shop.read'],
      [expect.stringContaining('permit readerswhen params.id in listed')],
    ])
    // That is said of others in the same table, who need not have the role.
    await page.fill('#text', 'to r1')
    expect([await routes(page), await found()]).toEqual([[], []])
    await page.selectOption('#caller', 'staff: r2')
    expect([await routes(page), (await found()).length]).toEqual([['shop.read'], 1])
    // What a row says of its route is said of all callers.
    await page.selectOption('#caller', 'staff: r1')
    await page.fill('#text', 'personal data')
    expect(await routes(page)).toEqual([`shop.${LONG}`, 'shop.read'])
    expect(said).toEqual([])
    await done()
  })

  test('what is long stands once, and is found wherever it belongs', async () => {
    const { page, said, done } = await look()
    const place = `[data-route="shop.${LONG}"] td.if a`
    const links = await page.$$eval(place, (all) => all.map((one) => one.getAttribute('href')))
    expect([links.length, new Set(links)]).toEqual([9, new Set(['#rule-1'])])
    const clause = `when params.id != "${'x'.repeat(400)}"`
    expect((await page.textContent('main'))?.split(clause)).toHaveLength(2)
    expect(await page.textContent('#rule-1 + ul')).toContain(clause)
    await page.fill('#text', 'x'.repeat(400))
    expect([await routes(page), await page.$$eval('td.found', (all) => all.length)]).toEqual([[`shop.${LONG}`], 9])
    await page.locator(place).first().click()
    expect(await page.evaluate('document.querySelector(":target").textContent')).toBe('Note 1')
    expect(said).toEqual([])
    await done()
  })

  test('prints on A4, with nothing cut off, headings on each page', async () => {
    const { page, said, done } = await look({ colorScheme: 'dark' })
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    if (process.env.SCREENSHOTS) writeFileSync(`${process.env.SCREENSHOTS}/matrix.pdf`, pdf, 'latin1')
    const sizes = [...pdf.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => [
      Math.round(Number(width)),
      Math.round(Number(height)),
    ])
    expect(new Set(sizes.map(String))).toEqual(new Set(['842,595']))
    expect(sizes.length).toBeGreaterThan(4)
    expect(sizes.length).toBeLessThan(20)
    // As wide as what is printed on.
    await page.setViewportSize({ width: Math.floor(((297 - 20) / 25.4) * 96), height: 700 })
    await page.emulateMedia({ media: 'print' })
    expect(await cut(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    const styleOf = (selector: string, name: string) =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${name}`)
    expect(await styleOf('thead', 'display')).toBe('table-header-group')
    // Buttons of headings that are repeated are not painted.
    expect([await styleOf('thead button', 'display'), await styleOf('thead span', 'display')]).toEqual(['none', 'inline'])
    expect([
      await styleOf('#filters', 'display'),
      await styleOf('body', 'backgroundColor'),
      await styleOf('td', 'color'),
    ]).toEqual(['none', 'rgb(255, 255, 255)', 'rgb(0, 0, 0)'])
    expect(said).toEqual([])
    await done()
  })

  test('routes that are never permitted are folded, until somebody asks for them or filters', async () => {
    const { page, said, done } = await look({}, closedUrl)
    const shown = () =>
      page.$$eval('tbody tr', (rows) =>
        rows.filter((row) => row.getClientRects().length > 0).map((row) => row.getAttribute('data-route')),
      )
    const all = ['shop.closed', 'shop.old', 'shop.open']
    expect(await shown()).toEqual(['shop.open'])
    expect(await page.textContent('#folds-note')).toBe('Rows in which every cell is never: 2.')
    expect(await page.textContent('caption')).toBe('Routes by callers (2 routes folded: never permitted to these callers)')
    await shot(page, 'matrix-folded')
    expect(await violationsIn(browser, page)).toEqual([])
    await page.focus('#unfold')
    await page.keyboard.press('Enter')
    expect([await shown(), await page.getAttribute('#unfold', 'aria-expanded')]).toEqual([all, 'true'])
    await page.keyboard.press('Enter')
    expect(await shown()).toEqual(['shop.open'])
    await page.selectOption('#access', 'never')
    expect([await shown(), await page.locator('#folds').isVisible()]).toEqual([['shop.closed', 'shop.old'], false])
    await page.click('#show-all')
    expect(await shown()).toEqual(['shop.open'])
    // An auditor's paper has every route.
    await page.emulateMedia({ media: 'print' })
    expect([await shown(), await page.locator('#folds').isVisible()]).toEqual([all, false])
    expect(said).toEqual([])
    await done()
  })

  test('without its script it is all there', async () => {
    const { page, said, done } = await look({ javaScriptEnabled: false })
    expect(await page.locator('#filters').isVisible()).toBe(false)
    expect(await page.locator('tbody tr').count()).toBe(48)
    expect(said).toEqual([])
    await done()
  })
})
