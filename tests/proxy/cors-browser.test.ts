/** What scripts of other origins can do, and read, in a real browser. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browse, hasChromium } from '../support/chromium.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

const installed = hasChromium()
// The gate has it, and must not pass without it.
if (!installed && process.env.CI) throw new Error('chromium is not installed')

const POLICY = `
identity user via jwt { sub: string }
service app at "app.test" {
  route open  GET, PUT, DELETE "/open"
  route users GET, PUT         "/users"
}
permit open_to_all on app.open to anyone
permit users_in on app.users to user
`

/** Tries each request, and tells what became of it: what a script may know. */
const script = `
const tries = JSON.parse(document.getElementById('tries').textContent)
const found = {}
for (const [name, url, init] of tries) {
  try {
    const answer = await fetch(url, init)
    const { status, headers } = answer
    const read = ['etag', 'x-secret', 'x-iap-error', 'www-authenticate'].filter((each) => headers.has(each))
    found[name] = [status, read.join(' '), (await answer.text()).slice(0, 4)]
  } catch (error) {
    found[name] = error.name
  }
}
await fetch('/found', { method: 'POST', body: JSON.stringify(found) })
`

describe.skipIf(!installed)('in a browser', () => {
  let upstream: TestUpstream
  let proxy: TestProxy
  let pages: Server
  let tries: readonly (readonly [name: string, url: string, init?: object])[] = []
  let tell: (found: Record<string, unknown>) => void
  let reached: string[]

  beforeAll(async () => {
    upstream = await startUpstream((request, response) => {
      reached.push(`${request.method} ${request.url}`)
      response.writeHead(200, { etag: '"a"', 'x-secret': 'b', 'access-control-allow-origin': '*' }).end('fine')
    })
    pages = createServer((request, response) => {
      if (request.url === '/found') {
        let text = ''
        request.on('data', (chunk) => {
          text += chunk
        })
        return void request.on('end', () => {
          response.end()
          tell(JSON.parse(text))
        })
      }
      const data = JSON.stringify(tries).replaceAll('<', '\\u003c')
      response.setHeader('content-type', 'text/html')
      response.end(
        `<!doctype html><script id="tries" type="application/json">${data}</script><script type="module">${script}</script>`,
      )
    })
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
    proxy = await startTestProxy([upstream.origin], {
      policy: POLICY,
      service: `cors: { origins: ["http://page.test:${portOf(pages)}"], methods: [GET, PUT], expose: [etag] }`,
    })
  })

  afterAll(async () => {
    await proxy?.close()
    await upstream?.close()
    pages?.closeAllConnections()
    pages?.close()
  })

  const portOf = (server: Server) => (server.address() as AddressInfo).port

  async function foundAt(host: string): Promise<Record<string, unknown>> {
    reached = []
    const app = (path: string) => `http://app.test:${proxy.port}${path}`
    const authorization = proxy.bearer()
    tries = [
      ['a plain request', app('/open')],
      ['one with a token', app('/users'), { headers: { authorization } }],
      [
        'one that changes something',
        app('/users'),
        { method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body: '{}' },
      ],
      ['one without a token', app('/users')],
      ['one with a token that does not count', app('/users'), { headers: { authorization: 'Bearer garbage' } }],
      ['a method that is not listed', app('/open'), { method: 'DELETE' }],
      ['a header that is not listed', app('/open'), { headers: { 'x-other': '1' } }],
      ['with cookies', app('/open'), { credentials: 'include' }],
    ]
    const found = new Promise<Record<string, unknown>>((resolve) => {
      tell = resolve
    })
    return browse(`http://${host}:${portOf(pages)}/`, found)
  }

  test('a page that is listed can call the service, and read why it is refused', async () => {
    expect(await foundAt('page.test')).toEqual({
      'a plain request': [200, 'etag', 'fine'],
      'one with a token': [200, 'etag', 'fine'],
      'one that changes something': [200, 'etag', 'fine'],
      'one without a token': [401, 'x-iap-error www-authenticate', '{"ty'],
      'one with a token that does not count': [401, 'x-iap-error www-authenticate', '{"ty'],
      'a method that is not listed': 'TypeError',
      'a header that is not listed': 'TypeError',
      'with cookies': 'TypeError',
    })
    // The last is simple: it was sent, and the script may not read it.
    expect(reached).toEqual(['GET /open', 'GET /users', 'PUT /users', 'GET /open'])
  })

  test('another page can do nothing, and read nothing', async () => {
    const found = await foundAt('evil.test')
    expect(new Set(Object.values(found))).toEqual(new Set(['TypeError']))
    expect(reached).toEqual(['GET /open', 'GET /open'])
  })
})
