/** What the log says of those who sign in and out, and of those who cannot. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LoginRecord } from '../../runtime/telemetry/audit/index.ts'
import { CookieClient } from '../support/cookie-client.ts'
import { type SamlifyProvider, startSamlify } from '../support/samlify-provider.ts'
import { eventually } from '../support/until.ts'
import { openSaml, type SamlStage } from './start-saml.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

const schema = JSON.parse(readFileSync('runtime/telemetry/audit/login-record.schema.json', 'utf8'))
const validate = formats.default(new Ajv({ allowUnionTypes: true })).compile(schema)

const loginsOf = ({ noted }: StartedProxy) =>
  noted().filter((record): record is LoginRecord => 'kind' in record && record.kind === 'login')

/** Once there are so many, after those of earlier tests. */
async function logins(started: StartedProxy, count: number, earlier = 0): Promise<readonly LoginRecord[]> {
  const all = () => loginsOf(started).slice(earlier)
  const found = await eventually(() => (all().length >= count ? all() : undefined))
  for (const record of found) expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
  expect(found).toHaveLength(count)
  return found
}

/** What every record of a request that a client of the test has sent has. */
const common = {
  version: 3,
  stream: expect.any(String),
  seq: expect.any(Number),
  hash: expect.any(String),
  kind: 'login',
  time: expect.any(String),
  requestId: expect.any(String),
  source: '127.0.0.1',
  host: 'app.localhost',
  identity: 'staff',
}
const nothing = { subject: null, session: null, code: null, detail: null }

describe('with OpenID', () => {
  let stage: SignInStage
  let started: StartedProxy
  const client = () => new CookieClient()

  beforeAll(async () => {
    stage = await openSignIn()
    started = await stage.start({ lives: 'stage' })
  })
  /** Records of tests before this one. */
  let earlier = { logins: 0, audit: 0 }
  beforeEach(() => {
    earlier = { logins: loginsOf(started).length, audit: started.audit().length }
  })
  const audit = () => started.audit().slice(earlier.audit)
  afterAll(() => stage?.close())

  test('in and out, by the person', async () => {
    const ann = client()
    await ann.submit(await ann.open(`${started.origin}/users/x`), { account: 'ann' })
    await ann.submit(await ann.open(`${started.origin}/.iap/logout`))
    const [login, logout] = await logins(started, 2, earlier.logins)
    const passed = await eventually(() => audit().find(({ path, status }) => path === '/users/x' && status === 200))
    const session = passed.caller?.credential
    const about = { ...common, ...nothing, method: 'oidc', by: 'person', outcome: 'success', subject: 'ann', session }
    expect(login).toEqual({ ...about, action: 'login' })
    expect(logout).toEqual({ ...about, action: 'logout' })
    // Each stands beside the record of its request.
    const beside = audit().find(({ path }) => path === '/.iap/callback/staff')
    expect([beside?.requestId, beside?.detail]).toEqual([login?.requestId, '`staff` has signed in'])
  })

  test('an address that nobody has begun, and one of another browser', async () => {
    expect((await client().send(`${started.origin}/.iap/callback/staff?code=x&state=y`)).status).toBe(400)
    const ann = client()
    const page = await ann.send(`${started.origin}/.iap/login?with=staff`)
    const state = new URL(page.location ?? '').searchParams.get('state')
    expect((await client().send(`${started.origin}/.iap/callback/staff?code=x&state=${state}`)).status).toBe(400)
    const failed = { ...common, ...nothing, action: 'login', by: 'person', outcome: 'failure', code: 'login-state' }
    expect(await logins(started, 2, earlier.logins)).toEqual([
      { ...failed, method: 'oidc', detail: expect.stringContaining('no valid `state`') },
      { ...failed, method: 'oidc', detail: expect.stringContaining('this browser began no login') },
    ])
  })

  test('what the provider refuses', async () => {
    const ann = client()
    const page = await ann.send(`${started.origin}/.iap/login?with=staff`)
    const state = new URL(page.location ?? '').searchParams.get('state')
    const answer = `error=access_denied&state=${state}&iss=${encodeURIComponent(stage.provider.issuer)}`
    await ann.send(`${started.origin}/.iap/callback/staff?${answer}`)
    expect(await logins(started, 1, earlier.logins)).toMatchObject([
      { ...common, action: 'login', outcome: 'failure', method: 'oidc', code: 'login-refused', subject: null, session: null },
    ])
  })

  test('a login that only begins, and a session that was never there, leave none', async () => {
    const ann = client()
    await ann.open(`${started.origin}/users/x`)
    const page = await ann.open(`${started.origin}/.iap/logout`)
    await ann.submit(page)
    await eventually(() => audit().find(({ path, method }) => path === '/.iap/logout' && method === 'POST'))
    await logins(started, 0, earlier.logins)
  })

  test('out, by the provider, and a message that does not count', async () => {
    const ann = client()
    await ann.submit(await ann.open(`${started.origin}/users/x`), { account: 'ann' })
    const now = Math.floor(Date.now() / 1000)
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    const claims = { iss: stage.provider.issuer, aud: 'iap', iat: now, exp: now + 120, jti: randomUUID(), sub: 'ann', events }
    const tell = (token: string) => client().send(`${started.origin}/.iap/backchannel-logout`, { form: { logout_token: token } })
    expect((await tell(stage.provider.signNow(claims, { typ: 'logout+jwt' }))).status).toBe(200)
    expect((await tell('nonsense')).status).toBe(400)
    const [, ...told] = await logins(started, 3, earlier.logins)
    const logout = { ...common, ...nothing, action: 'logout', by: 'provider' }
    expect(told).toEqual([
      { ...logout, outcome: 'success', method: 'oidc', subject: 'ann' },
      { ...logout, outcome: 'failure', identity: null, method: null, code: 'logout-token', detail: expect.any(String) },
    ])
  })

  test('a provider that cannot be asked', async () => {
    const other = await stage.start()
    await stage.provider.down()
    await client().open(`${other.origin}/users/x`)
    expect(await logins(other, 1)).toMatchObject([
      { action: 'login', outcome: 'failure', code: 'login-unavailable', identity: 'staff' },
    ])
  })
})

describe('with SAML', () => {
  let stage: SamlStage
  let provider: SamlifyProvider

  beforeAll(async () => {
    stage = await openSaml()
    provider = await startSamlify()
    provider.accounts.set('ann', { mail: ['ann@desk.example'], memberOf: ['users'] })
    provider.login = { contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password', authenticated: Date.now }
  })
  afterAll(async () => {
    await stage?.close()
    await provider?.close()
  })

  test('in, by the person; out, by the provider; and what is neither', async () => {
    const started = await stage.start(provider.metadata)
    provider.meet((await new CookieClient().send(`${started.origin}/.iap/saml/metadata`)).body)
    const ann = new CookieClient()
    const page = await ann.submit(await ann.open(`${started.origin}/users/x`), { account: 'ann' })
    expect((await ann.submit(page)).status).toBe(200)
    const passed = await eventually(() => started.audit().find(({ path, status }) => path === '/users/x' && status === 200))
    await new CookieClient().open(provider.logoutAddress('ann', 'session-of-ann'))
    await new CookieClient().send(`${started.origin}/.iap/saml/acs/staff`, { form: { SAMLResponse: 'x', RelayState: 'y' } })
    await new CookieClient().send(`${started.origin}/.iap/saml/logout?SAMLRequest=x`)
    const about = { ...common, ...nothing, method: 'saml', subject: 'ann', outcome: 'success' }
    const failed = { ...common, ...nothing, identity: null, method: null, outcome: 'failure', detail: expect.any(String) }
    expect(await logins(started, 4)).toEqual([
      { ...about, action: 'login', by: 'person', session: passed.caller?.credential },
      { ...about, action: 'logout', by: 'provider' },
      { ...failed, identity: 'staff', method: 'saml', action: 'login', by: 'person', code: 'login-state' },
      { ...failed, action: 'logout', by: 'provider', code: 'logout-request' },
    ])
  })
})
