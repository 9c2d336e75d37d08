import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, collectLog, fakePolicy, identityOf, outcomeOf } from '../../../../tests/support/identity.ts'
import {
  base64url,
  compactJws,
  hmacJws,
  startTestIssuer,
  TEST_AUDIENCE,
  type TestIssuer,
  testKey,
} from '../../../../tests/support/test-issuer.ts'
import { createAuthenticator } from '../../create-authenticator.ts'

/** Class "token accepted unverified": Envoy CVE-2022-29226, fast-jwt CVE-2023-48223, hono CVE-2026-22817, and its kin in RFC 8725. */

let issuer: TestIssuer
let other: TestIssuer
const now = Math.floor(Date.now() / 1000)

beforeAll(async () => {
  issuer = await startTestIssuer('ES256')
  other = await startTestIssuer('ES256')
})
afterAll(async () => {
  await issuer.close()
  await other.close()
})

async function outcome(token: string): Promise<string> {
  const authenticator = createAuthenticator(
    { staff: identityOf(issuer.issuer), plain: identityOf(issuer.issuer, { profile: 'jwt', audience: [PLAIN] }) },
    { clock: () => now * 1000, log: collectLog() },
  )
  const first = await authenticator.authenticate(bearer(token), fakePolicy())
  if (first.kind !== 'refused') return `${first.kind}`
  expect(first.status).toBe(401)
  expect(first.wwwAuthenticate).toBe('Bearer realm="iap", error="invalid_token"')
  expect(first.message).not.toContain(token.slice(0, 20))
  return outcomeOf(first, token)
}

/** The audience of the identity with profile `jwt`. */
const PLAIN = 'https://plain.example'

const header = (changes: object = {}): string => {
  const { kid } = issuer.keys[0] as { kid: string }
  return JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid, ...changes })
}
const payload = (changes: object = {}): string => {
  const usual = { iss: issuer.issuer, aud: TEST_AUDIENCE, sub: 'ann', client_id: 'app', jti: '1', iat: now, exp: now + 300 }
  return JSON.stringify({ ...usual, ...changes })
}
const signed = (head: string, body: string): string => compactJws(head, body, issuer.keys[0] as ReturnType<typeof testKey>)
const minted = (claims: object = {}, head: object = {}): string => issuer.mint({ ...claims }, { header: { ...head }, now })
const plain = (claims: object = {}, typ: string | undefined = 'JWT'): string => minted({ aud: PLAIN, ...claims }, { typ })
const publicPem = (): string => String(issuer.keys[0]?.publicKey.export({ type: 'spki', format: 'pem' }))
const unsigned = (alg: unknown): string => `${base64url(header({ alg }))}.${base64url(payload())}.`

function cut(token: string): string {
  const [head, body, signature = ''] = token.split('.')
  return `${head}.${body}.${Buffer.from(signature, 'base64url').subarray(0, 60).toString('base64url')}`
}

type Case = readonly [string, () => string, string]

const accepted: readonly Case[] = [
  ['an access token of RFC 9068', () => minted(), 'caller'],
  ['typ in full and in capitals', () => minted({}, { typ: 'Application/AT+JWT' }), 'caller'],
  ['one audience among several', () => minted({ aud: ['x', TEST_AUDIENCE] }), 'caller'],
  ['expired within the skew', () => minted({ exp: now - 29 }), 'caller'],
  ['issued by a clock that is ahead within the skew', () => minted({ iat: now + 29, nbf: now + 29 }), 'caller'],
  ['profile jwt: typ JWT and a scope', () => plain({ client_id: undefined, scope: 'read' }), 'caller'],
  ['profile jwt: no typ, and a client', () => plain({}, undefined), 'caller'],
  ['profile jwt: a token that says at+jwt', () => plain({}, 'at+jwt'), 'caller'],
  ['profile jwt: Keycloak', () => plain({ client_id: undefined, typ: 'Bearer', azp: 'app' }), 'caller'],
  ['profile jwt: Cognito', () => plain({ token_use: 'access' }), 'caller'],
  ['profile jwt: Entra', () => plain({ client_id: undefined, scp: 'orders.read', azp: PLAIN }), 'caller'],
]

const algorithms: readonly Case[] = [
  ...['none', 'None', 'NONE', 'nOnE'].map((alg): Case => [`alg ${alg}, no signature`, () => unsigned(alg), 'token-malformed']),
  ['alg none with a signature', () => signed(header({ alg: 'none' }), payload()), 'token-algorithm'],
  ['HS256 under the public key (PEM)', () => hmacJws(header({ alg: 'HS256' }), payload(), publicPem()), 'token-algorithm'],
  [
    'HS256 under the public key (JWK)',
    () => hmacJws(header({ alg: 'HS256' }), payload(), JSON.stringify(issuer.keys[0]?.jwk)),
    'token-algorithm',
  ],
  ['HS256 under an empty secret', () => hmacJws(header({ alg: 'HS256' }), payload(), ''), 'token-algorithm'],
  ['ES256 that is an HMAC', () => hmacJws(header(), payload(), publicPem()), 'signature'],
  ['an algorithm that is not configured', () => signed(header({ alg: 'RS256' }), payload()), 'token-algorithm'],
  ['alg in lower case', () => signed(header({ alg: 'es256' }), payload()), 'token-algorithm'],
  ['alg a list', () => signed(header({ alg: ['ES256'] }), payload()), 'token-algorithm'],
  ['no alg', () => signed(header({ alg: undefined }), payload()), 'token-algorithm'],
  [
    'r and s zero (CVE-2022-21449)',
    () => `${minted().split('.').slice(0, 2).join('.')}.${Buffer.alloc(64).toString('base64url')}`,
    'signature',
  ],
  ['a signature cut short', () => cut(minted()), 'signature'],
  ['a payload exchanged', () => minted().replace(/\.[^.]+\./, `.${base64url(payload({ sub: 'root' }))}.`), 'signature'],
]

const keys: readonly Case[] = [
  ['signed by a key of nobody under a known kid', () => compactJws(header(), payload(), testKey('ES256')), 'signature'],
  ['jwk in the header', () => foreign((key) => ({ jwk: key.jwk })), 'unknown-key'],
  ['jku in the header', () => foreign(() => ({ jku: `${other.issuer}/jwks` })), 'unknown-key'],
  ['x5u in the header', () => foreign(() => ({ x5u: `${other.issuer}/jwks` })), 'unknown-key'],
  ['x5c in the header', () => foreign(() => ({ x5c: ['MIIB'] })), 'unknown-key'],
  [
    'jwk beside a good signature is of no meaning',
    () => minted({}, { jwk: { kty: 'oct', k: 'AA' }, jku: other.issuer }),
    'caller',
  ],
  ['kid a path', () => minted({}, { kid: '../../etc/passwd' }), 'unknown-key'],
  ['kid a number', () => minted({}, { kid: 1 }), 'token-header'],
  ['kid __proto__', () => minted({}, { kid: '__proto__' }), 'unknown-key'],
]

function foreign(parameters: (key: ReturnType<typeof testKey>) => object): string {
  const key = testKey('ES256')
  return compactJws(header({ kid: key.kid, ...parameters(key) }), payload(), key)
}

const headers: readonly Case[] = [
  ['crit with something unknown', () => minted({}, { crit: ['x'], x: 1 }), 'token-header'],
  ['crit that is empty', () => minted({}, { crit: [] }), 'token-header'],
  ['b64 false', () => minted({}, { b64: false, crit: ['b64'] }), 'token-header'],
  ['b64 true', () => minted({}, { b64: true }), 'token-header'],
  ['zip', () => minted({}, { zip: 'DEF' }), 'token-header'],
  ['enc', () => minted({}, { enc: 'A128GCM' }), 'token-header'],
  ['an encrypted token', () => 'a.b.c.d.e', 'token-malformed'],
]

const types: readonly Case[] = [
  ['typ JWT', () => minted({}, { typ: 'JWT' }), 'token-type'],
  ['no typ', () => minted({}, { typ: undefined }), 'token-type'],
  ['typ at+jwt2', () => minted({}, { typ: 'at+jwt2' }), 'token-type'],
  ['typ x/at+jwt', () => minted({}, { typ: 'x/at+jwt' }), 'token-type'],
  ['typ a list', () => minted({}, { typ: ['at+jwt'] }), 'token-type'],
  ['our own assertion', () => minted({ identity: 'staff' }, { typ: 'iap-assertion+jwt' }), 'token-type'],
  ['our own assertion, profile jwt', () => plain({ identity: 'staff' }, 'iap-assertion+jwt'), 'token-type'],
  ['a logout token', () => minted({ events: {} }, { typ: 'logout+jwt' }), 'token-type'],
  [
    'a logout token, profile jwt',
    () => plain({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    'not-an-access-token',
  ],
  ['a client assertion', () => minted({}, { typ: 'client-authentication+jwt' }), 'token-type'],
  ['a DPoP proof', () => minted({}, { typ: 'dpop+jwt' }), 'token-type'],
  ['a security event token', () => plain({ events: {} }, 'secevent+jwt'), 'token-type'],
]

/** OpenID Connect Core: what an ID token for this audience can look like. None is an access token. */
const idToken = { client_id: undefined, jti: undefined }
const idTokens: readonly Case[] = [
  ['the least ID token', () => plain(idToken), 'not-an-access-token'],
  ['the least ID token, no typ', () => plain(idToken, undefined), 'not-an-access-token'],
  ['with azp', () => plain({ ...idToken, azp: PLAIN }), 'not-an-access-token'],
  [
    'with auth_time, acr, amr, sid',
    () => plain({ ...idToken, auth_time: now, acr: '1', amr: ['pwd'], sid: 's' }),
    'not-an-access-token',
  ],
  ['with a profile', () => plain({ ...idToken, email: 'a@b.c', email_verified: true, groups: ['admin'] }), 'not-an-access-token'],
  ...['nonce', 'at_hash', 'c_hash', 's_hash'].map(
    (name): Case => [`with ${name}, and a scope`, () => plain({ scope: 'openid', [name]: 'x' }), 'not-an-access-token'],
  ),
  ['Keycloak: typ ID', () => plain({ typ: 'ID', scope: 'openid' }), 'not-an-access-token'],
  ['Keycloak: typ Refresh', () => plain({ typ: 'Refresh', scope: 'openid' }), 'not-an-access-token'],
  ['Cognito: token_use id', () => plain({ token_use: 'id' }), 'not-an-access-token'],
  ['scope of another type is no scope', () => plain({ ...idToken, scope: true }), 'not-an-access-token'],
  ['an ID token where RFC 9068 is expected', () => minted({ ...idToken, nonce: 'n' }, { typ: 'JWT' }), 'token-type'],
]

const claims: readonly Case[] = [
  ['issuer with a slash more', () => minted({ iss: `${issuer.issuer}/` }), 'issuer'],
  ['issuer in capitals', () => minted({ iss: issuer.issuer.toUpperCase() }), 'issuer'],
  ['issuer a list (fast-jwt CVE-2025-30144)', () => minted({ iss: ['https://evil.example', issuer.issuer] }), 'issuer'],
  ['another issuer, our key', () => minted({ iss: other.issuer }), 'issuer'],
  ['no issuer', () => minted({ iss: undefined }), 'issuer'],
  ['no audience', () => minted({ aud: undefined }), 'audience'],
  ['another audience', () => minted({ aud: 'https://other.example' }), 'audience'],
  ['an audience that begins with ours', () => minted({ aud: `${TEST_AUDIENCE}.evil` }), 'audience'],
  ['an empty list of audiences', () => minted({ aud: [] }), 'audience'],
  ['audience an object', () => minted({ aud: { 0: TEST_AUDIENCE, length: 1 } }), 'audience'],
  ['an audience that is no text beside ours', () => minted({ aud: [TEST_AUDIENCE, 1] }), 'audience'],
  ['audiences of two identities', () => minted({ aud: [TEST_AUDIENCE, PLAIN] }), 'audience-ambiguous'],
  ['no exp', () => minted({ exp: undefined }), 'claim-missing'],
  ['exp a text', () => minted({ exp: String(now + 300) }), 'claim-missing'],
  ['exp null', () => minted({ exp: null }), 'claim-missing'],
  ['exp beyond numbers', () => signed(header(), payload().replace(/"exp":\d+/, '"exp":1e999')), 'claim-missing'],
  ['expired', () => minted({ exp: now - 30 }), 'expired'],
  ['nbf ahead', () => minted({ nbf: now + 31 }), 'not-yet-valid'],
  ['nbf a text', () => minted({ nbf: 'x' }), 'claim-missing'],
  ['iat ahead', () => minted({ iat: now + 31 }), 'issued-in-future'],
  ['no iat', () => minted({ iat: undefined }), 'claim-missing'],
  ['no sub', () => minted({ sub: undefined }), 'claim-missing'],
  ['sub a number', () => minted({ sub: 7 }), 'claim-missing'],
  ['sub empty', () => minted({ sub: '' }), 'claim-missing'],
  ['no client_id', () => minted({ client_id: undefined }), 'claim-missing'],
  ['no jti', () => minted({ jti: undefined }), 'claim-missing'],
  ['bound to what is no digest', () => minted({ cnf: { jkt: 'x' } }), 'sender-constrained'],
  ['bound to what cannot be checked', () => minted({ cnf: { jwk: {} } }), 'sender-constrained'],
  ['bound to a certificate that is not there', () => minted({ cnf: { 'x5t#S256': 'x'.repeat(43) } }), 'certificate-mismatch'],
  ['cnf null', () => minted({ cnf: null }), 'sender-constrained'],
]

const spellings: readonly Case[] = [
  ['two claims of one name', () => signed(header(), payload().replace('{', '{"sub":"root",')), 'token-malformed'],
  [
    'two claims of one name, one escaped',
    () => signed(header(), payload().replace('{', '{"\\u0073ub":"root",')),
    'token-malformed',
  ],
  ['two names alike inside a claim', () => signed(header(), payload().replace('{', '{"a":[{"b":1,"b":2}],')), 'token-malformed'],
  ['two header parameters of one name', () => signed(header().replace('{', '{"alg":"none",'), payload()), 'token-malformed'],
  ['padding', () => `${minted()}=`, 'token-malformed'],
  ['a signature in another spelling', () => respelled(minted()), 'token-malformed'],
  ['base64 instead of base64url', () => minted().replace(/^e/, '+'), 'token-malformed'],
  ['a fourth part', () => `${minted()}.x`, 'token-malformed'],
  ['an empty payload', () => minted().replace(/\.[^.]+\./, '..'), 'token-malformed'],
  ['a payload that is a list', () => signed(header(), '[]'), 'token-malformed'],
  ['a payload that is no JSON', () => signed(header(), 'x'), 'token-malformed'],
  ['a byte order mark', () => signed(header(), `\ufeff${payload()}`), 'token-malformed'],
  ['nested too deep', () => signed(header(), payload({ a: JSON.parse('['.repeat(65) + ']'.repeat(65)) })), 'token-malformed'],
  ['longer than the limit', () => minted({ a: 'x'.repeat(9_000) }), 'token-malformed'],
  ['one character', () => '7', 'token-malformed'],
]

/** The last character of a base64url text of 64 bytes carries bits that mean nothing. */
function respelled(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.slice(-1)) + 1]
}

describe.each([
  ['accepted', accepted],
  ['algorithm from the token', algorithms],
  ['key from the token', keys],
  ['header that asks for more', headers],
  ['token of another kind', types],
  ['ID token as bearer', idTokens],
  ['claims that do not fit', claims],
  ['a second reading', spellings],
] as const)('%s', (_, cases) => {
  test.each(cases)('%s', async (_, token, expected) => {
    expect(await outcome(token())).toBe(expected)
  })
})

test('no case made the proxy ask an address that a token named', () => {
  expect([...other.requests]).toEqual([])
})
