/**
 * `npm run bench:playground`: milliseconds from the navigation to the first decision that can be read, with empty caches, the
 * processor throttled 4 times and the network at 10 Mbit/s by the DevTools protocol, in each of some rounds.
 */
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { chromiumFlags, chromiumPath } from '../support/chromium.ts'
import { packPlayground, type ServedPlayground, servePlayground } from './serve-playground.ts'

const ROUNDS = 5
const NETWORK = { offline: false, latency: 40, downloadThroughput: 10_000_000 / 8, uploadThroughput: 10_000_000 / 8 }
const SLOWDOWN = 4

interface FirstVisit {
  /** Milliseconds to the first decision. */
  readonly decision: number
  /** Milliseconds to the editor with its text. */
  readonly editor: number
}

async function firstVisit(browser: Browser, { url }: ServedPlayground): Promise<FirstVisit> {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(120_000)
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', NETWORK)
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  await page.addInitScript(`globalThis.seen = {}
    new MutationObserver(() => {
      if (document.querySelector('.verdict')) seen.decision ??= performance.now()
      if (document.getElementById('editor')?.shadowRoot) seen.editor ??= performance.now()
    }).observe(document, { childList: true, subtree: true })`)
  await page.goto(url)
  await page.waitForSelector('html[data-ready]')
  const seen = (await page.evaluate('seen')) as FirstVisit
  await context.close()
  return seen
}

const packed = await packPlayground(fileURLToPath(new URL('../../', import.meta.url)))
const served = await servePlayground(packed)
const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...chromiumFlags] })
const visits: FirstVisit[] = []
for (let round = 0; round < ROUNDS; round++) visits.push(await firstVisit(browser, served))
await browser.close()
await served.stop()
const column = (values: readonly number[]) =>
  [...values]
    .sort((a, b) => a - b)
    .map((value) => value.toFixed(0))
    .join(' ')
const bytes = [...packed.values()].reduce((sum, { length }) => sum + length, 0)
console.log(`first decision, ms, sorted: ${column(visits.map(({ decision }) => decision))}`)
console.log(`editor, ms, sorted: ${column(visits.map(({ editor }) => editor))}`)
console.log(`all files, compressed: ${(bytes / 1000).toFixed(0)} kB`)
