/** The dashboard in a real browser, over a proxy with a little traffic: what it shows, to whom, and what it does not do. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN_TOKEN, adminFiles, adminYaml } from '../support/admin.ts'
import { ask } from '../support/ask.ts'
import { violationsIn } from '../support/axe.ts'
import { chromiumFlags, chromiumPath, hasChromium } from '../support/chromium.ts'
import { compilePolicy, testSigner } from '../support/compile-policy.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream, testPolicy } from '../support/start-test-proxy.ts'
import { WAIT as USUAL } from '../support/until.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

/** A route more, of which no rule says anything; nobody asks for `sum`. */
const POLICY = testPolicy
  .replace('route tenant', 'route bare   GET "/bare"\n  route tenant')
  .concat('\ndata listed: set<string>\n')

/** A page asks once a second, and each look costs the browser more than a test. */
const WAIT = { ...USUAL, interval: 100 }

/** Whatever a page could take for its own, in a path. */
const HOSTILE = ['<img src=x onerror=alert(1)>', '<script>alert(2)', '"><svg onload=alert(3)>', "'-alert(4)-'", '{{7*7}}'].map(
  (text) => `/open/${encodeURIComponent(text)}`,
)
/** It would be shown backwards. */
const BACKWARDS = '/open/%E2%80%AEgpj.exe'

describe.skipIf(!installed)('in Chromium', () => {
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
      display: 'displayClaim: name',
    })
    browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
  })
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

  const VIEWPORT = { width: 1280, height: 900 }
  let usual: Looked | null = null

  /** A page that is loaded anew. Without options it is one for all tests: a browser starts a process for each other one. */
  async function look(options: BrowserContextOptions | null = null): Promise<Looked> {
    if (options !== null) return await arrive(await open(options))
    usual ??= { ...(await open({})), done: async () => void (await usual?.page.goto('about:blank')) }
    usual.said.length = 0
    usual.asked.length = 0
    await usual.page.setViewportSize(VIEWPORT)
    return await arrive(usual)
  }

  async function open(options: BrowserContextOptions): Promise<Looked> {
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: VIEWPORT, ...options })
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
    return { page, said, asked, done: () => context.close() }
  }

  async function arrive(looked: Looked): Promise<Looked> {
    await looked.page.goto(`${app.admin}/dashboard`)
    await looked.page.waitForSelector('#sign-in:not([hidden])')
    expect(await looked.page.evaluate('document.activeElement.id')).toBe('token')
    return looked
  }

  async function signIn(page: Page, token = ADMIN_TOKEN): Promise<void> {
    await page.fill('#token', token)
    await page.click('#sign-in button')
  }

  const rows = (page: Page) =>
    page.$$eval('#decisions-table tbody tr:not(.details)', (all) => all.map((row) => row.textContent ?? ''))
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
    for (const path of [...HOSTILE, BACKWARDS]) await ask(app.port, `GET ${path}`)
  }

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    // Widths do not depend on colors: for the picture.
    ...(process.env.SCREENSHOTS ? ([['dark', 360]] as const) : []),
  ] as const)('%s, %i wide: it can be read, and loads nothing from elsewhere', async (colorScheme, width) => {
    await traffic()
    const { page, said, asked, done } = await look({ colorScheme, viewport: { width, height: 900 } })
    await shot(page, `sign-in-${colorScheme}-${width}`)
    await signIn(page)
    await expect.poll(() => rows(page), WAIT).not.toEqual([])
    await page.waitForSelector('#routes-table tbody tr')
    await page.waitForSelector('#data-table tbody tr')
    await shot(page, `dashboard-${colorScheme}-${width}`)
    // Nothing sticks out at the side, or below.
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(
      await page.evaluate(
        `document.documentElement.scrollHeight - document.querySelector('main').getBoundingClientRect().bottom - scrollY`,
      ),
    ).toBeLessThan(2)
    const style = await (await fetch(`${app.admin}/dashboard/style.css`)).text()
    const looksAt = colorScheme === 'dark' ? 'colors' : 'all'
    // The copy that axe looks at has the same width for each.
    if (width > 1000) expect(await violationsIn(browser, page, style, looksAt)).toEqual([])
    expect(complaints(said)).toEqual([])
    expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set([app.admin]))
    await done()
  })

  test('decisions come by themselves, and what is filtered is asked for', async () => {
    await traffic()
    const { page, said, done } = await look()
    await signIn(page)
    await expect.poll(() => rows(page), WAIT).not.toEqual([])
    await ask(app.port, 'GET /open/live-one')
    await expect.poll(async () => (await rows(page))[0], WAIT).toContain('GET app.test/open/live-one')
    await page.selectOption('#filter-effect', 'refused')
    await expect.poll(async () => (await rows(page)).some((row) => row.includes('permit')), WAIT).toBe(false)
    expect((await rows(page)).length).toBeGreaterThan(3)
    await page.selectOption('#filter-effect', '')
    await page.selectOption('#filter-route', 'app.users')
    await page.fill('#filter-subject', 'ann')
    await expect
      .poll(async () => (await rows(page)).every((row) => row.includes('app.users') && row.includes('user: ann')), WAIT)
      .toBe(true)
    await page.selectOption('#filter-route', '')
    await page.fill('#filter-subject', '')
    await page.fill('#filter-path', '/open/only')
    await expect.poll(() => page.textContent('#decisions-note'), WAIT).toBe('No decision matches the filter.')
    await ask(app.port, 'GET /open/only-this')
    await expect.poll(() => rows(page), WAIT).toHaveLength(1)
    // Paused, nothing comes; resumed, all of it does.
    await page.click('#pause')
    await ask(app.port, 'GET /open/only-paused')
    await app.audit(1, '/open/only-paused')
    expect(await page.getAttribute('#pause', 'aria-pressed')).toBe('true')
    expect(await rows(page)).toHaveLength(1)
    await page.click('#pause')
    await expect.poll(() => rows(page), WAIT).toHaveLength(2)
    expect(complaints(said)).toEqual([])
    await done()
  })

  test('routes that somebody should look at come first', async () => {
    await ask(app.port, 'GET /bare', [`Authorization: ${app.bearer()}`])
    const { page, done } = await look()
    await signIn(page)
    await page.waitForSelector('#routes-table tbody tr')
    const routes = () => page.$$eval('#routes-table tbody tr', (all) => all.map((row) => row.textContent ?? ''))
    expect((await routes())[0]).toMatch(/^app\.bare.*no rule: denied/)
    await page.selectOption('#routes-which', 'uncovered')
    await expect.poll(routes, WAIT).toHaveLength(1)
    await page.selectOption('#routes-which', 'unseen')
    await expect.poll(async () => (await routes()).map((row) => row.slice(0, 7)), WAIT).toContain('app.sum')
    await done()
  })

  test('what somebody reads stays where it is, and what has changed changes there', async () => {
    const { page, done } = await look()
    await signIn(page)
    await page.waitForSelector('#routes-table tbody tr')
    await page.fill('#routes-name', 'app.open')
    const permitted = () => page.textContent('#routes-table tbody td:nth-child(4)')
    const before = Number(await permitted())
    await page.evaluate(`globalThis.kept = document.querySelector('#routes-table tbody tr')`)
    await ask(app.port, 'GET /open/more')
    await expect.poll(async () => Number(await permitted()), WAIT).toBe(before + 1)
    expect(await page.evaluate(`globalThis.kept === document.querySelector('#routes-table tbody tr')`)).toBe(true)
    await done()
  })

  test('what callers send is text', async () => {
    for (const path of [...HOSTILE, BACKWARDS]) await ask(app.port, `GET ${path}`, ['User-Agent: <b>x</b>'])
    const { page, said, done } = await look()
    await signIn(page)
    await expect.poll(async () => (await rows(page)).join('\n'), WAIT).toContain('GET app.test/open/<img src=x onerror=alert(1)>')
    const shown = (await rows(page)).join('\n')
    for (const text of ['<script>alert(2)', '"><svg onload=alert(3)>', "'-alert(4)-'", '{{7*7}}', '\\u{202e}gpj.exe'])
      expect(shown).toContain(text)
    // The record in full, too.
    await page.$$eval('#decisions-table button.more', (all) => {
      for (const button of all) (button as HTMLElement).click()
    })
    expect(
      await page.$$eval('#content img, #content script, #content b, #content a, #content [onerror]', (all) => all.length),
    ).toBe(0)
    expect(await page.$$eval('#decisions-table svg', (all) => all.length)).toBe(0)
    expect(complaints(said)).toEqual([])
    await done()
  })

  test('nothing reads a text as HTML, whatever a mistake of the page would do', async () => {
    const { page, said, done } = await look()
    const outcome = await page.evaluate(
      `(() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken' } catch (error) { return error.name } })()`,
    )
    expect(outcome).toBe('TypeError')
    expect(said.some((text) => text.includes('TrustedHTML'))).toBe(true)
    await done()
  })

  test('requests by effect over time: a picture, and the same numbers as a table', async () => {
    const { page, said, done } = await look()
    await signIn(page)
    await page.waitForSelector('#chart svg[role="img"]')
    const legend = () => page.$$eval('#chart-legend li', (all) => all.map((one) => one.textContent?.trim().split(' ')))
    const permitted = async () => Number((await legend())[0]?.[1])
    const before = await permitted()
    await ask(app.port, 'GET /open/charted')
    await expect.poll(permitted, WAIT).toBeGreaterThan(before)
    expect((await legend()).map((one) => one?.[0])).toEqual(['permit', 'deny', 'challenge', 'unauthenticated', 'reject'])
    expect(await page.locator('#chart-table').isVisible()).toBe(false)
    await page.focus('#requests summary')
    await page.keyboard.press('Enter')
    expect(await page.$$eval('#chart-table th', (all) => all.map((one) => one.textContent))).toEqual([
      ...['Until', 'permit', 'deny', 'challenge', 'unauthenticated', 'reject'],
    ])
    expect(await page.locator('#chart rect.permit').count()).toBeGreaterThan(0)
    expect(complaints(said)).toEqual([])
    await done()
  })

  test('a caller has a name beside the subject, which cannot pass for it', async () => {
    const { page, said, done } = await look()
    const bearer = app.bearer({ sub: 'eve', name: '\u202e<b>user: ann</b>' })
    await ask(app.port, 'GET /users/named', [`Authorization: ${bearer}`])
    await signIn(page)
    const caller = () => page.$$eval('#decisions-table td[data-label="Caller"]', (all) => all.map((one) => one.textContent))
    await expect.poll(caller, WAIT).toContain('\\u{202e}<b>user: ann</b> user: eve')
    expect(complaints(said)).toEqual([])
    await done()
  })

  test('without browser sign-in there are no sessions, and it says so', async () => {
    const { page, done } = await look()
    await signIn(page)
    await expect.poll(() => page.textContent('#sessions-facts'), WAIT).toBe('No identity signs in with a browser.')
    await done()
  })

  test('a rollout is a picture: its steps, where it is, and what it would change', async () => {
    const { page, said, done } = await look()
    const candidate = await compilePolicy(POLICY.replace('permit open_to_all on app.open,', 'permit open_to_all on'), {
      signers: [testSigner],
      sequence: 2,
    })
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/octet-stream' }
    const made = await fetch(`${app.admin}/v1/rollout/shadow`, { method: 'POST', headers, body: Buffer.from(candidate) })
    expect(made.status).toBe(200)
    await ask(app.port, 'GET /open/compared')
    await signIn(page)
    const counted = () => page.$$eval('.compared div', (all) => all.map((one) => one.textContent?.replace(/\s+/g, ' ')))
    await expect.poll(async () => (await counted())[2], WAIT).toMatch(/^Newly denied1100\.00 % of compared/)
    expect(await page.$$eval('.steps li', (all) => all.map((one) => [one.className, one.getAttribute('aria-current')]))).toEqual([
      ['now', 'step'],
      ['later', null],
    ])
    expect(await page.textContent('#rollout-picture')).toContain('is compared and decides nothing')
    await shot(page, 'dashboard-rollout')
    const style = await (await fetch(`${app.admin}/dashboard/style.css`)).text()
    expect(await violationsIn(browser, page, style)).toEqual([])
    await page.setViewportSize({ width: 360, height: 900 })
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await shot(page, 'dashboard-rollout-360')
    const ended = await fetch(`${app.admin}/v1/rollout/rollback`, { method: 'POST', headers, body: null })
    expect(ended.status).toBe(200)
    expect(complaints(said)).toEqual([])
    await done()
  })

  test('a wrong token is told, and is nowhere; the right one is not kept', async () => {
    const { page, said, asked, done } = await look()
    await signIn(page, 'wrong-token')
    await expect.poll(() => page.textContent('#sign-in-error'), WAIT).toBe('The token is not one of admin.tokens.')
    expect(await page.inputValue('#token')).toBe('')
    await signIn(page, 'no töken')
    await expect.poll(() => page.textContent('#sign-in-error'), WAIT).toBe('A token has only visible ASCII characters.')
    await signIn(page)
    await page.waitForSelector('#decisions-table tbody tr')
    expect(await page.textContent('#sign-in-error')).toBe('')
    const kept = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href])',
    )
    expect(kept).toBe(JSON.stringify([{}, {}, '', null, `${app.admin}/dashboard`]))
    expect(await page.content()).not.toContain(ADMIN_TOKEN)
    expect(asked.filter(({ href }) => href.includes('oken'))).toEqual([])
    await page.click('#sign-out')
    await page.waitForSelector('#sign-in:not([hidden])')
    // Nothing of what it has shown is left in it.
    expect(await page.$$eval('#content tr', (all) => all.length)).toBe(0)
    expect(await page.textContent('#tile-policy')).toBe('')
    expect(complaints(said)).toEqual([])
    await page.reload()
    await page.waitForSelector('#sign-in:not([hidden])')
    await done()
  })

  test('by keyboard alone', async () => {
    await ask(app.port, 'GET /open/keys')
    const { page, done } = await look()
    const focused = () => page.evaluate<string>('document.activeElement.id || document.activeElement.textContent')
    await page.keyboard.type(ADMIN_TOKEN)
    await page.keyboard.press('Enter')
    await page.waitForSelector('#decisions-table tbody tr')
    expect(await focused()).toBe('main')
    const found = new Set<string>()
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('Tab')
      found.add(await focused())
    }
    for (const id of ['pause', 'filter-effect', 'filter-route', 'filter-subject', 'filter-path', 'decisions-table'])
      expect(found).toContain(id)
    await page.focus('#pause')
    await page.keyboard.press('Space')
    expect(await page.getAttribute('#pause', 'aria-pressed')).toBe('true')
    await page.focus('#decisions-table button.more')
    await page.keyboard.press('Enter')
    expect(await page.getAttribute('#decisions-table button.more', 'aria-expanded')).toBe('true')
    expect(await page.textContent('#decisions-table tr.details')).toContain('request id')
    expect(await page.evaluate(`document.activeElement.className`)).toBe('more')
    await done()
  })

  test('a proxy that goes away is told, and its coming back too', async () => {
    const { page, done } = await look()
    await signIn(page)
    await page.waitForSelector('#decisions-table tbody tr')
    await page.context().setOffline(true)
    await page.waitForSelector('#offline:not([hidden])')
    expect(await page.textContent('#offline')).toBe('The proxy does not respond. Retrying.')
    await page.context().setOffline(false)
    await page.waitForSelector('#offline', { state: 'hidden' })
    await done()
  })

  test('is framed by nobody', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.setContent(`<iframe src="${app.admin}/dashboard"></iframe>`)
    const frame = page.frames().find((one) => one !== page.mainFrame())
    await expect.poll(() => frame?.url(), WAIT).toMatch(/^chrome-error:/)
    await context.close()
  })
})
