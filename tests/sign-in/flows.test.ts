/** Signing in and out, with a real provider, as it goes: with one worker, and with two that take connections in turn. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { eventually } from '../support/until.ts'
import { WORKERS } from './open-pages.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage

beforeAll(async () => {
  stage = await openSignIn()
})

afterAll(() => stage?.close())

const SESSION = 'iap-session'

/** From a page of the service to its end, through the provider. */
async function signIn(client: CookieClient, address: string, account = 'ann'): Promise<Page> {
  return await client.submit(await client.open(address), { account })
}

describe.each(WORKERS)('with %d workers', (workers) => {
  let started: StartedProxy
  /** Its pages have a style, and its sessions end soon. */
  let other: StartedProxy
  beforeAll(async () => {
    const more = { sessions: '{ idle: 4s, lifetime: 5m }', more: 'pages: { style: ./style.css }' }
    writeFileSync(join(stage.stage.folder, 'style.css'), 'h1 { color: rebeccapurple }')
    other = await stage.start({ lives: 'stage', ...more })
    // The provider tells the proxy that was started last.
    started = await stage.start({ workers, lives: 'stage' })
  })

  test('a page leads to the provider, and back to the page', async () => {
    const { origin } = started
    const client = new CookieClient()
    const first = await client.send(`${origin}/users/x?a=1&b=%2F`, { headers: NAVIGATION })
    expect(first.status).toBe(302)
    const asked = new URL(first.location ?? '')
    expect(asked.origin).toBe(stage.provider.issuer)
    const { redirect_uri, scope, code_challenge_method, response_type, client_id, ...others } = Object.fromEntries(
      asked.searchParams,
    )
    expect({ redirect_uri, scope, code_challenge_method, response_type, client_id }).toEqual({
      redirect_uri: `${origin}/.iap/callback/staff`,
      scope: 'openid profile',
      code_challenge_method: 'S256',
      response_type: 'code',
      client_id: 'iap',
    })
    expect(Object.keys(others).sort()).toEqual(['code_challenge', 'nonce', 'state'])
    const page = await client.submit(await client.open(asked.href), { account: 'ann' })
    expect([page.status, page.url.href]).toEqual([200, `${origin}/users/x?a=1&b=%2F`])
    expect(client.names).toEqual(expect.arrayContaining([SESSION]))
    expect(client.names.filter((name) => name.startsWith('iap-login-'))).toEqual([])
    // The whole site, from connection to connection.
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/${i}`)).status).toBe(200)
    expect((await client.send(`${origin}/admin/x`)).status).toBe(403)
    const record = await eventually(() => started.audit().find(({ path, status }) => path === '/users/3' && status === 200))
    expect(record.caller).toEqual({ identity: 'staff', subject: 'ann', credential: expect.stringMatching(/^[\w-]{22}$/) })
  })

  test('a service gets neither cookie, and the rest as it was', async () => {
    const { origin } = started
    const client = new CookieClient()
    await signIn(client, `${origin}/users/x`)
    client.set('app.localhost', 'a', '"1 2"')
    await client.send(`${origin}/users/y`)
    expect(stage.last()?.headers.cookie).toBe('a="1 2"')
    const session = `${SESSION}=${client.cookie(SESSION)}`
    client.forget()
    for (const [sent, got] of [
      [`a=1;  b=2 ;${session}; c="3"`, 'a=1;  b=2 ; c="3"'],
      [`${session};a=1`, 'a=1'],
      [session, undefined],
    ] as const) {
      expect((await client.send(`${origin}/users/y`, { headers: { cookie: sent } })).status).toBe(200)
      expect(stage.last()?.headers.cookie).toBe(got)
    }
  })

  test('two tabs, each to its page', async () => {
    const { origin } = started
    const client = new CookieClient()
    const one = await client.open(`${origin}/users/one`)
    const two = await client.open(`${origin}/users/two`)
    const back = await client.submit(two, { account: 'ann' })
    expect(back.url.pathname).toBe('/users/two')
    expect((await client.submit(one, { account: 'ann' })).url.pathname).toBe('/users/one')
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  })

  test('signing out ends it here, there, and in every worker', async () => {
    const { origin } = started
    const client = new CookieClient()
    await signIn(client, `${origin}/users/x`)
    const handle = client.cookie(SESSION) ?? ''
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/x`)).status).toBe(200)
    const page = await client.open(`${origin}/.iap/logout`)
    const asked = await client.submit(page)
    // The provider asks, too.
    expect(asked.url.origin).toBe(stage.provider.issuer)
    const end = await client.submit(asked, { logout: 'yes' })
    expect(end.url.href.split('?')[0]).toBe(`${origin}/.iap/signed-out`)
    expect(client.cookie(SESSION)).toBeUndefined()
    client.set('app.localhost', SESSION, handle)
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/x`)).status).toBe(401)
    const again = await client.open(`${origin}/users/x`)
    expect([again.url.origin, again.body]).toEqual([stage.provider.issuer, expect.stringContaining('Sign in')])
  })

  test('who is asked says it, and no token', async () => {
    const { origin } = started
    const client = new CookieClient()
    expect((await client.open(`${origin}/.iap/me`)).body).toContain('You are not signed in')
    await signIn(client, `${origin}/users/x`)
    const { body, headers } = await client.open(`${origin}/.iap/me`)
    for (const text of ['staff', 'ann', 'Signed in', 'Until']) expect(body).toContain(text)
    expect(body).not.toMatch(/eyJ|token/i)
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/)
  })

  test('its own pages have the style of the configuration, and a policy that allows it and forms of this host', async () => {
    const { origin } = other
    const hash = createHash('sha256').update('h1 { color: rebeccapurple }').digest('base64')
    const client = new CookieClient()
    for (const path of ['me', 'logout', 'signed-out']) {
      const { body, headers } = await client.open(`${origin}/.iap/${path}`)
      expect(body).toContain('<style>h1 { color: rebeccapurple }</style>')
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'; form-action 'self'`,
      )
      expect(headers['referrer-policy']).toBe('same-origin')
    }
  })

  test('a script gets 401, and so does whoever else cannot follow', async () => {
    const { origin } = started
    const client = new CookieClient()
    const asks: readonly (readonly [string, Record<string, string>])[] = [
      ['GET', {}],
      ['GET', { accept: 'application/json' }],
      ['GET', { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
      ['GET', { accept: 'text/html', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
      ['GET', { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
      ['GET', { accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' }],
      ['GET', { ...NAVIGATION, 'sec-purpose': 'prefetch' }],
      ['POST', NAVIGATION],
      ['PUT', { accept: 'text/html' }],
    ]
    for (const [method, headers] of asks) {
      const { status, location } = await client.send(`${origin}/users/x`, { method, headers })
      expect([status, location], JSON.stringify([method, headers])).toEqual([401, null])
    }
    expect((await client.send(`${origin}/users/x`, { method: 'HEAD', headers: NAVIGATION })).status).toBe(302)
    expect((await client.send(`${origin}/users/x`, { headers: { accept: 'text/html' } })).status).toBe(302)
    const upgrade = {
      ...NAVIGATION,
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    }
    expect((await client.send(`${origin}/users/x`, { headers: upgrade })).status).toBe(401)
  })

  test('a session ends by itself: unused, and however much it is used', async () => {
    const { origin } = other
    const client = new CookieClient()
    await signIn(client, `${origin}/users/x`)
    // Used, it goes on: for longer than it may go unused.
    for (let use = 0; use < 18; use++) {
      expect((await client.send(`${origin}/users/x`)).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    await new Promise((resolve) => setTimeout(resolve, 5500))
    const over = await client.send(`${origin}/users/x`)
    expect([over.status, over.headers['x-iap-error']]).toEqual([401, 'session'])
    expect(client.cookie(SESSION)).toBeUndefined()
  })

  test('the provider says that somebody has signed out: it ends everywhere', async () => {
    const { origin } = started
    const [client, another] = [new CookieClient(), new CookieClient()]
    await signIn(client, `${origin}/users/x`)
    await signIn(another, `${origin}/users/x`, 'bob')
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/x`)).status).toBe(200)
    // At the provider itself, which knows nothing of the proxy's page.
    const asked = await client.open(`${stage.provider.issuer}/session/end`)
    await client.submit(asked, { logout: 'yes' })
    await eventually(async () => ((await client.send(`${origin}/users/x`)).status === 401 ? true : undefined))
    for (let i = 0; i < 4; i++) expect((await client.send(`${origin}/users/x`)).status).toBe(401)
    for (let i = 0; i < 2; i++) expect((await another.send(`${origin}/users/x`)).status).toBe(200)
  })
})
