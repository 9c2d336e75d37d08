import { describe, expect, test } from 'vitest'
import { NO_METHOD } from '../../../../tests/support/identity.ts'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

const load = (identities: string) =>
  loadConfig(`listeners: [{ address: "127.0.0.1:0" }]\nidentities: ${identities}\n`, '/etc/iap/iap.yaml', { dev: true })

function problems(identities: string): string[] {
  const result = load(identities)
  return result.ok ? [] : result.errors.map((error) => renderConfigError(error).replace(/^[^ ]* /, ''))
}

function read(identity: string) {
  const result = load(`{ partner: { ${identity} } }`)
  if (!result.ok) throw new Error(result.errors.map(renderConfigError).join('\n'))
  return result.config.identities.partner
}

const BASE = 'issuer: "https://id.example", clientId: iap'
const SECRET = `${BASE}, clientSecret: { env: SECRET }`
const ASKED = `${SECRET}, cache: 60s`

test('the least', () => {
  expect(read(ASKED)).toEqual({
    ...NO_METHOD,
    oauth2: {
      issuer: 'https://id.example',
      audience: [],
      introspection: null,
      clientId: 'iap',
      client: { kind: 'secret', secret: { env: 'SECRET' } },
      tls: null,
      prefix: null,
      cache: 60_000,
      clockSkew: 30_000,
      dpop: { required: false, nonce: false },
      mfa: { amr: ['mfa'], acr: ['mfa'] },
    },
  })
})

test('everything', () => {
  const all = `${BASE}, clientKey: ./iap.key, audience: [a, b], introspection: "https://id.example/ask", prefix: at_, cache: 0s,
    clockSkew: 1s, tls: { ca: ./ca.pem, cert: ./c.pem, key: ./c.key }, dpop: { required: true, nonce: true }`
  expect(read(all)?.oauth2).toMatchObject({
    audience: ['a', 'b'],
    introspection: 'https://id.example/ask',
    client: { kind: 'key', file: '/etc/iap/iap.key' },
    tls: { ca: { file: '/etc/iap/ca.pem' }, pair: { cert: '/etc/iap/c.pem', key: '/etc/iap/c.key' }, serverName: null },
    prefix: 'at_',
    cache: 0,
    clockSkew: 1000,
    dpop: { required: true, nonce: true },
  })
  expect(read(`${BASE}, clientSecret: { file: ./secret }, audience: a`)?.oauth2?.client).toEqual({
    kind: 'secret',
    secret: { file: '/etc/iap/secret' },
  })
  expect(read(`${BASE}, tls: { cert: c, key: k }`)?.oauth2?.client).toEqual({ kind: 'certificate' })
})

test('by which methods', () => {
  const methods = (identity: string) =>
    Object.entries(read(identity) ?? {}).flatMap(([name, own]) => (own === null ? [] : [name]))
  // A client is there to sign in, unless it is said that it asks about tokens.
  expect(methods(SECRET)).toEqual(['oidc'])
  expect(methods(`${SECRET}, algorithms: [ES256]`)).toEqual(['oidc'])
  expect(methods(`${SECRET}, scopes: [a]`)).toEqual(['oidc'])
  for (const key of [
    'cache: 1s',
    'introspection: "https://id.example/ask"',
    'prefix: a',
    'tls: { cert: c, key: k }',
    'audience: a',
  ])
    expect(methods(`${SECRET}, ${key}`)).toEqual(['oauth2'])
  expect(methods(`${SECRET}, dpop: { required: true }`)).toEqual(['oauth2'])
  for (const key of ['scopes: [a]', 'userinfo: true', 'staleSession: 1h'])
    expect(methods(`${SECRET}, cache: 1s, ${key}`)).toEqual(['oauth2', 'oidc'])
  // Who may vouch for the issuer says nothing of the method.
  expect(methods(`${SECRET}, tls: { ca: a }`)).toEqual(['oidc'])
  expect(methods(`${SECRET}, cache: 1s, tls: { ca: a }`)).toEqual(['oauth2'])
  expect(methods('issuer: "https://id.example", audience: a, algorithms: [ES256], tls: { ca: a }')).toEqual(['jwt'])
  // `algorithms` says that keys verify.
  expect(methods(`${SECRET}, audience: a, algorithms: [ES256]`)).toEqual(['jwt', 'oidc'])
  expect(methods(`${SECRET}, audience: a, algorithms: [ES256], cache: 1s`)).toEqual(['jwt', 'oauth2'])
  expect(methods(`${SECRET}, audience: a, algorithms: [ES256], cache: 1s, scopes: [a]`)).toEqual(['jwt', 'oauth2', 'oidc'])
  expect(methods('issuer: "https://id.example", audience: a, algorithms: [ES256], dpop: { required: true }')).toEqual(['jwt'])
})

describe('what is wrong', () => {
  test.each([
    [
      'nothing shows that it is the client',
      `${BASE}, audience: a`,
      /client authentication: set one of `clientSecret`, `clientKey`, and `tls` with `cert` and `key`$/,
    ],
    [
      'nothing shows it to whom people sign in at',
      BASE,
      /needs client authentication: set either `clientSecret` or `clientKey`$/,
    ],
    [
      'a certificate does not do for signing in',
      `${BASE}, tls: { cert: c, key: k }, scopes: [a]`,
      /client authentication: set either `clientSecret` or `clientKey`$/,
    ],
    [
      'tokens without `algorithms`, beside signing in',
      `${SECRET}, audience: a, scopes: [a]`,
      /^`identities\.partner` lacks `algorithms`: add it$/,
    ],
    ['tls without a certificate shows nothing', `${BASE}, tls: { ca: a }`, /needs client authentication/],
    ['a certificate without its key', `${BASE}, tls: { cert: c }`, /`identities\.partner\.tls` lacks `key`/],
    ['both', `${SECRET}, clientKey: k`, /must have either `clientSecret` or `clientKey`, not both/],
    ['no client', 'issuer: "https://id.example", clientSecret: { env: S }', /lacks `clientId`/],
    ['no issuer', 'clientId: iap, clientSecret: { env: S }', /lacks `issuer`/],
    [
      'a key of it beside those of another method',
      'issuer: "https://id.example", audience: a, algorithms: [ES256], cache: 1s',
      /lacks `clientId`/,
    ],
    [
      'a secret in the configuration',
      `${BASE}, clientSecret: hunter2hunter2`,
      /must be either `\{ env: NAME \}` or `\{ file: PATH \}`$/,
    ],
    ['two secrets', `${BASE}, clientSecret: { env: A, file: b }`, /not both/],
    ['clear text', `${SECRET}, introspection: "http://id.example/ask"`, /must be `https:`/],
    ['kept too long', `${SECRET}, cache: 2h`, /must be at most `1h`/],
    ['a key that only JWTs have', `${SECRET}, jwks: "https://id.example/jwks"`, /lacks `audience`[\s\S]*lacks `algorithms`/],
    [
      '`algorithms` beside tokens that the issuer is asked about',
      `${SECRET}, cache: 1s, algorithms: [ES256]`,
      /lacks `audience`: add it$/,
    ],
    [
      'bound tokens beside signing in',
      `${SECRET}, scopes: [a], dpop: { required: true }`,
      /lacks `audience`[\s\S]*lacks `algorithms`/,
    ],
    ['keys of keys beside tokens that the issuer is asked about', `${SECRET}, cache: 1s, staleKeys: 1h`, /lacks `algorithms`/],
    [
      'keys of tokens beside API keys',
      'issuer: "https://id.example", keys: { file: a, hmacKey: { env: A } }',
      /lacks `audience`/,
    ],
    ['skew of clocks beside certificates', 'clockSkew: 1s, trustDomain: x', /lacks `issuer`/],
    ['a prefix that is none', `${SECRET}, prefix: "a b"`, /must be the beginning of a token/],
  ])('%s', (_, identity, message) => {
    const found = problems(`{ partner: { ${identity} } }`)
    expect(found.join('\n')).toMatch(message)
  })
})

describe('several', () => {
  const two = (a: string, b: string) => problems(`{ a: { ${SECRET}, ${a} }, b: { ${SECRET}, ${b} } }`)
  const elsewhere = 'introspection: "https://other.example/ask"'

  test.each([
    ['of one server, by audience', 'audience: a', 'audience: b'],
    ['of two, by prefix', 'prefix: a_', `${elsewhere}, prefix: b_`],
  ])('%s', (_, a, b) => expect(two(a, b)).toEqual([]))

  test.each([
    ['of one server, without an audience', 'cache: 1s', 'audience: b', /use the same server, and one of them has no `audience`/],
    ['of one server, with one in common', 'audience: [a, b]', 'audience: [b, c]', /both have the audience `b`/],
    ['of two', 'audience: a', `${elsewhere}, audience: b`, /use different servers: each needs a `prefix`/],
    ['of two, one with a prefix', 'prefix: a_', elsewhere, /use different servers/],
    ['of two, one prefix the beginning of the other', 'prefix: a_', `${elsewhere}, prefix: a_b`, /use different servers/],
    ['of two, with one prefix', 'prefix: a_', `${elsewhere}, prefix: a_`, /use different servers/],
  ])('%s', (_, a, b, message) => {
    const found = two(a, b)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(message)
  })
})
