import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bearer,
  collectLog,
  fakePolicy,
  identityOf,
  manualClock,
  NO_METHOD,
  outcomeOf,
  requestWith,
} from '../../../../tests/support/identity.ts'
import { oauth2Of, startIntrospection, type TestIntrospection, testClient } from '../../../../tests/support/introspection.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from '../../../../tests/support/test-issuer.ts'
import { poll } from '../../../../tests/support/until.ts'
import { createAuthenticator } from '../../create-authenticator.ts'
import type { IdentityConfig } from '../../identity-config.ts'
import type { OAuth2Config } from './oauth2-config.ts'

/** Class "token accepted unverified", for tokens that say nothing by themselves: what their issuer says is read to the letter. */

let server: TestIntrospection
let issuer: TestIssuer
const now = Math.floor(Date.now() / 1000)

beforeAll(async () => {
  server = await startIntrospection()
  issuer = await startTestIssuer()
})
afterAll(async () => {
  await server.close()
  await issuer.close()
})

function identity(changes: Partial<OAuth2Config> = {}): IdentityConfig {
  return { ...NO_METHOD, oauth2: oauth2Of(server, changes) }
}

interface Setup {
  readonly identities?: Readonly<Record<string, IdentityConfig>>
  readonly clock?: () => number
  readonly monotonic?: () => number
  readonly fetchTimeout?: number
}

function setup({ identities = { partner: identity() }, clock = () => now * 1000, ...more }: Setup = {}) {
  const clients = new Map(Object.keys(identities).map((name) => [name, testClient()]))
  const log = collectLog()
  const authenticator = createAuthenticator(identities, { clock, log, clients, ...more })
  return {
    log,
    authenticator,
    async outcome(token: string): Promise<string> {
      return outcomeOf(await authenticator.authenticate(bearer(token), fakePolicy()), token)
    },
  }
}

let tokens = 0
const newToken = () => `opaque-${tokens++}`

/** What is enough, with what a case changes; undefined leaves out. */
const usual = (changes: object = {}) => ({
  active: true,
  iss: server.issuer,
  sub: 'ann',
  client_id: 'app',
  token_type: 'Bearer',
  iat: now,
  exp: now + 300,
  ...changes,
})

type Case = readonly [string, () => object | string, string]

const accepted: readonly Case[] = [
  ['the usual', () => usual(), 'caller'],
  ['a machine, without a subject', () => usual({ sub: undefined }), 'caller'],
  ['without an end', () => usual({ exp: undefined, iat: undefined }), 'caller'],
  ['without an issuer', () => usual({ iss: undefined }), 'caller'],
  ['the kind in other letters', () => usual({ token_type: 'bearer' }), 'caller'],
  ['Keycloak', () => usual({ token_type: undefined, typ: 'Bearer' }), 'caller'],
  ['Hydra', () => usual({ token_type: undefined, token_use: 'access_token' }), 'caller'],
  ['a scope', () => usual({ scope: 'read write' }), 'caller'],
]

const inactive: readonly Case[] = [
  ['active false', () => ({ active: false }), 'inactive'],
  ...['true', 'yes', 1, {}, [true], null, undefined].map(
    (active): Case => [`active ${JSON.stringify(active)}`, () => usual({ active }), 'inactive'],
  ),
  ['active under another name', () => usual({ active: undefined, Active: true }), 'inactive'],
  ['active by its prototype', () => '{"__proto__":{"active":true},"token_type":"Bearer"}', 'inactive'],
]

const readings: readonly Case[] = [
  ['active twice', () => '{"active":false,"active":true,"token_type":"Bearer"}', 'identity-provider-unavailable'],
  [
    'active twice, once escaped',
    () => '{"active":false,"\\u0061ctive":true,"token_type":"Bearer"}',
    'identity-provider-unavailable',
  ],
  ['a claim twice in a member', () => '{"active":true,"token_type":"Bearer","a":{"b":1,"b":2}}', 'identity-provider-unavailable'],
  ['a list', () => '[{"active":true}]', 'identity-provider-unavailable'],
  ['a text', () => '"active"', 'identity-provider-unavailable'],
  ['a byte order mark', () => `\ufeff${JSON.stringify(usual())}`, 'identity-provider-unavailable'],
  ['more than is read', () => usual({ more: 'x'.repeat(70_000) }), 'identity-provider-unavailable'],
  ['nothing', () => '', 'identity-provider-unavailable'],
]

const claims: readonly Case[] = [
  ['of another issuer', () => usual({ iss: 'https://other.example' }), 'issuer'],
  ['of the issuer with a slash', () => usual({ iss: `${server.issuer}/` }), 'issuer'],
  ['iss a list', () => usual({ iss: [server.issuer] }), 'claim-missing'],
  ['expired', () => usual({ exp: now - 31 }), 'expired'],
  ['exp a text', () => usual({ exp: String(now + 300) }), 'claim-missing'],
  ['exp null', () => usual({ exp: null }), 'claim-missing'],
  ['exp not a finite number', () => JSON.stringify(usual()).replace(/"exp":\d+/, '"exp":1e999'), 'claim-missing'],
  ['not valid yet', () => usual({ nbf: now + 31 }), 'not-yet-valid'],
  ['issued in the future', () => usual({ iat: now + 31 }), 'issued-in-future'],
  ['sub a number', () => usual({ sub: 7 }), 'claim-missing'],
  ['sub empty', () => usual({ sub: '' }), 'claim-missing'],
  ['client_id a list', () => usual({ client_id: ['app'] }), 'claim-missing'],
  ['scope a list', () => usual({ scope: ['read'] }), 'claim-missing'],
  ['aud a number', () => usual({ aud: 7 }), 'audience'],
]

/** A refresh token is as active, and an ID token may be. */
const kinds: readonly Case[] = [
  ['no kind', () => usual({ token_type: undefined }), 'not-an-access-token'],
  ['another kind', () => usual({ token_type: 'N_A' }), 'not-an-access-token'],
  ['the kind a list', () => usual({ token_type: ['Bearer'] }), 'not-an-access-token'],
  ['Keycloak: refresh', () => usual({ typ: 'Refresh' }), 'not-an-access-token'],
  ['Keycloak: ID', () => usual({ typ: 'ID' }), 'not-an-access-token'],
  ['Hydra: refresh', () => usual({ token_use: 'refresh_token' }), 'not-an-access-token'],
  ['an ID token’s claims', () => usual({ at_hash: 'x' }), 'not-an-access-token'],
  ['DPoP, and no key told', () => usual({ token_type: 'DPoP' }), 'not-an-access-token'],
]

const bound: readonly Case[] = [
  ['to a key, from a bearer', () => usual({ cnf: { jkt: 'x'.repeat(43) } }), 'proof-required'],
  ['to a certificate, without one', () => usual({ cnf: { 'x5t#S256': 'x'.repeat(43) } }), 'certificate-mismatch'],
  ['to nothing', () => usual({ cnf: {} }), 'sender-constrained'],
  ['to null', () => usual({ cnf: null }), 'sender-constrained'],
  ['to a text', () => usual({ cnf: 'jkt' }), 'sender-constrained'],
  ['to what cannot be checked', () => usual({ cnf: { kid: 'x' } }), 'sender-constrained'],
  ['to a key and what cannot be checked', () => usual({ cnf: { jkt: 'x'.repeat(43), jwe: 'x' } }), 'sender-constrained'],
  ['to what is no digest', () => usual({ cnf: { jkt: 'x' } }), 'sender-constrained'],
  ['to an empty digest', () => usual({ cnf: { 'x5t#S256': '' } }), 'sender-constrained'],
]

describe.each([
  ['accepted', accepted],
  ['not said to be active', inactive],
  ['a second reading', readings],
  ['claims that do not fit', claims],
  ['a token of another kind', kinds],
  ['bound', bound],
] as const)('%s', (_, cases) => {
  test.each(cases)('%s', async (_, answer, expected) => {
    const token = newToken()
    server.answer(token, answer())
    expect(await setup().outcome(token)).toBe(expected)
  })
})

describe('the answer as a whole', () => {
  test.each([
    ['a type that is not JSON', 200, 'text/html', 'identity-provider-unavailable'],
    ['a signed answer', 200, 'application/token-introspection+jwt', 'identity-provider-unavailable'],
    ['a type that begins like JSON', 200, 'application/jsonx', 'identity-provider-unavailable'],
    ['JSON with a parameter', 200, 'Application/JSON; charset=utf-8', 'caller'],
    ['another status of success', 201, 'application/json', 'identity-provider-unavailable'],
    ['a mistake', 500, 'application/json', 'identity-provider-unavailable'],
    ['not our client', 401, 'application/json', 'identity-provider-unavailable'],
  ])('%s', async (_, status, type, expected) => {
    const token = newToken()
    server.answer(token, (response) => response.writeHead(status, { 'content-type': type }).end(JSON.stringify(usual())))
    expect(await setup().outcome(token)).toBe(expected)
  })

  test('a redirect is not followed: the token would go with it', async () => {
    const token = newToken()
    server.answer(token, (response) => response.writeHead(307, { location: `${issuer.issuer}/introspect` }).end())
    expect(await setup().outcome(token)).toBe('identity-provider-unavailable')
    expect(issuer.requests.get('/introspect')).toBeUndefined()
  })

  test('bytes that are not UTF-8', async () => {
    const token = newToken()
    server.answer(token, (response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(
          Buffer.concat([Buffer.from('{"active":true,"token_type":"Bearer","sub":"'), Buffer.from([0xff]), Buffer.from('"}')]),
        ),
    )
    expect(await setup().outcome(token)).toBe('identity-provider-unavailable')
  })

  test('that it does not take such tokens is said of the token, not of the server', async () => {
    const token = newToken()
    server.answer(token, (response) =>
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"unsupported_token_type"}'),
    )
    const { outcome, authenticator } = setup()
    expect(await outcome(token)).toBe('inactive')
    expect(authenticator.status()).toMatchObject([{ available: true, problem: null }])
  })
})

describe('audience', () => {
  const audience = ['https://api.example', 'https://b.example']
  test.each([
    ['one of ours', 'https://b.example', 'caller'],
    ['a list with one of ours', ['x', 'https://api.example'], 'caller'],
    ['none', undefined, 'audience'],
    ['another', 'https://c.example', 'audience'],
    ['one that begins like ours', 'https://api.example/', 'audience'],
    ['a list that holds no text', [['https://api.example']], 'audience'],
  ])('%s', async (_, aud, expected) => {
    const token = newToken()
    // Being for us says enough of what it is.
    server.answer(token, usual({ aud, token_type: undefined }))
    expect(await setup({ identities: { partner: identity({ audience }) } }).outcome(token)).toBe(expected)
  })

  test('tells identities of one server apart, by one question', async () => {
    const identities = { partner: identity({ audience: ['a'] }), robot: identity({ audience: ['b'] }) }
    const { authenticator, outcome } = setup({ identities })
    const [token, both] = [newToken(), newToken()]
    server.answer(token, usual({ aud: 'b' }))
    server.answer(both, usual({ aud: ['a', 'b'] }))
    const before = server.asked.length
    expect(await authenticator.authenticate(bearer(token), fakePolicy())).toMatchObject({ identity: 'robot' })
    expect(server.asked.length).toBe(before + 1)
    expect(await outcome(both)).toBe('audience-ambiguous')
  })
})

describe('whose token it is', () => {
  const both = () => ({ staff: identityOf(issuer.issuer), partner: identity() })

  test('a JWT of an issuer whose keys are known is verified, and shown to nobody', async () => {
    const { authenticator, outcome } = setup({ identities: both(), clock: Date.now })
    const before = server.asked.length
    expect(await authenticator.authenticate(bearer(issuer.mint()), fakePolicy())).toMatchObject({ identity: 'staff' })
    expect(await outcome(issuer.mint({ aud: 'other' }))).toBe('audience')
    expect(await outcome(`${issuer.mint()}A`)).toBe('signature')
    expect(await outcome(`${issuer.mint()}=`)).toBe('token-malformed')
    expect(await outcome(`${issuer.mint()}.more`)).toBe('token-malformed')
    expect(await outcome(issuer.mint().replace(/^[^.]*/, 'x'))).toBe('token-malformed')
    expect(server.asked.length).toBe(before)
  })

  test('a JWT of a stranger is shown to nobody', async () => {
    const before = server.asked.length
    expect(await setup({ identities: both() }).outcome(issuer.mint({ iss: 'https://other.example' }))).toBe('issuer')
    expect(server.asked.length).toBe(before)
  })

  test('a JWT of the issuer that is asked is asked about', async () => {
    const token = issuer.mint({ iss: server.issuer })
    server.answer(token, usual())
    expect(await setup({ identities: both() }).outcome(token)).toBe('caller')
  })

  test('each server is shown its own tokens', async () => {
    const other = await startIntrospection()
    const identities = {
      partner: identity({ prefix: 'shop_' }),
      robot: { ...NO_METHOD, oauth2: oauth2Of(other, { prefix: 'mill_' }) },
    }
    const { outcome } = setup({ identities })
    server.answer('shop_1', usual())
    other.answer('mill_1', usual({ iss: other.issuer }))
    const before = server.asked.length
    expect([await outcome('shop_1'), await outcome('mill_1'), await outcome('else_1')]).toEqual(['caller', 'caller', 'issuer'])
    expect(server.asked.slice(before).map(({ form }) => form.get('token'))).toEqual(['shop_1'])
    expect(other.asked.map(({ form }) => form.get('token'))).toEqual(['mill_1'])
    await other.close()
  })

  test.each(['a b', 'a"b', 'ä', 'a\tb', '', '=', 'a,b', 'x'.repeat(12_289)])('not asked about: %j', async (token) => {
    const before = server.asked.length
    const request = { ...requestWith(), headers: { count: () => 1, get: () => `Bearer ${token}`, entries: () => [] } }
    expect(await setup().authenticator.authenticate(request, fakePolicy())).toMatchObject({ kind: 'refused', status: 401 })
    expect(server.asked.length).toBe(before)
  })

  test('the method is told to the policy', async () => {
    const token = newToken()
    server.answer(token, usual())
    const asked: string[][] = []
    const policy = { ...fakePolicy(), accepts: (...words: string[]) => asked.push(words) > 0 }
    await setup({ identities: both() }).authenticator.authenticate(bearer(token), policy as ReturnType<typeof fakePolicy>)
    expect(asked).toEqual([['partner', 'oauth2']])
  })
})

describe('what is kept', () => {
  function timed(changes: Partial<OAuth2Config> = {}) {
    const clock = manualClock(now * 1000)
    const monotonic = manualClock(0)
    const made = setup({ identities: { partner: identity(changes) }, clock, monotonic })
    return {
      ...made,
      clock,
      monotonic,
      advance(seconds: number) {
        clock.advance(seconds * 1000)
        monotonic.advance(seconds * 1000)
      },
    }
  }

  async function asks(run: () => Promise<unknown>): Promise<number> {
    const before = server.asked.length
    await run()
    return server.asked.length - before
  }

  test('is not asked about again before its time, and then is', async () => {
    const token = newToken()
    server.answer(token, usual())
    const { outcome, advance } = timed()
    expect(await asks(() => outcome(token))).toBe(1)
    advance(59)
    expect(await asks(() => outcome(token))).toBe(0)
    advance(1)
    expect(await asks(() => outcome(token))).toBe(1)
  })

  test('a token that was revoked stops at the end of that time', async () => {
    const token = newToken()
    server.answer(token, usual())
    const { outcome, advance } = timed()
    expect(await outcome(token)).toBe('caller')
    server.answer(token, { active: false })
    advance(59.9)
    expect(await outcome(token)).toBe('caller')
    advance(0.1)
    expect(await outcome(token)).toBe('inactive')
  })

  test('a token does not outlive its end, whatever the time', async () => {
    const token = newToken()
    server.answer(token, usual({ exp: now + 10 }))
    const { outcome, advance } = timed({ cache: 3_600_000, clockSkew: 0 })
    expect(await outcome(token)).toBe('caller')
    advance(9.9)
    expect(await asks(() => outcome(token))).toBe(0)
    advance(0.1)
    expect(await outcome(token)).toBe('expired')
  })

  test('by a clock that is set back it counts no longer either', async () => {
    const token = newToken()
    server.answer(token, usual())
    const { outcome, clock, monotonic } = timed()
    expect(await outcome(token)).toBe('caller')
    server.answer(token, { active: false })
    monotonic.advance(60_000)
    clock.advance(-5_000)
    expect(await outcome(token)).toBe('inactive')
  })

  test('nothing where `cache` is 0', async () => {
    const token = newToken()
    server.answer(token, usual())
    const { outcome } = timed({ cache: 0 })
    expect(await asks(() => outcome(token))).toBe(1)
    server.answer(token, { active: false })
    expect(await outcome(token)).toBe('inactive')
  })

  test('that a token is not active, for a second', async () => {
    const token = newToken()
    const { outcome, advance } = timed()
    expect(await asks(async () => [await outcome(token), await outcome(token)])).toBe(1)
    server.answer(token, usual())
    advance(1)
    expect(await outcome(token)).toBe('caller')
  })

  test('fifty requests with one token cause one question', async () => {
    const token = newToken()
    // A service that is slow.
    server.answer(token, (response) =>
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(usual())), 50),
    )
    const { outcome } = timed()
    expect(await asks(() => Promise.all(Array.from({ length: 50 }, () => outcome(token))))).toBe(1)
  })

  test('what was begun with it may last as long as the token', async () => {
    const [token, endless] = [newToken(), newToken()]
    server.answer(token, usual({ exp: now + 250 }))
    server.answer(endless, usual({ exp: undefined }))
    const { authenticator } = timed()
    expect(await authenticator.authenticate(bearer(token), fakePolicy())).toMatchObject({ expires: now + 280 })
    expect(await authenticator.authenticate(bearer(endless), fakePolicy())).toMatchObject({ expires: now + 3600 })
  })
})

describe('the issuer', () => {
  test('is asked with POST, and nothing of the token stands in the address', async () => {
    const token = newToken()
    server.answer(token, usual())
    await setup().outcome(token)
    const { form, headers } = server.asked.at(-1) as (typeof server.asked)[number]
    expect(Object.fromEntries(form)).toEqual({ token, token_type_hint: 'access_token' })
    expect(headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' })
    expect(Buffer.from(String(headers.authorization).slice(6), 'base64').toString()).toBe('iap:a+secret+of+the+tests')
  })

  test('does not take us for its client: it is told without the secret', async () => {
    const token = newToken()
    server.answer(token, (response) =>
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client","error_description":"no"}'),
    )
    const { outcome, authenticator, log } = setup()
    expect(await outcome(token)).toBe('identity-provider-unavailable')
    const problem = `\`${server.url}\` answers 401 (\`invalid_client\`) instead of 200: it does not accept the proxy as its client`
    expect(authenticator.status()).toEqual([{ issuer: server.issuer, available: false, keys: null, age: null, problem }])
    expect(log.lines.join('\n')).toContain('it does not accept the proxy as its client')
    expect(log.lines.join('\n')).not.toMatch(new RegExp(`secret of|${token}`))
  })

  test('does not answer in time: 503, and it is left alone for a second', async () => {
    const token = newToken()
    server.answer(token, () => {})
    const monotonic = manualClock(0)
    const { authenticator, outcome } = setup({ fetchTimeout: 100, monotonic })
    expect(await authenticator.authenticate(bearer(token), fakePolicy())).toMatchObject({ kind: 'refused', status: 503 })
    const before = server.asked.length
    const other = newToken()
    server.answer(other, usual())
    expect(await outcome(other)).toBe('identity-provider-unavailable')
    expect(server.asked.length).toBe(before)
    monotonic.advance(1000)
    expect(await outcome(other)).toBe('caller')
    expect(authenticator.status()).toMatchObject([{ available: true, problem: null }])
  })

  test('fails because of one token: others are asked about nevertheless', async () => {
    const [bad, good] = [newToken(), newToken()]
    server.answer(bad, (response) => response.writeHead(500).end())
    server.answer(good, usual())
    const { outcome } = setup()
    expect([await outcome(bad), await outcome(good)]).toEqual(['identity-provider-unavailable', 'caller'])
  })

  test('is asked about so many tokens of one address at a time: another address and known tokens do not wait', async () => {
    const waiting: (() => void)[] = []
    const slowly = (token: string) =>
      server.answer(token, (response) =>
        waiting.push(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(usual()))),
      )
    const monotonic = manualClock(0)
    const { authenticator, outcome } = setup({
      fetchTimeout: 60_000,
      monotonic,
      identities: { partner: identity({ cache: 1000 }) },
    })
    const [known, other] = [newToken(), newToken()]
    for (const token of [known, other]) server.answer(token, usual())
    expect(await outcome(known)).toBe('caller')
    const from = (sourceIp: string, token: string) => authenticator.authenticate({ ...bearer(token), sourceIp }, fakePolicy())
    const flood = Array.from({ length: 700 }, (_, i) => {
      slowly(`slow ${i}`.replace(' ', '-'))
      return from('192.0.2.1', `slow-${i}`)
    })
    // Half of the slots, and half of the places to wait.
    await poll(() => waiting.length).toBe(128)
    monotonic.advance(1000)
    const before = server.asked.length
    expect(await from('192.0.2.1', known)).toMatchObject({ kind: 'caller' })
    expect(await from('192.0.2.2', other)).toMatchObject({ kind: 'caller' })
    expect(server.asked.length).toBe(before + 2)
    const refused = await Promise.all(flood.slice(640))
    for (const answer of refused)
      expect(answer).toMatchObject({ kind: 'refused', status: 503, code: 'introspection-busy', retryAfter: 1 })
    // That is no fault of the issuer's.
    expect(authenticator.status()).toMatchObject([{ available: true, problem: null }])
    const answering = setInterval(() => {
      for (const answer of waiting.splice(0)) answer()
    }, 5)
    const first = await Promise.all(flood.slice(0, 128))
    expect(new Set(first.map(({ kind }) => kind))).toEqual(new Set(['caller']))
    await Promise.all(flood)
    clearInterval(answering)
  })

  test('breaks a connection that was idle: it is asked again', async () => {
    const token = newToken()
    let times = 0
    server.answer(token, (response) => {
      times += 1
      if (times === 1) return void response.destroy()
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(usual()))
    })
    expect(await setup().outcome(token)).toBe('caller')
    expect(times).toBe(2)
  })
})

describe('where its metadata says that it is asked', () => {
  test.each([
    ['the usual', (own: string) => ({ issuer: issuer.issuer, introspection_endpoint: own }), 'caller'],
    [
      'of another issuer',
      (own: string) => ({ issuer: `${issuer.issuer}/`, introspection_endpoint: own }),
      'identity-provider-unavailable',
    ],
    ['nowhere', () => ({ issuer: issuer.issuer }), 'identity-provider-unavailable'],
    ['a file', () => ({ issuer: issuer.issuer, introspection_endpoint: 'file:///etc/passwd' }), 'identity-provider-unavailable'],
  ])('%s', async (_, metadata, expected) => {
    issuer.answer('/.well-known/openid-configuration', metadata(server.url))
    const token = newToken()
    server.answer(token, usual({ iss: undefined }))
    const identities = { partner: identity({ issuer: issuer.issuer, introspection: null }) }
    expect(await setup({ identities }).outcome(token)).toBe(expected)
  })

  test('with what the client is authenticated, if it says', async () => {
    issuer.answer('/.well-known/openid-configuration', {
      issuer: issuer.issuer,
      introspection_endpoint: server.url,
      introspection_endpoint_auth_methods_supported: ['client_secret_post'],
    })
    const token = newToken()
    server.answer(token, usual({ iss: undefined, aud: TEST_AUDIENCE }))
    const identities = { partner: identity({ issuer: issuer.issuer, introspection: null }) }
    expect(await setup({ identities }).outcome(token)).toBe('caller')
    const { form, headers } = server.asked.at(-1) as (typeof server.asked)[number]
    expect(headers.authorization).toBeUndefined()
    expect(form.get('client_secret')).toBe('a secret of the tests')
  })
})
