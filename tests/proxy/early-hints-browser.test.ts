/** A real browser acts on a hint while the service is still at the page (RFC 8297 §1): browsers do that over HTTP/2. */
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { browse, hasChromium } from '../support/chromium.ts'
import { startTestProxy, startUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'

/** A browser that has just begun now and then waits for its first page, and looks at no hint. */
const FIRST = '<!doctype html><body onload="location.href=\'/open/page\'">'
const PAGE = '<!doctype html><script src="/open/early.js"></script>'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

// That each hint reaches the client is shown next door.
test.skipIf(!installed)('a browser asks for what a hint names before there is a page', async () => {
  const pages: ServerResponse[] = []
  const order: string[] = []
  let tell: () => void
  const done = new Promise<void>((resolve) => {
    tell = resolve
  })
  const upstream = await startUpstream(({ url = '' }, response) => {
    if (url === '/open/first') response.writeHead(200, { 'content-type': 'text/html' }).end(FIRST)
    else if (url.startsWith('/open/page')) {
      order.push('page')
      response.writeEarlyHints({ link: '</open/early.js>; rel=preload; as=script' })
      // A browser may ask for the page again, and not for a script that it has.
      if (order.includes('script')) return void response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
      pages.push(response)
      // A browser that ignored the hint gets another one.
      setTimeout(() => {
        if (!response.headersSent) response.writeHead(302, { location: `/open/page?${pages.length}` }).end()
      }, 5000)
    } else if (url === '/open/early.js') {
      order.push('script')
      response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'max-age=60' })
      response.end(`fetch('/open/ran')`)
      // Only now, and once: behind a certificate that nobody vouches for, a browser keeps nothing, and asks again.
      for (const page of pages.splice(0)) if (!page.headersSent) page.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)
    } else if (url === '/open/ran') {
      order.push('ran')
      response.end()
      tell()
    } else response.writeHead(404).end()
  })
  const { cert, key } = testAuthority().server(['app.test'])
  const proxy = await startTestProxy([upstream.origin], {
    listener: 'tls: { cert: a.pem, key: a.key }',
    files: { 'a.pem': cert, 'a.key': key },
  })
  try {
    await browse(`https://app.test:${proxy.port}/open/first`, done)
    // No page was answered before.
    expect(order.filter((one, at) => one !== 'page' || at === 0).slice(0, 2)).toEqual(['page', 'script'])
    expect(order.at(-1)).toBe('ran')
  } finally {
    await proxy.close()
    await upstream.close()
  }
})
