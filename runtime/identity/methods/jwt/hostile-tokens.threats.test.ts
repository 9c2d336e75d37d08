/**
 * Hostile tokens by the attacks of RFC 7515, 7518, 7519, 8037 and 8725: signatures, header parameters, claims and spellings.
 * `jwt.threats.test.ts` has the common ones.
 */
import { constants, createHmac, sign, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, collectLog, fakePolicy, identityOf, outcomeOf } from '../../../../tests/support/identity.ts'
import {
  base64url,
  compactJws,
  startTestIssuer,
  TEST_AUDIENCE,
  type TestIssuer,
  type TestKey,
} from '../../../../tests/support/test-issuer.ts'
import { createAuthenticator } from '../../create-authenticator.ts'

let issuer: TestIssuer
let rsa: TestKey
let okp: TestKey
const now = Math.floor(Date.now() / 1000)

beforeAll(async () => {
  issuer = await startTestIssuer('ES256')
  rsa = issuer.rotate({ keepOld: true, alg: 'RS256' })
  okp = issuer.rotate({ keepOld: true, alg: 'EdDSA' })
})
afterAll(async () => {
  await issuer.close()
})

const ec = (): TestKey => issuer.keys[0] as TestKey
const header = (changes: object = {}, key = ec()): string =>
  JSON.stringify({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...changes })
const payload = (changes: object = {}): string => {
  const usual = { iss: issuer.issuer, aud: TEST_AUDIENCE, sub: 'ann', client_id: 'app', jti: '1', iat: now, exp: now + 300 }
  return JSON.stringify({ ...usual, ...changes })
}
/** A valid signature over any two texts. */
const signed = (head: string, body: string, key = ec()): string => compactJws(head, body, key)
const claiming = (changes: object): string => signed(header(), payload(changes))
const headed = (changes: object, key = ec()): string => signed(header(changes, key), payload(), key)
/** A payload with a text put behind its first brace. */
const inserted = (text: string): string => signed(header(), payload().replace('{', `{${text},`))

/** A token whose signature is computed by another function. */
function signedBy(signature: (input: Buffer) => Buffer, key = ec(), changes: object = {}): string {
  const input = `${base64url(header(changes, key))}.${base64url(payload())}`
  return `${input}.${signature(Buffer.from(input)).toString('base64url')}`
}

/** A token of parts that are signed as they stand, in whatever alphabet. */
function signedParts(head: string, body: string): string {
  const input = `${head}.${body}`
  const signature = sign('sha256', Buffer.from(input), { key: ec().privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const p1363 = (input: Buffer): Buffer => sign('sha256', input, { key: ec().privateKey, dsaEncoding: 'ieee-p1363' })

async function outcome(token: string): Promise<string> {
  const algorithms = ['ES256', 'RS256', 'EdDSA'] as const
  const authenticator = createAuthenticator(
    { staff: identityOf(issuer.issuer, { algorithms }) },
    { clock: () => now * 1000, log: collectLog() },
  )
  return outcomeOf(await authenticator.authenticate(bearer(token), fakePolicy()), token)
}

type Case = readonly [string, () => string, string]

/** Of curve P-256 (SEC 2, section 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`)
const bytesOf = (value: bigint, length: number): Buffer => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex')

const signatures: readonly Case[] = [
  ['ES256 in DER', () => signedBy((input) => sign('sha256', input, ec().privateKey)), 'signature'],
  ['ES256 with a zero before r and s', () => signedBy((input) => widened(p1363(input))), 'signature'],
  ['ES256 with a byte behind it', () => signedBy((input) => Buffer.concat([p1363(input), Buffer.alloc(1)])), 'signature'],
  ['ES256 with r and s exchanged', () => signedBy((input) => swapped(p1363(input))), 'signature'],
  ['ES256 with s = 0', () => signedBy((input) => Buffer.concat([p1363(input).subarray(0, 32), Buffer.alloc(32)])), 'signature'],
  ['ES256 with s = n', () => signedBy((input) => Buffer.concat([p1363(input).subarray(0, 32), bytesOf(ORDER, 32)])), 'signature'],
  ['ES256 with r = n', () => signedBy((input) => Buffer.concat([bytesOf(ORDER, 32), p1363(input).subarray(32)])), 'signature'],
  [
    'ES256 over SHA-512',
    () => signedBy((input) => sign('sha512', input, { key: ec().privateKey, dsaEncoding: 'ieee-p1363' })),
    'signature',
  ],
  // A second valid signature of the same claims (RFC 6979 has no rule against it): replay caches go by `jti`, not by signature.
  ['ES256 with n - s: the same claims', () => signedBy((input) => mirrored(p1363(input))), 'caller'],
  ['ES384 with a key of P-256', () => headed({ alg: 'ES384' }), 'token-algorithm'],
  ['ES256K', () => headed({ alg: 'ES256K' }), 'token-algorithm'],
  ['an EC key under the `kid` of an RSA key', () => signedBy(p1363, ec(), { kid: rsa.kid }), 'unknown-key'],
  ['an RSA signature that says ES256', () => signedBy((input) => sign('sha256', input, rsa.privateKey)), 'signature'],
  ['RS256 by an RSA key', () => headed({}, rsa), 'caller'],
  [
    'RS256 that is PSS',
    () => signedBy((input) => sign('sha256', input, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }), rsa),
    'signature',
  ],
  ['RS256 over SHA-1', () => signedBy((input) => sign('sha1', input, rsa.privateKey), rsa), 'signature'],
  ['RS256 with a zero before it', () => signedBy((input) => behindZero(sign('sha256', input, rsa.privateKey)), rsa), 'signature'],
  ['RS256 without padding: a cube root for e = 3', () => signedBy(() => Buffer.alloc(256, 1), rsa), 'signature'],
  ['EdDSA by an Ed25519 key', () => headed({}, okp), 'caller'],
  [
    'EdDSA with S + L (RFC 8032, section 8.4)',
    () => signedBy((input) => malleable(sign(null, input, okp.privateKey)), okp),
    'signature',
  ],
  ['EdDSA of zeros', () => signedBy(() => Buffer.alloc(64), okp), 'signature'],
  ['Ed25519 as the name of the algorithm', () => headed({ alg: 'Ed25519' }, okp), 'token-algorithm'],
  ['HS256 with the x of the public key', () => hmac(String(ec().jwk.x)), 'token-algorithm'],
  [
    'HS256 with the key set as secret',
    () => hmac(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) })),
    'token-algorithm',
  ],
]

const widened = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.alloc(1), bytes.subarray(0, 32), Buffer.alloc(1), bytes.subarray(32)])
const swapped = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)])
const mirrored = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, 32), bytesOf(ORDER - numberOf(bytes.subarray(32)), 32)])
const behindZero = (bytes: Buffer): Buffer => Buffer.concat([Buffer.alloc(1), bytes])

/** Adds the order of the group to S, in little-endian bytes. */
function malleable(bytes: Buffer): Buffer {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = numberOf(Buffer.from(bytes.subarray(32)).reverse()) + order
  return Buffer.concat([bytes.subarray(0, 32), bytesOf(s, 32).reverse()])
}

function hmac(secret: string): string {
  return signedBy((input) => createHmac('sha256', secret).update(input).digest(), ec(), { alg: 'HS256' })
}

const headers: readonly Case[] = [
  ['crit null', () => headed({ crit: null }), 'token-header'],
  ['crit a string', () => headed({ crit: 'exp' }), 'token-header'],
  ['crit of what the header lacks', () => headed({ crit: ['kid2'] }), 'token-header'],
  ['b64 false without crit (RFC 7797, section 6)', () => headed({ b64: false }), 'token-header'],
  ['b64 null', () => headed({ b64: null }), 'token-header'],
  ['enc beside alg: a JWE in three parts', () => headed({ enc: 'A256GCM', alg: 'dir' }), 'token-header'],
  ['alg with a blank', () => headed({ alg: 'ES256 ' }), 'token-algorithm'],
  ['alg with a NUL', () => headed({ alg: 'ES256\0' }), 'token-algorithm'],
  ['alg with a long s', () => headed({ alg: 'Eſ256' }), 'token-algorithm'],
  ['alg an object', () => headed({ alg: { toString: 'ES256' } }), 'token-algorithm'],
  ['alg `constructor`', () => headed({ alg: 'constructor' }), 'token-algorithm'],
  ['`Alg` instead of `alg`', () => signed(header({ alg: undefined, Alg: 'ES256' }), payload()), 'token-algorithm'],
  ['`Alg` beside `alg` means nothing', () => headed({ Alg: 'none' }), 'caller'],
  ['kid null', () => headed({ kid: null }), 'token-header'],
  ['kid empty', () => headed({ kid: '' }), 'unknown-key'],
  ['kid in SQL', () => headed({ kid: "' UNION SELECT 'secret" }), 'unknown-key'],
  ['kid a device', () => headed({ kid: '/dev/null' }), 'unknown-key'],
  ['kid with a NUL behind it', () => headed({ kid: `${ec().kid}\0` }), 'unknown-key'],
  ['kid in capitals', () => headed({ kid: ec().kid.toUpperCase() }), 'unknown-key'],
  ['kid of 8,000 characters', () => headed({ kid: 'k'.repeat(8_000) }), 'unknown-key'],
  ['x5t of a foreign certificate means nothing', () => headed({ x5t: 'AAAA', 'x5t#S256': 'AAAA' }), 'caller'],
  ['typ with a parameter', () => headed({ typ: 'at+jwt; charset=utf-8' }), 'token-type'],
  ['typ with a blank', () => headed({ typ: ' at+jwt' }), 'token-type'],
  ['typ with `application/` twice', () => headed({ typ: 'application/application/at+jwt' }), 'token-type'],
  ['typ null', () => headed({ typ: null }), 'token-type'],
  ['a nested token (cty: JWT)', () => signed(header({ cty: 'JWT' }), JSON.stringify(claiming({}))), 'token-malformed'],
  ['a header that is a list', () => signed('[]', payload()), 'token-malformed'],
  ['a header that is a string', () => signed('"ES256"', payload()), 'token-malformed'],
]

const claims: readonly Case[] = [
  ['claims in `__proto__`', () => inserted('"__proto__":{"sub":"root","groups":["admin"]}'), 'caller'],
  [
    'no `sub` but one in `__proto__`',
    () => signed(header(), payload({ sub: undefined }).replace('{', '{"__proto__":{"sub":"root"},')),
    'claim-missing',
  ],
  ['`Sub` instead of `sub`', () => claiming({ sub: undefined, Sub: 'root' }), 'claim-missing'],
  ['`sub` twice, one of them in escapes', () => inserted('"\\u0073\\u0075\\u0062":"root"'), 'token-malformed'],
  ['exp of a boolean', () => claiming({ exp: true }), 'claim-missing'],
  ['exp of a list', () => claiming({ exp: [now + 300] }), 'claim-missing'],
  ['exp 0', () => claiming({ exp: 0 }), 'claim-missing'],
  ['exp negative', () => claiming({ exp: -1 }), 'claim-missing'],
  ['exp of 1e308', () => claiming({ exp: 1e308 }), 'caller'],
  ['exp in milliseconds is far ahead, as the issuer signed it', () => claiming({ exp: now * 1000 }), 'caller'],
  ['nbf of 1e308', () => claiming({ nbf: 1e308 }), 'not-yet-valid'],
  ['nbf null', () => claiming({ nbf: null }), 'claim-missing'],
  ['iat of minus infinity', () => signed(header(), payload().replace(/"iat":\d+/, '"iat":-1e999')), 'claim-missing'],
  ['iss with a port', () => claiming({ iss: `${issuer.issuer}:443` }), 'issuer'],
  ['iss with a user', () => claiming({ iss: issuer.issuer.replace('//', '//x@') }), 'issuer'],
  ['iss with a fragment', () => claiming({ iss: `${issuer.issuer}#x` }), 'issuer'],
  ['iss with a blank', () => claiming({ iss: `${issuer.issuer} ` }), 'issuer'],
  ['iss `__proto__`', () => claiming({ iss: '__proto__' }), 'issuer'],
  ['iss a template', () => claiming({ iss: 'http://127.0.0.1:{port}' }), 'issuer'],
  ['aud of a nested list', () => claiming({ aud: [[TEST_AUDIENCE]] }), 'audience'],
  ['aud in capitals', () => claiming({ aud: TEST_AUDIENCE.toUpperCase() }), 'audience'],
  ['aud in two texts that make one', () => claiming({ aud: ['https://api.', 'example'] }), 'audience'],
  ['aud null', () => claiming({ aud: null }), 'audience'],
  ['sub of blanks is a name of its own', () => claiming({ sub: ' ann' }), 'caller'],
  ['half a surrogate pair in a claim', () => inserted('"name":"\\ud800"'), 'token-malformed'],
]

const spellings: readonly Case[] = [
  [
    'the header in base64 with `+` and `/`',
    () => signedParts(plainBase64(header({ x: '???>>>~~~' })), base64url(payload())),
    'token-malformed',
  ],
  ['a payload in percent-encoding', () => signedParts(base64url(header()), `${base64url(payload())}%0A`), 'token-malformed'],
  [
    'trailing bits of the payload',
    () => signedParts(base64url(header()), respelled(base64url(payload({ x: 'a' })))),
    'token-malformed',
  ],
  ['two objects in the payload', () => signed(header(), `${payload()}${payload({ sub: 'root' })}`), 'token-malformed'],
  ['a comment in the payload', () => signed(header(), payload().replace('{', '{/* */')), 'token-malformed'],
  ['a trailing comma', () => signed(header(), payload().replace(/\}$/, ',}')), 'token-malformed'],
  ['names in single quotes', () => signed(header(), payload().replaceAll('"', "'")), 'token-malformed'],
  ['NaN', () => signed(header(), payload().replace(/"exp":\d+/, '"exp":NaN')), 'token-malformed'],
  ['UTF-16', () => signedParts(base64url(header()), Buffer.from(payload(), 'utf16le').toString('base64url')), 'token-malformed'],
  ['UTF-8 that is overlong', () => signedParts(base64url(header()), overlong().toString('base64url')), 'token-malformed'],
  ['a NUL behind the payload', () => signed(header(), `${payload()}\0`), 'token-malformed'],
  ['an empty header', () => `.${base64url(payload())}.AAAA`, 'token-malformed'],
  [
    'a JWS in JSON (RFC 7515, section 7.2)',
    () => base64url(JSON.stringify({ payload: base64url(payload()), signatures: [] })),
    'token-malformed',
  ],
  ['4,000 dots', () => '.'.repeat(4_000), 'token-malformed'],
  ['12,000 dots between letters', () => 'a.'.repeat(6_000), 'token-malformed'],
  [
    'a member nested 3,000 times',
    () => signed(header(), payload().replace('{', `{"x":${'['.repeat(3_000)}${']'.repeat(3_000)},`)),
    'token-malformed',
  ],
  ['700 members', () => claiming(Object.fromEntries(Array.from({ length: 700 }, (_, at) => [`m${at}`, 1]))), 'caller'],
]

const plainBase64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '')

/** `{` in two bytes (Unicode 15, D92: ill-formed). */
function overlong(): Buffer {
  return Buffer.concat([Buffer.from([0xc1, 0xbb]), Buffer.from(payload()).subarray(1)])
}

/** The same bytes in another text: the last character has bits that mean nothing. */
function respelled(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet[(alphabet.indexOf(text.slice(-1)) & 0b111100) | 1]
}

describe.each([
  ['signatures', signatures],
  ['headers', headers],
  ['claims', claims],
  ['spellings', spellings],
] as const)('hostile tokens: %s', (_, cases) => {
  test.each(cases)('%s', async (_name, token, expected) => {
    expect(await outcome(token())).toBe(expected)
  })
})

test('n - s is a valid signature for OpenSSL: the case above tests the proxy, not the arithmetic of this file', () => {
  const input = Buffer.from('x')
  const options = { key: ec().publicKey, dsaEncoding: 'ieee-p1363' } as const
  expect(verify('sha256', input, options, mirrored(p1363(input)))).toBe(true)
})

test('claims in `__proto__` are no claims', async () => {
  const seen: Record<string, unknown>[] = []
  const policy = fakePolicy((_, claims) => {
    seen.push(claims)
    return { ok: false, reason: 'claims', message: '' } as never
  })
  const authenticator = createAuthenticator({ staff: identityOf(issuer.issuer) }, { clock: () => now * 1000, log: collectLog() })
  await authenticator.authenticate(bearer(inserted('"__proto__":{"groups":["admin"]}')), policy)
  expect(seen).toHaveLength(1)
  expect(seen[0]?.groups).toBeUndefined()
})
