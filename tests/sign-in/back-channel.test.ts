/** What a provider sends when somebody has signed out there, letter by letter (OpenID Connect Back-Channel Logout 1.0, section 2.6). */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CookieClient } from '../support/cookie-client.ts'
import { openSignIn, type SignInStage, type StartedProxy } from './start-sign-in.ts'

let stage: SignInStage
let started: StartedProxy
let client: CookieClient

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const now = () => Math.floor(Date.now() / 1000)

// One proxy for all: each test signs in anew.
beforeAll(async () => {
  stage = await openSignIn()
  started = await stage.start({ lives: 'stage', workers: 2 })
})

beforeEach(async () => {
  client = new CookieClient()
  await client.submit(await client.open(`${started.origin}/users/x`), { account: 'ann' })
})

afterAll(() => stage?.close())

function claims(): Record<string, unknown> {
  return {
    iss: stage.provider.issuer,
    aud: 'iap',
    iat: now(),
    exp: now() + 120,
    jti: randomUUID(),
    sub: 'ann',
    events: { [EVENT]: {} },
  }
}

async function tell(token: string, form: Record<string, string> = { logout_token: token }): Promise<readonly unknown[]> {
  const { status, headers } = await new CookieClient().send(`${started.origin}/.iap/backchannel-logout`, { form })
  return [status, headers['x-iap-error']]
}

async function status(): Promise<number> {
  return (await client.send(`${started.origin}/users/x`)).status
}

test('a good one ends all sessions of its subject, in every worker, and counts once', async () => {
  for (let i = 0; i < 4; i++) expect(await status()).toBe(200)
  const other = new CookieClient()
  await other.submit(await other.open(`${started.origin}/users/x`), { account: 'bob' })
  const token = stage.provider.signNow(claims(), { typ: 'logout+jwt' })
  expect(await tell(token)).toEqual([200, undefined])
  for (let i = 0; i < 4; i++) expect(await status()).toBe(401)
  expect((await other.send(`${started.origin}/users/x`)).status).toBe(200)
  expect(await tell(token)).toEqual([400, 'logout-token'])
})

describe('a bad one ends nothing', () => {
  /** What is other in the claims, and in the header; undefined: it is missing. */
  type Change = () => readonly [claims: object, header?: object]
  const changes: readonly (readonly [string, Change])[] = [
    ['without typ', () => [{}, { typ: undefined }]],
    ['with the typ of an ID token', () => [{}, { typ: 'JWT' }]],
    ['with the typ of an access token', () => [{}, { typ: 'at+jwt' }]],
    ['of another issuer', () => [{ iss: 'https://evil.example' }]],
    ['for another client', () => [{ aud: 'other' }]],
    ['for nobody', () => [{ aud: undefined }]],
    ['without iat', () => [{ iat: undefined }]],
    ['of long ago', () => [{ iat: now() - 3600, exp: undefined }]],
    ['ahead of time', () => [{ iat: now() + 3600 }]],
    ['that has expired', () => [{ exp: now() - 60 }]],
    ['with an exp that is a text', () => [{ exp: `${now() + 60}` }]],
    ['without jti', () => [{ jti: undefined }]],
    ['without events', () => [{ events: undefined }]],
    ['with events that are a list', () => [{ events: [EVENT] }]],
    ['of another event', () => [{ events: { 'http://schemas.openid.net/event/other': {} } }]],
    ['whose event is no object', () => [{ events: { [EVENT]: true } }]],
    ['with a nonce', () => [{ nonce: 'x' }]],
    ['of nobody', () => [{ sub: undefined }]],
    ['of a number', () => [{ sub: 7 }]],
    ['with a sid that is no text', () => [{ sid: null }]],
    ['with crit', () => [{}, { crit: ['x'] }]],
    ['by a key that is not published', () => [{}, { kid: 'other' }]],
    ['of another algorithm', () => [{}, { alg: 'HS256' }]],
    ['without an algorithm', () => [{}, { alg: 'none' }]],
  ]
  test.each(changes)('a logout token %s', async (_, change) => {
    const [other, header] = change()
    const token = stage.provider.signNow({ ...claims(), ...other }, { typ: 'logout+jwt', ...header })
    expect(await tell(token)).toEqual([400, 'logout-token'])
    expect(await status()).toBe(200)
  })

  test('what is no form with one token', async () => {
    const good = stage.provider.signNow(claims(), { typ: 'logout+jwt' })
    for (const form of [
      {},
      { logout_token: '' },
      { token: good },
      { logout_token: `${good}x` },
      { logout_token: good.slice(0, -3) },
    ])
      expect(await tell('', form as Record<string, string>)).toEqual([400, 'logout-token'])
    const json = await new CookieClient().send(`${started.origin}/.iap/backchannel-logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    })
    expect(json.status).toBe(400)
    const long = await tell('x'.repeat(20_000))
    expect(long).toEqual([400, 'logout-token'])
    expect((await new CookieClient().send(`${started.origin}/.iap/backchannel-logout`)).status).toBe(405)
    expect(await status()).toBe(200)
  })
})
