/** How signing in was broken elsewhere, and what becomes of it here: the login cases of the threats, and their class. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { CLIENT_SECRET } from '../support/login-provider.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

const SESSION = 'iap-session'

let stage: SignInStage
let common: StartedProxy
let started: StartedProxy
let origin: string

// One proxy for most: what an attempt leaves behind must help no other.
beforeAll(async () => {
  stage = await openSignIn()
  common = await stage.start({ lives: 'stage' })
})

beforeEach(() => {
  use(common)
  stage.provider.tokens = null
  stage.provider.before = null
})

afterAll(() => stage?.close())

function use(proxy: StartedProxy): void {
  started = proxy
  origin = proxy.origin
}

async function signIn(client: CookieClient, account = 'ann', path = '/users/x'): Promise<Page> {
  return await client.submit(await client.open(origin + path), { account })
}

/** To where the browser would come back, and not further. */
async function callbackOf(client: CookieClient, account = 'ann'): Promise<URL> {
  const page = await client.open(`${origin}/users/x`)
  let next = await client.send(page.url.href, { form: { account }, headers: NAVIGATION })
  while (next.location !== null && !next.location.startsWith(origin))
    next = await client.send(next.location, { headers: NAVIGATION })
  if (next.location === null) throw new Error(`it does not come back: ${next.body}`)
  return new URL(next.location)
}

function refused({ status, headers }: Page): readonly unknown[] {
  return [status, headers['x-iap-error']]
}

describe('a callback', () => {
  const changes: readonly (readonly [string, (url: URL) => void])[] = [
    ['without a state', (url) => url.searchParams.delete('state')],
    ['with an empty state', (url) => url.searchParams.set('state', '')],
    ['with a state that nobody gave', (url) => url.searchParams.set('state', 'a'.repeat(43))],
    ['with two states', (url) => url.searchParams.append('state', url.searchParams.get('state') ?? '')],
    ['with a state that is a path', (url) => url.searchParams.set('state', '../../session')],
  ]
  test.each(changes)('a callback %s', async (_, change) => {
    const client = new CookieClient()
    const url = await callbackOf(client)
    change(url)
    expect(refused(await client.send(url.href, { headers: NAVIGATION }))).toEqual([400, 'login-state'])
    expect(client.cookie(SESSION)).toBeUndefined()
  })

  const wrong: readonly (readonly [string, (url: URL) => void, number, string])[] = [
    ['without `iss`', (url) => url.searchParams.delete('iss'), 403, 'login-refused'],
    ['with another `iss`', (url) => url.searchParams.set('iss', 'https://evil.example'), 403, 'login-refused'],
    [
      'with an `iss` that differs by a slash',
      (url) => url.searchParams.set('iss', `${url.searchParams.get('iss')}/`),
      403,
      'login-refused',
    ],
    ['with another code', (url) => url.searchParams.set('code', 'x'), 403, 'login-refused'],
    ['without a code', (url) => url.searchParams.delete('code'), 403, 'login-refused'],
    ['with an error instead', replaceCodeByError, 403, 'login-refused'],
    ['with an ID token in the front channel', (url) => url.searchParams.set('id_token', 'x'), 403, 'login-refused'],
  ]
  test.each(wrong)('%s', async (_, change, status, code) => {
    const client = new CookieClient()
    const url = await callbackOf(client)
    change(url)
    expect(refused(await client.send(url.href, { headers: NAVIGATION }))).toEqual([status, code])
    expect(client.names.filter((name) => name.startsWith('iap-'))).toEqual([])
  })

  test('with a used state, and with the same code once more', async () => {
    const client = new CookieClient()
    const url = await callbackOf(client)
    const before = client.cookiesFor(url.href)
    expect((await client.send(url.href, { headers: NAVIGATION })).status).toBe(302)
    const again = await new CookieClient().send(url.href, { headers: { ...NAVIGATION, cookie: before } })
    expect(refused(again)).toEqual([400, 'login-state'])
  })

  test('with an error that nobody of the provider has sent: others still sign in', async () => {
    const [attacker, client] = [new CookieClient(), new CookieClient()]
    for (const error of ['server_error', 'temporarily_unavailable', 'invalid_client']) {
      const led = await attacker.send(`${origin}/users/x`, { headers: NAVIGATION })
      const { searchParams } = new URL(led.location ?? '')
      const query = new URLSearchParams({ state: searchParams.get('state') ?? '', iss: stage.provider.issuer, error })
      const page = await attacker.send(`${origin}/.iap/callback/staff?${query}`, { headers: NAVIGATION })
      expect(refused(page)).toEqual([403, 'login-refused'])
    }
    expect((await client.send(`${origin}/users/x`, { headers: NAVIGATION })).status).toBe(302)
  })

  test('twice at the same time: one session', async () => {
    const client = new CookieClient()
    const url = await callbackOf(client)
    const headers = { ...NAVIGATION, cookie: client.cookiesFor(url.href) }
    const pages = await Promise.all([1, 2, 3].map(() => new CookieClient().send(url.href, { headers })))
    expect(pages.map(({ status }) => status).sort()).toEqual([302, 400, 400])
  })

  test('with the state of another browser: neither signs in as the other, nor is the login lost', async () => {
    const [attacker, victim] = [new CookieClient(), new CookieClient()]
    const url = await callbackOf(attacker, 'mallory')
    // The victim has logins of its own under way, too.
    await victim.open(`${origin}/users/x`)
    expect(refused(await victim.send(url.href, { headers: NAVIGATION }))).toEqual([400, 'login-state'])
    expect(victim.cookie(SESSION)).toBeUndefined()
    expect((await attacker.send(url.href, { headers: NAVIGATION })).status).toBe(302)
  })

  test('with the cookie of the login twice', async () => {
    const client = new CookieClient()
    const url = await callbackOf(client)
    const cookie = client.cookiesFor(url.href)
    const headers = { ...NAVIGATION, cookie: `${cookie}; ${cookie}` }
    expect(refused(await new CookieClient().send(url.href, { headers }))).toEqual([400, 'login-state'])
  })
})

describe('an ID token', () => {
  /** What is other in the claims, and in the header; undefined: it is missing. */
  type Change = (claims: Readonly<Record<string, unknown>>) => readonly [claims: object, header?: object]
  const now = () => Math.floor(Date.now() / 1000)
  const changes: readonly (readonly [string, Change])[] = [
    ['with another nonce', () => [{ nonce: 'x' }]],
    ['without a nonce', () => [{ nonce: undefined }]],
    ['of another issuer', () => [{ iss: 'https://evil.example' }]],
    ['of an issuer that differs by a slash', ({ iss }) => [{ iss: `${iss}/` }]],
    ['of a list of issuers', ({ iss }) => [{ iss: [iss] }]],
    ['for somebody else', () => [{ aud: 'other' }]],
    ['for nobody', () => [{ aud: undefined }]],
    ['for several, without azp', () => [{ aud: ['iap', 'other'] }]],
    ['for several, with another azp', () => [{ aud: ['iap', 'other'], azp: 'other' }]],
    ['with another azp', () => [{ azp: 'other' }]],
    ['that has expired', () => [{ exp: now() - 3600 }]],
    ['without exp', () => [{ exp: undefined }]],
    ['without iat', () => [{ iat: undefined }]],
    ['without sub', () => [{ sub: undefined }]],
    ['with a sub that is a number', () => [{ sub: 7 }]],
    ['with another at_hash', () => [{ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }]],
    ['with an at_hash that is no text', () => [{ at_hash: null }]],
    ['not valid yet', () => [{ nbf: now() + 3600 }]],
    ['with a crit', () => [{}, { crit: ['x'], x: 1 }]],
  ]
  test.each(changes)('an ID token %s', async (name, change) => {
    const forged = forge(change)
    const client = new CookieClient()
    const url = await callbackOf(client)
    stage.provider.tokens = (answer) => ({ ...answer, id_token: forged(answer.id_token as string) })
    const page = await client.send(url.href, { headers: NAVIGATION })
    expect([name, ...refused(page)]).toEqual([name, 403, 'login-refused'])
    expect(client.cookie(SESSION)).toBeUndefined()
  })

  test('by a key that is not known: it may be later', async () => {
    // Of its own: for a while such a provider is not asked again.
    use(await stage.start())
    const forged = forge(() => [{}, { kid: 'other' }])
    const client = new CookieClient()
    const url = await callbackOf(client)
    stage.provider.tokens = (answer) => ({ ...answer, id_token: forged(answer.id_token as string) })
    expect(refused(await client.send(url.href, { headers: NAVIGATION }))).toEqual([503, 'login-unavailable'])
    expect(client.cookie(SESSION)).toBeUndefined()
  })

  test('the same way, and nothing changed: it is taken', async () => {
    const forged = forge(() => [{}])
    const client = new CookieClient()
    const url = await callbackOf(client)
    stage.provider.tokens = (answer) => ({ ...answer, id_token: forged(answer.id_token as string) })
    expect((await client.send(url.href, { headers: NAVIGATION })).status).toBe(302)
  })

  const raw: readonly (readonly [string, (token: string) => string])[] = [
    ['none', (token) => `${encode({ alg: 'none' })}.${token.split('.')[1]}.`],
    ['None', (token) => `${encode({ alg: 'None' })}.${token.split('.')[1]}.`],
    ['HS256 by the client secret', (token) => hmac(token, CLIENT_SECRET)],
    ['a signature that is cut', (token) => token.slice(0, -4)],
    ['a signature of another', (token) => `${token.slice(0, -8)}AAAAAAAA`],
    ['nothing', () => ''],
  ]
  test.each(raw)('signed with %s', async (_, change) => {
    const client = new CookieClient()
    const url = await callbackOf(client)
    stage.provider.tokens = (answer) => ({ ...answer, id_token: change(answer.id_token as string) })
    expect(refused(await client.send(url.href, { headers: NAVIGATION }))).toEqual([403, 'login-refused'])
  })

  test('that is missing', async () => {
    const client = new CookieClient()
    const url = await callbackOf(client)
    stage.provider.tokens = ({ id_token: _, ...answer }) => answer
    expect(refused(await client.send(url.href, { headers: NAVIGATION }))).toEqual([403, 'login-refused'])
  })

  /** Changed, and signed by the provider's key: it is not the signature that is wrong. */
  function forge(change: Change): (token: string) => string {
    return (token) => {
      const [header = '', payload = ''] = token.split('.')
      const claims = decode(payload)
      const [other, head] = change(claims)
      return stage.provider.signNow({ ...claims, ...other }, { ...decode(header), ...head })
    }
  }
})

describe('a session', () => {
  test('is a new one with each sign-in, and the one before is over', async () => {
    const client = new CookieClient()
    await signIn(client)
    const first = client.cookie(SESSION) ?? ''
    await client.open(`${origin}/.iap/login?return_to=/users/y`)
    const second = client.cookie(SESSION) ?? ''
    expect(second).not.toBe(first)
    const thief = new CookieClient()
    thief.set('app.localhost', SESSION, first)
    expect((await thief.send(`${origin}/users/x`)).status).toBe(401)
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  })

  test('that was there before is never taken over', async () => {
    const planted = 'A'.repeat(43)
    const client = new CookieClient()
    client.set('app.localhost', SESSION, planted)
    await signIn(client)
    expect(client.cookie(SESSION)).not.toBe(planted)
    const attacker = new CookieClient()
    attacker.set('app.localhost', SESSION, planted)
    expect((await attacker.send(`${origin}/users/x`)).status).toBe(401)
  })

  test('a cookie with a flipped bit: signed out', async () => {
    const client = new CookieClient()
    await signIn(client)
    const bytes = Buffer.from(client.cookie(SESSION) ?? '', 'base64url')
    for (const at of [0, 15, 31]) {
      const other = Buffer.from(bytes)
      other[at] = (other[at] ?? 0) ^ 1
      const thief = new CookieClient()
      thief.set('app.localhost', SESSION, other.toString('base64url'))
      const page = await thief.send(`${origin}/users/x`)
      expect(refused(page)).toEqual([401, 'session'])
      expect(page.headers['set-cookie']).toEqual([expect.stringMatching(/^iap-session=; .*Max-Age=0/)])
      // Open or not.
      expect(refused(await thief.send(`${origin}/open/x`, { headers: { cookie: `${SESSION}=x` } }))).toEqual([401, 'session'])
    }
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  })

  test('is not one that comes twice, nor as anything but that cookie', async () => {
    const client = new CookieClient()
    await signIn(client)
    const handle = client.cookie(SESSION) ?? ''
    const ask = async (headers: Record<string, string>) =>
      (await new CookieClient().send(`${origin}/users/x`, { headers })).status
    expect(await ask({ cookie: `${SESSION}=${handle}` })).toBe(200)
    for (const headers of [
      { cookie: `${SESSION}=${handle}; ${SESSION}=${'A'.repeat(43)}` },
      { cookie: `__Host-iap-session=${handle}` },
      { cookie: `IAP-SESSION=${handle}` },
      { cookie: `iap-session="${handle}"` },
      { cookie: `a=iap-session=${handle}` },
      { authorization: `Bearer ${handle}` },
      { 'x-iap-session': handle },
    ])
      expect(await ask(headers), JSON.stringify(headers)).toBe(401)
  })

  test('is of its host', async () => {
    const client = new CookieClient()
    await signIn(client)
    const cookie = `${SESSION}=${client.cookie(SESSION)}`
    const other = await new CookieClient().send(`${origin}/users/x`, { headers: { cookie, host: `app.test:${started.port}` } })
    expect(other.status).toBe(401)
  })

  test('a service neither gets nor sets it', async () => {
    const client = new CookieClient()
    await signIn(client)
    const mine = client.cookie(SESSION)
    stage.serve = (_, response) =>
      response
        .writeHead(200, {
          'set-cookie': [
            'a=1',
            'iap-session=evil; Path=/',
            '__Host-iap-session=evil; Path=/; Secure',
            'b=2; Path=/',
            '=iap-session=evil',
            'iap-login-x=1',
          ],
        })
        .end()
    const page = await client.send(`${origin}/users/x`)
    expect(page.headers['set-cookie']).toEqual(['a=1', 'b=2; Path=/'])
    expect(client.cookie(SESSION)).toBe(mine)
    expect(stage.last()?.headers.cookie).toBeUndefined()
  })
})

describe('signing out by another site', () => {
  const attempts: readonly (readonly [string, Record<string, string>])[] = [
    ['cross-site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['same-site', { 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' }],
    ['an old browser', { origin: 'https://evil.example' }],
    ['without an origin', { origin: 'null' }],
    ['that claims the site', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
    ['typed', { 'sec-fetch-site': 'none' }],
    ['with nothing', {}],
    ['by another scheme', { origin: 'https://app.localhost' }],
  ]
  test.each(attempts)('signing out by another site: %s', async (_, headers) => {
    const client = new CookieClient()
    await signIn(client)
    const page = await client.send(`${origin}/.iap/logout`, { method: 'POST', headers })
    expect(refused(page)).toEqual([403, 'cross-site'])
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  })

  test('a link does not, either', async () => {
    const client = new CookieClient()
    await signIn(client)
    expect((await client.send(`${origin}/.iap/logout`, { headers: NAVIGATION })).status).toBe(200)
    expect((await client.send(`${origin}/users/x`)).status).toBe(200)
  })
})

describe('a change by another site', () => {
  const own = () => origin
  test.each<[string, () => Record<string, string>, number]>([
    ['next door', () => ({ 'sec-fetch-site': 'same-site', origin: own().replace('app.', 'evil.') }), 403],
    ['that hides where it is', () => ({ 'sec-fetch-site': 'same-site', origin: 'null' }), 403],
    ['that says no origin', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
    ['an old browser', () => ({ origin: own().replace('app.', 'evil.') }), 403],
    ['by another port', () => ({ origin: 'http://app.localhost:1' }), 403],
    ['twice', () => ({ 'sec-fetch-site': 'same-origin, cross-site' }), 403],
    ['its own page', () => ({ 'sec-fetch-site': 'same-origin', origin: own() }), 200],
    ['its own page, which hides where it is', () => ({ 'sec-fetch-site': 'same-origin', origin: 'null' }), 200],
    ['its own page in an old browser', () => ({ origin: own() }), 200],
    ['a program', () => ({}), 200],
  ])('a change by another site: %s', async (_, headers, status) => {
    const client = new CookieClient()
    await signIn(client)
    const answers = ['POST', 'DELETE'].map((method) => client.send(`${origin}/users/x`, { method, headers: headers() }))
    for (const answer of await Promise.all(answers))
      expect(refused(answer)).toEqual([status, status === 403 ? 'cross-site' : undefined])
    expect((await client.send(`${origin}/users/x`, { headers: headers() })).status).toBe(200)
    // Whoever has no session has nothing that a page could abuse.
    expect((await new CookieClient().send(`${origin}/open/x`, { method: 'POST', headers: headers() })).status).toBe(200)
  })
})

describe('the way back', () => {
  test.each([
    '//evil.example/x',
    '/\\evil.example',
    'https://evil.example',
    '/%2f/evil.example',
    'javascript:alert(1)',
    '/.iap/login',
  ])('of a link to %s is here', async (target) => {
    const client = new CookieClient()
    const page = await client.submit(await client.open(`${origin}/.iap/login?return_to=${encodeURIComponent(target)}`), {
      account: 'ann',
    })
    expect(page.url.href).toBe(`${origin}/`)
  })

  test.each(['//evil.example/x', '/users//evil.example'])('of a page at %s is here', async (target) => {
    const client = new CookieClient()
    const first = await client.send(origin + target, { headers: NAVIGATION })
    if (first.location === null) return expect(first.status).toBeGreaterThanOrEqual(400)
    const page = await client.submit(await client.open(first.location), { account: 'ann' })
    expect(page.url.origin).toBe(origin)
  })
})

describe('the proxy’s own paths', () => {
  test.each(['/.iap/x', '/.iap/me/x', '/.iap/ME', '/%2eiap/me', '/.iap/%6de', '/users/../.iap/x', '/.iap//me'])(
    '%s is no service’s',
    async (path) => {
      const client = new CookieClient()
      await signIn(client)
      await client.send(`${origin}/users/before`)
      expect([400, 404]).toContain(await rawGet(path))
      expect(stage.last()?.url).toBe('/users/before')
    },
  )

  test('other methods', async () => {
    const page = await new CookieClient().send(`${origin}/.iap/me`, { method: 'POST' })
    expect([...refused(page), page.headers.allow]).toEqual([405, 'page-method', 'GET, HEAD'])
    expect(refused(await new CookieClient().send(`${origin}/.iap/callback/staff`, { method: 'POST' }))).toEqual([
      405,
      'page-method',
    ])
  })

  test('a host that is no service’s has none', async () => {
    const headers = { ...NAVIGATION, host: 'evil.localhost' }
    expect(refused(await new CookieClient().send(`${origin}/.iap/login`, { headers }))).toEqual([403, 'no-route'])
  })

  /** Without anybody who straightens the path on the way. */
  async function rawGet(path: string): Promise<number> {
    const { ask } = await import('../support/ask.ts')
    return (await ask(started.port, `GET ${path}`, ['Accept: application/json'])).status
  }
})

test('over plain HTTP nobody signs in', async () => {
  const headers = { ...NAVIGATION, host: `app.test:${started.port}` }
  const client = new CookieClient()
  expect(refused(await client.send(`${origin}/users/x`, { headers }))).toEqual([400, 'login-insecure'])
  expect(refused(await client.send(`${origin}/.iap/login`, { headers }))).toEqual([400, 'login-insecure'])
  expect(client.names).toEqual([])
})

test('logins that are begun and not finished displace no other, however many come from an address', async () => {
  const client = new CookieClient()
  const first = await callbackOf(client)
  for (let i = 0; i < 200; i += 20)
    await Promise.all(Array.from({ length: 20 }, () => new CookieClient().send(`${origin}/users/x`, { headers: NAVIGATION })))
  expect((await client.send(first.href, { headers: NAVIGATION })).status).toBe(302)
})

test('a browser that begins logins without end keeps the last ones, in few cookies', async () => {
  const client = new CookieClient()
  const long = `/users/${'x'.repeat(1900)}`
  for (const path of ['/users/x', long]) {
    for (let i = 0; i < 30; i++) await client.send(origin + path, { headers: NAVIGATION })
    expect(client.names.length).toBeLessThanOrEqual(12)
    expect(client.cookiesFor(origin).length).toBeLessThan(7000)
  }
  const page = await client.submit(await client.open(origin + long), { account: 'ann' })
  expect([page.status, page.url.pathname]).toEqual([200, long])
})

test('the cookie of a login says nothing to whoever has it, and is of no use for another login, at another port, or changed', async () => {
  const client = new CookieClient()
  const url = await callbackOf(client)
  const other = new CookieClient()
  await callbackOf(other)
  const [name = ''] = client.names.filter((one) => one.startsWith('iap-login-'))
  const value = client.cookie(name) ?? ''
  const text = Buffer.from(value, 'base64url').toString('latin1')
  for (const word of ['staff', 'users', 'localhost', url.searchParams.get('state') ?? '']) expect(text).not.toContain(word)
  const [theirs = ''] = other.names.filter((one) => one.startsWith('iap-login-'))
  const tries: [cookie: string, host?: string][] = [
    [`${name}=${other.cookie(theirs)}`],
    // Not the last character, of which some bits may be no part of the value.
    [`${name}=${value.slice(0, -8)}${value.at(-8) === 'A' ? 'B' : 'A'}${value.slice(-7)}`],
    [`${name}=${value.slice(0, 40)}`],
    [`${name}=`],
    [`${name}=${value}; x${name}=${value}; ${name.replace('login-', 'login-0')}=${value}`],
    [`${name}=${value}`, 'app.localhost:1'],
  ]
  for (const [cookie, host] of tries) {
    const headers = { ...NAVIGATION, cookie, ...(host !== undefined && { host }) }
    expect([cookie, ...refused(await new CookieClient().send(url.href, { headers }))]).toEqual([cookie, 400, 'login-state'])
  }
  expect((await client.send(url.href, { headers: NAVIGATION })).status).toBe(302)
})

test.each([
  ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
  ['a script', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
  ['something that says it twice', { 'sec-fetch-mode': 'navigate, no-cors' }],
])('%s begins no login', async (_, headers) => {
  const client = new CookieClient()
  const page = await client.send(`${origin}/.iap/login`, { headers: { ...headers, 'sec-fetch-site': 'cross-site' } })
  expect([...refused(page), client.names]).toEqual([400, 'login-navigation', []])
  // Old browsers say nothing of it.
  expect((await client.send(`${origin}/.iap/login`)).status).toBe(302)
})

function replaceCodeByError({ searchParams }: URL): void {
  searchParams.delete('code')
  searchParams.set('error', 'access_denied')
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(text: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>
}

function hmac(token: string, secret: string): string {
  const input = `${encode({ alg: 'HS256' })}.${token.split('.')[1]}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
