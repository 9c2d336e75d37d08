/** The files of the dashboard, as whoever reaches the admin address gets them. Real sockets. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callAdmin } from '../support/admin.ts'
import { RawClient } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

let upstream: TestUpstream
let app: TestProxy
beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  app = await startTestProxy([upstream.origin])
})
afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

test.each([
  ['/dashboard', 'text/html; charset=utf-8', 'index.html'],
  ['/dashboard/style.css', 'text/css; charset=utf-8', null],
  ['/dashboard/icon.svg', 'image/svg+xml', 'icon.svg'],
  ['/dashboard/main.js', 'text/javascript; charset=utf-8', null],
])('%s, framed by nobody, loading its own alone', async (path, type, file) => {
  const response = await fetch(`${app.admin}${path}`)
  const { headers } = response
  expect([response.status, headers.get('content-type')]).toEqual([200, type])
  if (file !== null) expect(await response.text()).toBe(readFileSync(`runtime/server/dashboard/page/${file}`, 'utf8'))
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  )
  for (const [name, value] of [
    ['x-frame-options', 'DENY'],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['cache-control', 'no-store'],
  ] as const)
    expect(headers.get(name), name).toBe(value)
  expect([...headers.keys()].filter((name) => name.startsWith('access-control-') || name === 'set-cookie')).toEqual([])
  expect((await fetch(`${app.admin}${path}`, { method: 'HEAD' })).status).toBe(200)
  expect((await fetch(`${app.admin}${path}`, { method: 'POST' })).status).toBe(405)
})

test.each(['/dashboard/', '/dashboard/main.js/', '/dashboard/page', '/dashboard/..', '/dashboardx', '/Dashboard'])(
  '%s is not there',
  async (path) => {
    const client = new RawClient(Number(new URL(app.admin).port))
    client.send(`GET ${path} HTTP/1.1\nHost: localhost\n\n`)
    expect((await client.response()).status).toBe(404)
    client.close()
  },
)

test('not under the name of another (DNS rebinding)', async () => {
  const client = new RawClient(Number(new URL(app.admin).port))
  client.send('GET /dashboard HTTP/1.1\nHost: evil.test\n\n')
  expect((await client.response()).status).toBe(421)
  client.close()
})

test('where nobody may use the API, it says so', async () => {
  expect((await callAdmin(app.admin, 'GET', '/v1/decisions')).body).toMatchObject({ code: 'no-api' })
})
