/** `iap run --dev`: callers of the project sign in with a browser, at a provider that believes them. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { request } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CookieClient, NAVIGATION, type Page } from '../support/cookie-client.ts'
import { WAIT } from '../support/until.ts'
import { callers, type Dev, policy, program, startDev } from './start-dev.ts'

let dev: Dev

beforeAll(async () => {
  dev = await startDev()
})

afterAll(() => dev?.close())

interface Echo {
  readonly caller: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
}

function echoOf(page: Page): Echo {
  expect([page.status, page.headers['x-iap-error']]).toEqual([200, undefined])
  return JSON.parse(page.body) as Echo
}

async function signIn(client: CookieClient, path: string, caller: string, how = ''): Promise<Page> {
  const picker = await client.open(dev.origin + path)
  expect(picker.url.origin).toBe(dev.issuer)
  return await client.submit(picker, { caller, how })
}

describe('picking a caller', () => {
  test('the page shows those of the identity, and lets nothing run', async () => {
    const page = await new CookieClient().open(`${dev.origin}/users/x`)
    expect([page.status, page.url.origin]).toEqual([200, dev.issuer])
    const buttons = [...page.body.matchAll(/name="caller" value="([^"]*)"/g)].map(([, name]) => name)
    expect(buttons).toEqual(['ann', 'ben', 'mia', 'odd', '&#60;img src=x&#62;', 'ann_as_trainee'])
    expect(page.body).not.toMatch(/<img|<script/)
    const csp = String(page.headers['content-security-policy'])
    expect(csp).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; frame-ancestors 'none'; .*; form-action /)
    expect(csp).toContain(`form-action 'self' ${dev.origin}`)
    expect(page.headers['cache-control']).toContain('no-store')
    expect(page.headers['x-iap-dev']).toContain('not for production')
  })

  test('the service learns who it is, with claims of the types of the policy', async () => {
    const client = new CookieClient()
    const page = await signIn(client, '/users/page?a=1', 'ann')
    expect(page.url.href).toBe(`${dev.origin}/users/page?a=1`)
    expect(echoOf(page).caller).toMatchObject({
      verified: true,
      sub: 'ann',
      identity: 'staff',
      claims: { groups: ['admins'], level: 4, remote: true },
    })
    // An int is an int: the rule compares it.
    expect((await client.send(`${dev.origin}/admin`)).status).toBe(200)
    const me = await client.open(`${dev.origin}/.iap/me`)
    expect(me.body).toContain('ann')
  })

  test('what the file says of whom a token is for is not what counts', async () => {
    const page = await signIn(new CookieClient(), '/users/x', 'ben')
    expect(echoOf(page).caller).toMatchObject({ sub: 'b.en', claims: { groups: [], remote: false } })
  })

  test('callers that are one person', async () => {
    for (const [caller, groups] of [
      ['ann_as_trainee', ['trainees']],
      ['ann', ['admins']],
    ] as const) {
      const page = await signIn(new CookieClient(), '/users/x', caller)
      expect(echoOf(page).caller).toMatchObject({ sub: 'ann', claims: { groups } })
    }
  })

  test('names and values of any characters', async () => {
    const page = await signIn(new CookieClient(), '/users/x', '<img src=x>')
    expect(echoOf(page).caller).toMatchObject({ sub: '<img src=x>' })
  })

  test('claims that do not fit the declaration are refused at the callback, before there is a session', async () => {
    const client = new CookieClient()
    const page = await signIn(client, '/users/x', 'odd')
    expect([page.url.pathname, page.status, page.headers['x-iap-error']]).toEqual(['/.iap/callback/staff', 403, 'login-claims'])
    expect(client.cookie('iap-session')).toBeUndefined()
  })

  test('nobody else: of another identity, or of none', async () => {
    const picker = await new CookieClient().open(`${dev.origin}/users/x`)
    for (const caller of ['max', 'nobody', '', '__proto__', 'constructor']) {
      const client = new CookieClient()
      const page = await client.submit(await client.open(`${dev.origin}/users/x`), { caller, how: '' })
      expect([page.status, page.url.origin], caller).toEqual([400, dev.issuer])
      expect((await client.send(`${dev.origin}/users/x`)).status).toBe(401)
    }
    // Without the cookie of the browser that began it.
    expect((await new CookieClient().send(picker.url.href)).status).toBe(400)
    expect((await new CookieClient().send(picker.url.href, { form: { caller: 'ann' } })).status).toBe(400)
  })

  test('a person who refuses', async () => {
    const client = new CookieClient()
    const page = await client.submit(await client.open(`${dev.origin}/users/x`), { refuse: 'yes' })
    expect([page.status, page.headers['x-iap-error']]).toEqual([403, 'login-refused'])
  })

  test('another identity has a provider of its own', async () => {
    const client = new CookieClient()
    const page = await client.open(`${dev.origin}/.iap/login?return_to=/lobby`)
    const links = [...page.body.matchAll(/href="([^"]*)"/g)].map(([, href]) => (href ?? '').replaceAll('&#38;', '&'))
    expect(links).toHaveLength(2)
    const guest = links.find((href) => href.includes('guest')) ?? ''
    const picker = await client.open(new URL(guest, dev.origin).href)
    expect(picker.url.pathname).toMatch(/^\/guest\//)
    expect(echoOf(await client.submit(picker, { caller: 'max', how: '' })).caller).toMatchObject({
      identity: 'guest',
      sub: 'max',
    })
  })

  test('signed out, the next one is asked anew, and nothing of the provider goes to the service', async () => {
    const client = new CookieClient()
    await signIn(client, '/users/x', 'ann')
    const out = await client.submit(await client.open(`${dev.origin}/.iap/logout`))
    expect(out.status).toBe(200)
    const page = await signIn(client, '/users/x', 'mia')
    expect(echoOf(page).caller).toMatchObject({ sub: 'mia' })
    expect(echoOf(page).headers.cookie ?? '').not.toMatch(/_session|iap/)
  })

  test('a host that is a pattern', async () => {
    const client = new CookieClient()
    const origin = dev.origin.replace('app.', 'acme.shop.')
    const page = await client.submit(await client.open(`${origin}/users/x`), { caller: 'ann', how: '' })
    expect([page.status, page.url.origin]).toEqual([200, origin])
  })
})

describe('a stronger sign-in', () => {
  test.each([
    ['asked for and chosen', '/second', 'ann', 'acr:mfa', 200],
    ['several factors, by `amr`', '/second', 'ann', 'mfa', 200],
    ['asked for and not given', '/second', 'ann', '', 403],
    ['an `acr`', '/gold', 'ann', 'acr:gold', 200],
    ['an `acr` that the file says', '/gold', 'mia', '', 200],
    ['an `acr` that nobody asked for', '/gold', 'ann', 'acr:platinum', 403],
  ])('%s', async (_, path, caller, how, status) => {
    const client = new CookieClient()
    expect((await signIn(client, '/users/x', 'ann')).status).toBe(200)
    const picker = await client.open(dev.origin + path)
    expect(/value="([^"]*)" checked/.exec(picker.body)?.[1]).toBe(path === '/gold' ? 'acr:gold' : 'acr:mfa')
    let page = await client.submit(picker, { caller, how })
    if (status !== 200) {
      // The proxy asks once more, with `prompt=login`, before it refuses.
      expect([page.status, page.url.origin]).toEqual([200, dev.issuer])
      page = await client.submit(page, { caller, how })
    }
    expect([page.status, page.headers['x-iap-error']]).toEqual([status, status === 200 ? undefined : 'step-up-failed'])
    if (status === 200) expect(page.url.href).toBe(dev.origin + path)
  })

  test('just now', async () => {
    expect((await signIn(new CookieClient(), '/fresh', 'ann')).status).toBe(200)
  })
})

describe('who else asks', () => {
  const address = (redirect: string) =>
    `${dev.issuer}/staff/auth?${new URLSearchParams({
      client_id: 'iap-dev',
      response_type: 'code',
      scope: 'openid',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
      redirect_uri: redirect,
    })}`

  test('nobody is led elsewhere than to where the proxy waits', async () => {
    const { port } = dev
    for (const redirect of [
      'https://evil.example/.iap/callback/staff',
      `http://app.localhost:${port}/elsewhere`,
      `http://app.localhost:${port}/.iap/callback/staff?x=1`,
      `http://app.localhost:${port}/.iap/callback/staff#x`,
      `http://a@app.localhost:${port}/.iap/callback/staff`,
      `http://app.localhost.evil.example/.iap/callback/staff`,
      `http://a.b.shop.localhost:${port}/.iap/callback/staff`,
      `http://localhost:${port}/.iap/callback/staff`,
      `http://app.localhost:${port}/.iap/callback`,
      `http://app.localhost:${port}/.iap/callback/partner`,
      'javascript:alert(1)//.iap/callback/staff',
    ]) {
      const page = await new CookieClient().send(address(redirect))
      expect([page.status, page.location], redirect).toEqual([400, null])
      expect(page.body).toContain('Sign-in failed')
      expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    }
    const good = await new CookieClient().send(address(`http://app.localhost:${port}/.iap/callback/staff`))
    expect([good.status, good.location]).toEqual([303, expect.stringContaining(`${dev.issuer}/staff/interaction/`)])
  })

  test('a page of the open web that points a name at this machine is told nothing', async () => {
    const { port } = new URL(dev.issuer)
    const status = await new Promise((resolve) =>
      request(
        { host: '127.0.0.1', port, path: '/staff/.well-known/openid-configuration', headers: { host: 'evil.example' } },
        (answer) => resolve(answer.resume().statusCode),
      ).end(),
    )
    expect(status).toBe(403)
  })

  test('codes are of no use without the secret, which its owner alone can read', async () => {
    const client = new CookieClient()
    const file = join(dev.folder, '.iap', 'client.secret')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8').trim()).toMatch(/^[\w-]{43}$/)
    const page = await client.send(`${dev.issuer}/staff/token`, {
      form: { grant_type: 'authorization_code', code: 'x', client_id: 'iap-dev', client_secret: 'wrong' },
    })
    expect([page.status, JSON.parse(page.body).error]).toEqual([401, 'invalid_client'])
  })

  test('tokens for programs are those of the same issuer, and an ID token is none', async () => {
    const token = (await (await fetch(`${dev.issuer}/token?caller=ann&as=text`)).text()).trim()
    const client = new CookieClient()
    const bearer = (text: string) => client.send(`${dev.origin}/users/x`, { headers: { authorization: `Bearer ${text}` } })
    expect((await bearer(token)).status).toBe(200)
    const [header = '', payload = '', signature = ''] = token.split('.')
    const untyped = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(header, 'base64url').toString()), typ: 'JWT' }))
    expect((await bearer(`${untyped.toString('base64url')}.${payload}.${signature}`)).status).toBe(401)
  })
})

test('what is printed', () => {
  expect(dev.stdout()).toMatch(/open in a browser, .*\n\n( {2}http:\/\/app\.localhost:\d+\/\S* {2}# permitted: .*\n)+/)
  // No token is for who signs in with a browser alone.
  expect(dev.stdout()).not.toContain('caller=max')
})

describe('while it runs', () => {
  test('callers are those of the file now, with claims that nobody had before', async () => {
    const own = await startDev()
    try {
      const client = new CookieClient()
      await client.open(`${own.origin}/users/x`)
      own.write(
        'callers.json',
        JSON.stringify({ eve: { identity: 'staff', claims: { 'cognito:groups': [], remote: true, more: [1] } } }),
      )
      const picker = await client.open(`${own.origin}/users/x`)
      const page = await client.submit(picker, { caller: 'eve', how: '' })
      expect([page.status, page.url.origin]).toEqual([200, own.origin])
      own.write('callers.json', '{}')
      const none = await new CookieClient().open(`${own.origin}/users/x`)
      expect([none.status, none.body]).toEqual([200, expect.stringContaining('No callers to sign in as')])
    } finally {
      await own.close()
    }
  })

  test('an identity that gets `via oidc` later', async () => {
    const before = policy
      .replace('via oidc, jwt', 'via jwt')
      .replace(/^\/\/\/ Only[^}]*\}/m, '')
      .replace('to guest, staff', 'to staff')
    const own = await startDev({ 'policies/app.iap': before, 'callers.json': JSON.stringify({ ann: callers.ann }) })
    try {
      expect((await new CookieClient().send(`${own.origin}/users/x`, { headers: NAVIGATION })).status).toBe(401)
      own.write('policies/app.iap', before.replace('via jwt', 'via oidc, jwt'))
      await expect.poll(() => own.stdout(), WAIT).toContain('open in a browser')
      const port = Number([...own.stdout().matchAll(/proxy +http:\/\/127\.0\.0\.1:(\d+)/g)].at(-1)?.[1])
      const client = new CookieClient()
      const page = await client.submit(await client.open(`http://app.localhost:${port}/users/x`), { caller: 'ann', how: '' })
      expect(page.status).toBe(200)
    } finally {
      await own.close()
    }
  })

  test('a host that the policy gets later', async () => {
    const own = await startDev()
    try {
      const later = own.origin.replace('app.', 'later.')
      own.write('policies/app.iap', policy.replace('"app.localhost"', '"app.localhost", "later.localhost"'))
      await expect.poll(async () => (await new CookieClient().open(`${later}/users/x`)).url.origin, WAIT).toBe(own.issuer)
      const client = new CookieClient()
      const page = await client.submit(await client.open(`${later}/users/x`), { caller: 'ann', how: '' })
      expect([page.status, page.url.href]).toEqual([200, `${later}/users/x`])
    } finally {
      await own.close()
    }
  })

  test('scopes, UserInfo and words of the configuration for several factors', async () => {
    const own = await startDev({
      'iap.yaml': `
listeners: [{ address: 127.0.0.1:0 }]
identities:
  staff: { issuer: https://id.example, audience: https://app.example, algorithms: [ES256], clientId: app, clientSecret: { env: NONE }, scopes: [profile, offline_access], userinfo: true, mfa: { amr: [otp] } }
services: { app: { upstreams: [http://127.0.0.1:1] } }
audit: []
dev: { sources: ./policies, callers: ./callers.json, echo: true, issuer: 127.0.0.1:0 }
`,
    })
    try {
      const client = new CookieClient()
      const first = await client.submit(await client.open(`${own.origin}/users/x`), { caller: 'ann', how: '' })
      expect([first.url.href, first.status, first.body]).toEqual([`${own.origin}/users/x`, 200, expect.stringContaining('ann')])
      const picker = await client.open(`${own.origin}/second`)
      expect(/value="([^"]*)" checked/.exec(picker.body)?.[1]).toBe('mfa')
      expect(picker.body).toContain('<code>amr</code> <code>otp</code>')
      const page = await client.submit(picker, { caller: 'ann', how: 'mfa' })
      expect([page.status, page.url.pathname]).toEqual([200, '/second'])
    } finally {
      await own.close()
    }
  })
})

test('the package of the project does', async () => {
  const own = await startDev({}, (folder) => {
    mkdirSync(join(folder, 'alone'))
    mkdirSync(join(folder, 'node_modules'))
    copyFileSync(program, join(folder, 'alone', 'iap.js'))
    const installed = createRequire(import.meta.url).resolve('oidc-provider/package.json')
    symlinkSync(dirname(installed), join(folder, 'node_modules', 'oidc-provider'))
    return join(folder, 'alone', 'iap.js')
  })
  try {
    expect((await new CookieClient().open(`${own.origin}/users/x`)).body).toContain('Who are you?')
  } finally {
    await own.close()
  }
})

test('without the package it is said how to get it', () => {
  const { folder } = dev
  const alone = join(folder, 'alone')
  mkdirSync(alone)
  copyFileSync(program, join(alone, 'iap.js'))
  const { status, stderr } = spawnSync(process.execPath, [join(alone, 'iap.js'), 'run', '--dev'], {
    cwd: folder,
    encoding: 'utf8',
  })
  rmSync(alone, { recursive: true })
  expect(status).toBe(2)
  expect(stderr).toContain('needs the package oidc-provider for this, which is not installed')
  expect(stderr).toContain('npm install --save-dev oidc-provider')
})

test('without the package, callers who may also send tokens do', async () => {
  const policy = `
identity staff via oidc, jwt { sub: string }
service app at "app.localhost" { route home GET "/" }
permit home on app.home to staff
`
  const own = await startDev(
    { 'policies/app.iap': policy, 'callers.json': '{ "ann": { "identity": "staff", "claims": {} } }' },
    (folder) => {
      mkdirSync(join(folder, 'alone'))
      copyFileSync(program, join(folder, 'alone', 'iap.js'))
      return join(folder, 'alone', 'iap.js')
    },
  )
  try {
    expect(own.stderr()).toContain('run `npm install --save-dev oidc-provider`. Callers can send access tokens\n')
    expect(own.stdout()).not.toContain('open in a browser')
    const token = await (await fetch(`${own.issuer}/token?caller=ann&as=text`)).text()
    const headers = { authorization: `Bearer ${token.trim()}` }
    expect((await new CookieClient().send(`${own.origin}/`, { headers })).status).toBe(200)
  } finally {
    await own.close()
  }
})
