import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AddressRange, type CanonicalRequest, canonicalize, parseAddressRange, type Trust } from '../../../request/index.ts'
import { type DpopKey, dpopKey, type ProofOf, proofOf } from '../../../tests/support/dpop.ts'
import { collectLog, fakePolicy, identityOf, manualClock, outcomeOf } from '../../../tests/support/identity.ts'
import { testAuthority } from '../../../tests/support/test-authority.ts'
import { base64url, compactJws, hmacJws, startTestIssuer, type TestIssuer } from '../../../tests/support/test-issuer.ts'
import { ClientCertificate } from '../../tls/certificates/client-certificate.ts'
import { setTlsConnection } from '../../tls/tls-connection.ts'
import type { Refused } from '../authentication.ts'
import { createAuthenticator } from '../create-authenticator.ts'
import type { DpopConfig } from './dpop-config.ts'
import { createDpopReplayCache } from './dpop-replay-cache.ts'

/** Class "token accepted unverified", of tokens that are bound to their sender: RFC 9449, section 4.3, point by point, and RFC 8705, section 3. */

let issuer: TestIssuer
const now = Math.floor(Date.now() / 1000)
const key = dpopKey()
const other = dpopKey()
const rsa = dpopKey('RS256')

beforeAll(async () => {
  issuer = await startTestIssuer()
})
afterAll(() => issuer.close())

const URL_ASKED = 'http://api.example/orders/7'

interface Asking {
  readonly headers: readonly (readonly [string, string])[]
  readonly method?: string
  readonly target?: string
  readonly host?: string
  readonly connection?: object
  /** The one who has sent it is a proxy that is named. */
  readonly trust?: Trust
}

function requestOf({ headers, method = 'GET', target = '/orders/7?x=1', host = 'api.example', trust }: Asking): CanonicalRequest {
  const rawHeaders = ['host', host, ...headers.flat()]
  const made = canonicalize({ method, target, httpVersion: '1.1', rawHeaders, peer: '127.0.0.1', ...(trust && { trust }) })
  if (!made.ok) throw new Error(made.refusal.code)
  return made.request
}

interface Setup {
  readonly dpop?: DpopConfig
  readonly clock?: () => number
  readonly most?: number
}

function setup({ dpop = { required: false, nonce: false }, clock = () => now * 1000, most }: Setup = {}) {
  const proofs = createDpopReplayCache(clock, most)
  const authenticator = createAuthenticator({ staff: identityOf(issuer.issuer, { dpop }) }, { clock, log: collectLog(), proofs })
  const ask = async (asking: Asking) => authenticator.authenticate(requestOf(asking), fakePolicy(), asking.connection ?? {})
  return {
    ask,
    async outcome(asking: Asking): Promise<string> {
      const credential = asking.headers.map(([, value]) => value).join('.')
      return outcomeOf(await ask(asking), credential, ['proof-missing', 'credential-malformed'])
    },
  }
}

const boundTo = ({ jkt }: DpopKey, more: object = {}) => issuer.mint({ cnf: { jkt, ...more } }, { now })
const dpopWith = (token: string, ...proofs: readonly string[]): Asking['headers'] => [
  ['authorization', `DPoP ${token}`],
  ...proofs.map((proof) => ['dpop', proof] as const),
]

/** A good request but for what the case changes of its proof. */
function changed(changes: Partial<ProofOf> = {}, by: DpopKey = key): Asking {
  const token = boundTo(key)
  return { headers: dpopWith(token, proofOf(by, { url: URL_ASKED, token, now, ...changes })) }
}

type Case = readonly [string, () => Asking, string]

const accepted: readonly Case[] = [
  ['as it should be', () => changed(), 'caller'],
  [
    'the scheme in other letters',
    () => ({ headers: changed().headers.map(([n, v]) => [n, v.replace('DPoP', 'dpop')]) }),
    'caller',
  ],
  ['another member of its payload', () => changed({ claims: { x: 1 } }), 'caller'],
  ['a nonce of somebody else', () => changed({ claims: { nonce: 'x' } }), 'caller'],
  ['a key that says more of itself', () => changed({ header: { jwk: { ...key.publicJwk, kid: 'x', use: 'sig' } } }), 'caller'],
]

const headers: readonly Case[] = [
  ['none', () => ({ headers: dpopWith(boundTo(key)) }), 'proof-missing'],
  ['two', () => twoProofs(), 'proof-repeated'],
  ['two in one line', () => joined(), 'proof-malformed'],
  ['empty', () => ({ headers: dpopWith(boundTo(key), '') }), 'proof-malformed'],
  ['no JWS', () => ({ headers: dpopWith(boundTo(key), 'a.b.c') }), 'proof-malformed'],
  ['typ JWT', () => changed({ header: { typ: 'JWT' } }), 'proof-header'],
  ['typ in capitals', () => changed({ header: { typ: 'DPOP+JWT' } }), 'proof-header'],
  ['typ at+jwt', () => changed({ header: { typ: 'at+jwt' } }), 'proof-header'],
  ['no typ', () => changed({ header: { typ: undefined } }), 'proof-header'],
  ['alg none', () => changed({ header: { alg: 'none' } }), 'proof-header'],
  ['no alg', () => changed({ header: { alg: undefined } }), 'proof-header'],
  ['alg HS256', () => symmetric(), 'proof-header'],
  ['alg of another kind of key', () => changed({ header: { alg: 'RS256' } }), 'proof-key'],
  ['alg of another curve', () => changed({ header: { alg: 'ES384' } }), 'proof-key'],
  ['no key', () => changed({ header: { jwk: undefined } }), 'proof-header'],
  ['a key with its private half', () => changed({ header: { jwk: key.privateKey.export({ format: 'jwk' }) } }), 'proof-header'],
  ['a key with an empty private half', () => changed({ header: { jwk: { ...key.publicJwk, d: '' } } }), 'proof-header'],
  ['a shared key', () => changed({ header: { jwk: { kty: 'oct', k: 'AAAA' } } }), 'proof-header'],
  ['a list of keys', () => changed({ header: { jwk: [key.publicJwk] } }), 'proof-header'],
  ['a key by name only', () => changed({ header: { jwk: undefined, kid: key.jkt } }), 'proof-header'],
  ['crit', () => changed({ header: { crit: ['x'], x: 1 } }), 'proof-header'],
  ['b64', () => changed({ header: { b64: false } }), 'proof-header'],
]

function twoProofs(): Asking {
  const { headers } = changed()
  return { headers: [...headers, ...headers.slice(1)] }
}

function joined(): Asking {
  const [authorization, [, proof] = []] = changed().headers
  return { headers: [authorization as readonly [string, string], ['dpop', `${proof}, ${proof}`]] }
}

function symmetric(): Asking {
  const token = boundTo(key)
  const head = { typ: 'dpop+jwt', alg: 'HS256', jwk: key.publicJwk }
  const proof = hmacJws(JSON.stringify(head), '{}', JSON.stringify(key.publicJwk))
  return { headers: dpopWith(token, proof) }
}

const claims: readonly Case[] = [
  ...['htm', 'htu', 'iat', 'jti', 'ath'].map(
    (name): Case => [`no ${name}`, () => changed({ claims: { [name]: undefined } }), 'proof-malformed'],
  ),
  ['jti a number', () => changed({ claims: { jti: 7 } }), 'proof-malformed'],
  ['jti longer than anybody needs', () => changed({ claims: { jti: 'x'.repeat(513) } }), 'proof-malformed'],
  ['iat a text', () => changed({ claims: { iat: String(now) } }), 'proof-malformed'],
  ['htm a list', () => changed({ claims: { htm: ['GET'] } }), 'proof-malformed'],
  ['nonce a number', () => changed({ claims: { nonce: 7 } }), 'proof-malformed'],
  ['another method', () => changed({ method: 'POST' }), 'proof-request'],
  ['the method in other letters', () => changed({ method: 'get' }), 'proof-request'],
  ['of another token', () => changed({ token: boundTo(other) }), 'proof-token'],
  ['ath in hexadecimal', () => changed({ claims: { ath: 'a'.repeat(64) } }), 'proof-token'],
  ['ath with padding', () => changed({ claims: { ath: `${'A'.repeat(43)}=` } }), 'proof-token'],
  ['old', () => changed({ now: now - 61 }), 'proof-stale'],
  ['as old as may be', () => changed({ now: now - 59 }), 'caller'],
  ['of the future', () => changed({ now: now + 31 }), 'proof-stale'],
  ['of a clock that is ahead', () => changed({ now: now + 30 }), 'caller'],
]

const keys: readonly Case[] = [
  ['signed by another key, which it shows', () => changed({}, other), 'proof-key'],
  ['signed by another key, showing ours', () => changed({ header: { jwk: key.publicJwk } }, other), 'proof-key'],
  ['signed by ours, showing another', () => changed({ header: { jwk: other.publicJwk } }), 'proof-key'],
  ['the signature of another proof', () => exchangedSignature(), 'proof-key'],
  ['no signature', () => cutSignature(), 'proof-malformed'],
  ['r and s zero', () => withSignature(Buffer.alloc(64)), 'proof-key'],
  ['a signature cut short', () => withSignature(Buffer.alloc(10, 1)), 'proof-key'],
  ['coordinates that are no point', () => changed({ header: { jwk: { ...key.publicJwk, x: 'AAAA' } } }), 'proof-key'],
  ['a token bound to what is no key', () => boundElsewhere(), 'proof-key'],
]

function exchangedSignature(): Asking {
  const token = boundTo(key)
  const [a, b] = [1, 2].map(() => proofOf(key, { url: URL_ASKED, token, now }).split('.'))
  return { headers: dpopWith(token, [a?.[0], a?.[1], b?.[2]].join('.')) }
}

function cutSignature(): Asking {
  const token = boundTo(key)
  return { headers: dpopWith(token, proofOf(key, { url: URL_ASKED, token, now }).replace(/[^.]+$/, '')) }
}

function withSignature(signature: Buffer): Asking {
  const token = boundTo(key)
  const proof = proofOf(key, { url: URL_ASKED, token, now }).replace(/[^.]+$/, signature.toString('base64url'))
  return { headers: dpopWith(token, proof) }
}

function boundElsewhere(): Asking {
  const token = issuer.mint({ cnf: { jkt: 'A'.repeat(43) } }, { now })
  return { headers: dpopWith(token, proofOf(key, { url: URL_ASKED, token, now })) }
}

const schemes: readonly Case[] = [
  ['a bearer of a bound token', () => ({ headers: [['authorization', `Bearer ${boundTo(key)}`]] }), 'proof-required'],
  ['a bearer of a bound token, with its proof', () => asBearer(), 'proof-required'],
  ['a token that is bound to nothing, with a proof', () => unbound(), 'token-unbound'],
  ['a token that is bound to nothing, without one', () => ({ headers: dpopWith(issuer.mint({}, { now })) }), 'token-unbound'],
  [
    'a bearer of a token that is bound to nothing',
    () => ({ headers: [['authorization', `Bearer ${issuer.mint({}, { now })}`]] }),
    'caller',
  ],
  [
    'no token',
    () => ({
      headers: [
        ['authorization', 'DPoP'],
        ['dpop', 'x'],
      ],
    }),
    'credential-malformed',
  ],
  ['a proof and no token', () => ({ headers: [['dpop', proofOf(key, { url: URL_ASKED, now })]] }), 'anonymous'],
  ['bound to what cannot be checked as well', () => alsoBound({ jwe: 'x' }), 'sender-constrained'],
  ['bound to a certificate as well, and there is none', () => alsoBound({ 'x5t#S256': 'A'.repeat(43) }), 'certificate-mismatch'],
]

function asBearer(): Asking {
  const [[, value = ''] = [], proof] = changed().headers
  return { headers: [['authorization', value.replace('DPoP', 'Bearer')], proof as readonly [string, string]] }
}

function unbound(): Asking {
  const token = issuer.mint({}, { now })
  return { headers: dpopWith(token, proofOf(key, { url: URL_ASKED, token, now })) }
}

function alsoBound(more: object): Asking {
  const token = boundTo(key, more)
  return { headers: dpopWith(token, proofOf(key, { url: URL_ASKED, token, now })) }
}

describe.each([
  ['accepted', accepted],
  ['the header', headers],
  ['the claims', claims],
  ['the key', keys],
  ['the scheme', schemes],
] as const)('%s', (_, cases) => {
  test.each(cases)('%s', async (_, asking, expected) => {
    expect(await setup().outcome(asking())).toBe(expected)
  })
})

describe('htu', () => {
  const target = '/orders/a%20b/%7Euser'
  test.each([
    ['http://api.example/orders/a%20b/%7Euser', true],
    ['HTTP://API.Example:80/orders/a%20b/%7euser', true],
    ['http://api.example./orders/a%20b/~user', true],
    ['http://api.example/orders/%61%20b/~user', true],
    ['http://api.example/orders/a%20b/~user?any=1#thing', true],
    ['https://api.example/orders/a%20b/~user', false],
    ['http://api.example:443/orders/a%20b/~user', false],
    ['http://api.example:8080/orders/a%20b/~user', false],
    ['http://evil.example/orders/a%20b/~user', false],
    ['http://api.example.evil.example/orders/a%20b/~user', false],
    ['http://api.example@evil.example/orders/a%20b/~user', false],
    ['http://evil@api.example/orders/a%20b/~user', false],
    ['http:/api.example/orders/a%20b/~user', false],
    ['http:\\\\api.example/orders/a%20b/~user', false],
    ['http:///api.example/orders/a%20b/~user', false],
    ['//api.example/orders/a%20b/~user', false],
    ['/orders/a%20b/~user', false],
    [' http://api.example/orders/a%20b/~user', false],
    ['http://api.example/orders/a b/~user', false],
    ['http://api.example/orders/a+b/~user', false],
    ['http://api.example/orders/a%2520b/~user', false],
    ['http://api.example/orders%2Fa%20b/~user', false],
    ['http://api.example/x/../orders/a%20b/~user', false],
    ['http://api.example/./orders/a%20b/~user', false],
    ['http://api.example//orders/a%20b/~user', false],
    ['http://api.example/orders\\a%20b/~user', false],
    ['http://api.example/orders/a%20b/~user/', false],
    ['http://api.example/orders/a%20b/~user;x', false],
    ['http://api.example/Orders/a%20b/~user', false],
    ['http://api.example/orders/a%20b/~use', false],
    ['http://api.example/orders/a%20b/~user\u0000', false],
    ['http://api.example/orders/a%20b/~user\n', false],
    ['http://аpi.example/orders/a%20b/~user', false],
    ['http://api.example', false],
    ['http://', false],
    ['', false],
  ])('%j: %s', async (htu, isSame) => {
    const token = boundTo(key)
    const proof = proofOf(key, { url: htu, token, now })
    const outcome = await setup().outcome({ target, headers: dpopWith(token, proof) })
    expect(outcome).toBe(isSame ? 'caller' : htu === '' ? 'proof-malformed' : 'proof-request')
  })

  test.each([
    ['/', 'api.example', 'http://api.example', true],
    ['/', 'api.example', 'http://api.example/', true],
    ['/', 'api.example', 'http://api.example?x', true],
    ['/', 'api.example:8080', 'http://api.example:8080', true],
    ['/', 'api.example:8080', 'http://api.example', false],
    ['/', '[::1]', 'http://[0:0::1]:80/', true],
    ['/', '127.0.0.1', 'http://127.1/', false],
  ])('of %s on %s: %s: %s', async (target, host, htu, isSame) => {
    const token = boundTo(key)
    const headers = dpopWith(token, proofOf(key, { url: htu, token, now }))
    expect(await setup().outcome({ target, host, headers })).toBe(isSame ? 'caller' : 'proof-request')
  })

  test('has the scheme over which the client has asked', async () => {
    const connection = {}
    setTlsConnection(connection, { clientCertificate: null } as Parameters<typeof setTlsConnection>[1])
    const token = boundTo(key)
    const headersOf = (url: string) => dpopWith(token, proofOf(key, { url, token, now }))
    const secure = URL_ASKED.replace('http:', 'https:')
    expect(await setup().outcome({ connection, headers: headersOf(secure) })).toBe('caller')
    expect(await setup().outcome({ connection, headers: headersOf(URL_ASKED) })).toBe('proof-request')
    expect(await setup().outcome({ headers: headersOf(secure) })).toBe('proof-request')
  })
})

describe('a proof counts once', () => {
  test('for a known token too', async () => {
    const { outcome } = setup()
    const asking = changed()
    expect([await outcome(asking), await outcome(asking)]).toEqual(['caller', 'proof-replayed'])
  })

  test('the same `jti` in another proof of the key is none', async () => {
    const made = setup()
    const token = boundTo(key)
    const proof = () => dpopWith(token, proofOf(key, { url: URL_ASKED, token, now, claims: { jti: 'one' } }))
    expect([await made.outcome({ headers: proof() }), await made.outcome({ headers: proof() })]).toEqual([
      'caller',
      'proof-replayed',
    ])
  })

  test('the same `jti` of another key is another’s', async () => {
    const made = setup()
    for (const by of [key, other]) {
      const token = boundTo(by)
      const proof = proofOf(by, { url: URL_ASKED, token, now, claims: { jti: 'two' } })
      expect(await made.outcome({ headers: dpopWith(token, proof) })).toBe('caller')
    }
  })

  test('nobody uses up a proof that he cannot sign', async () => {
    const made = setup()
    const token = boundTo(key)
    const claims = { jti: 'three' }
    const forged = proofOf(other, { url: URL_ASKED, token, now, claims, header: { jwk: key.publicJwk } })
    expect(await made.outcome({ headers: dpopWith(token, forged) })).toBe('proof-key')
    expect(await made.outcome({ headers: dpopWith(token, proofOf(key, { url: URL_ASKED, token, now, claims })) })).toBe('caller')
  })

  test('as long as it would count', async () => {
    const clock = manualClock(now * 1000)
    const made = setup({ clock })
    // Ahead as far as may be, it counts for the longest time.
    const asking = changed({ now: now + 30 })
    expect(await made.outcome(asking)).toBe('caller')
    clock.advance(89_000)
    expect(await made.outcome(asking)).toBe('proof-replayed')
    clock.advance(1_000)
    expect(await made.outcome(asking)).toBe('proof-stale')
  })

  test('where no more can be remembered, none is taken, and what is known stays known', async () => {
    const clock = manualClock(now * 1000)
    const made = setup({ clock, most: 2 })
    const first = changed()
    expect([await made.outcome(first), await made.outcome(changed())]).toEqual(['caller', 'caller'])
    expect(await made.ask(changed())).toMatchObject({ kind: 'refused', status: 503, code: 'proof-memory-full' })
    expect(await made.outcome(first)).toBe('proof-replayed')
    clock.advance(120_000)
    expect(await made.outcome(changed({ now: now + 120 }))).toBe('caller')
  })
})

describe('a nonce', () => {
  const dpop = { required: false, nonce: true }

  async function challenged(made: ReturnType<typeof setup>, asking: Asking): Promise<Refused> {
    const answer = await made.ask(asking)
    if (answer.kind !== 'refused') throw new Error('it was taken')
    return answer
  }

  test('is asked for, and then is enough whatever the clock of the client', async () => {
    const made = setup({ dpop })
    const answer = await challenged(made, changed())
    expect(answer).toMatchObject({ status: 401, code: 'proof-nonce' })
    expect(answer.wwwAuthenticate).toMatch(/^DPoP realm="iap", error="use_dpop_nonce", algs="RS256 [A-Za-z0-9 ]*EdDSA"$/)
    const { nonce } = answer
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await made.outcome(changed({ claims: { nonce }, now: now - 5_000 }))).toBe('caller')
    for (const wrong of ['', 'x', `${nonce}x`, nonce?.slice(1)])
      expect(await made.outcome(changed({ claims: { nonce: wrong } }))).toBe('proof-nonce')
  })

  test('counts for some minutes, and no proof with it twice', async () => {
    const clock = manualClock(now * 1000)
    const made = setup({ dpop, clock })
    const { nonce } = await challenged(made, changed())
    const asking = changed({ claims: { nonce } })
    expect(await made.outcome(asking)).toBe('caller')
    clock.advance(119_000)
    expect(await made.outcome(asking)).toBe('proof-replayed')
    expect(await made.outcome(changed({ claims: { nonce } }))).toBe('caller')
    clock.advance(122_000)
    const again = await challenged(made, asking)
    expect(again).toMatchObject({ code: 'proof-nonce' })
    expect(again.nonce).not.toBe(nonce)
  })

  test('of another process is none', async () => {
    const { nonce } = await challenged(setup({ dpop }), changed())
    expect(await setup({ dpop }).outcome(changed({ claims: { nonce } }))).toBe('proof-nonce')
  })

  test('is not handed to whoever cannot sign', async () => {
    expect(await challenged(setup({ dpop }), changed({}, other))).not.toHaveProperty('nonce')
  })
})

describe('where proofs are required', () => {
  const dpop = { required: true, nonce: false }
  test.each<Case>([
    ['a bearer', () => ({ headers: [['authorization', `Bearer ${issuer.mint({}, { now })}`]] }), 'proof-required'],
    ['a token bound to nothing, with a proof', unbound, 'proof-required'],
    [
      'a token bound to a certificate',
      () => ({ headers: [['authorization', `Bearer ${issuer.mint({ cnf: { 'x5t#S256': 'A'.repeat(43) } }, { now })}`]] }),
      'proof-required',
    ],
    ['a bound one', () => changed(), 'caller'],
  ])('%s', async (_, asking, expected) => {
    expect(await setup({ dpop }).outcome(asking())).toBe(expected)
  })
})

describe('what the client is told', () => {
  const algs = 'algs="RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA"'
  test.each<readonly [string, () => Asking, string]>([
    ['a bad proof', () => changed({ method: 'PUT' }), `DPoP realm="iap", error="invalid_dpop_proof", ${algs}`],
    ['a token that is bound to nothing', unbound, `DPoP realm="iap", error="invalid_token", ${algs}`],
    ['a bad token with a proof', () => ({ headers: dpopWith('x', 'y') }), `DPoP realm="iap", error="invalid_token", ${algs}`],
    ['a bearer of a bound token', asBearer, `Bearer realm="iap", error="invalid_token", DPoP realm="iap", ${algs}`],
    ['a bad bearer', () => ({ headers: [['authorization', 'Bearer x']] }), 'Bearer realm="iap", error="invalid_token"'],
  ])('%s', async (_, asking, challenge) => {
    expect(await setup().ask(asking())).toMatchObject({ kind: 'refused', status: 401, wwwAuthenticate: challenge })
  })
})

describe('kinds of keys', () => {
  test.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const)('%s', async (alg) => {
    const by = alg === 'RS256' ? rsa : dpopKey(alg)
    const token = boundTo(by)
    const proof = (claims: object) => dpopWith(token, proofOf(by, { url: URL_ASKED, token, now, claims: { ...claims } }))
    const made = setup()
    expect(await made.outcome({ headers: proof({}) })).toBe('caller')
    // Its key is known now.
    expect(await made.outcome({ headers: proof({}) })).toBe('caller')
    expect(
      await made.outcome({
        headers: proof({}).map(([n, v]) => [n, n === 'dpop' ? v.replace(/\.[^.]*$/, `.${base64url('x'.repeat(64))}`) : v]),
      }),
    ).toBe('proof-key')
  })

  test('RSA with an exponent that takes long is none', async () => {
    const jwk = { ...rsa.publicJwk, e: Buffer.alloc(256, 0xff).toString('base64url') }
    const { createHash } = await import('node:crypto')
    const jkt = createHash('sha256')
      .update(JSON.stringify({ e: jwk.e, kty: 'RSA', n: rsa.publicJwk.n }))
      .digest('base64url')
    const token = issuer.mint({ cnf: { jkt } }, { now })
    const proof = proofOf(rsa, { url: URL_ASKED, token, now, header: { jwk } })
    expect(await setup().outcome({ headers: dpopWith(token, proof) })).toBe('proof-key')
  })

  test('the proof of one token does not serve another of the same key', async () => {
    const [mine, yours] = [boundTo(key), boundTo(key)]
    expect(mine).not.toBe(yours)
    const proof = proofOf(key, { url: URL_ASKED, token: mine, now })
    expect(await setup().outcome({ headers: dpopWith(yours, proof) })).toBe('proof-token')
  })

  test('an access token is no proof', async () => {
    const token = boundTo(key)
    expect(await setup().outcome({ headers: dpopWith(token, token) })).toBe('proof-header')
    const disguised = compactJws(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.publicJwk }), '{}', key)
    expect(await setup().outcome({ headers: dpopWith(token, disguised) })).toBe('proof-malformed')
  })
})

describe('a certificate', () => {
  const mesh = testAuthority('mesh')
  const certificates = [mesh.client('orders'), mesh.client('orders')].map(({ cert }) => new X509Certificate(cert))
  const digest = (certificate: X509Certificate | undefined) =>
    Buffer.from((certificate?.fingerprint256 ?? '').replaceAll(':', ''), 'hex').toString('base64url')
  const connectionWith = (x509: X509Certificate | null): object => {
    const clientCertificate = x509 && new ClientCertificate(x509, { authorities: [], revocations: () => [] })
    const connection = {}
    setTlsConnection(connection, { clientCertificate } as Parameters<typeof setTlsConnection>[1])
    return connection
  }
  const [mine = null, yours = null] = certificates

  test.each([
    ['its own', () => connectionWith(mine), 'caller'],
    ['another of the same name and authority', () => connectionWith(yours), 'certificate-mismatch'],
    ['none', () => connectionWith(null), 'certificate-mismatch'],
    ['no TLS', () => ({}), 'certificate-mismatch'],
  ])('%s, for a new token and a known one', async (_, connection, expected) => {
    const token = issuer.mint({ cnf: { 'x5t#S256': digest(certificates[0]) } }, { now })
    const made = setup()
    const headers = [['authorization', `Bearer ${token}`]] as const
    expect(await made.outcome({ headers, connection: connection() })).toBe(expected)
    expect(await made.outcome({ headers, connection: connectionWith(mine) })).toBe('caller')
    expect(await made.outcome({ headers, connection: connection() })).toBe(expected)
  })

  test("is that of the client where a proxy is named that hands it on, and never the proxy's own", async () => {
    const trust: Trust = {
      proxies: [parseAddressRange('127.0.0.1') as AddressRange],
      header: 'x-forwarded-for',
      certificate: 'client-cert',
    }
    const made = setup()
    const ask = (owner: X509Certificate | null, handedOn: X509Certificate | null) => {
      const token = issuer.mint({ cnf: { 'x5t#S256': digest(owner ?? undefined) } }, { now })
      const headers: [string, string][] = [['authorization', `Bearer ${token}`]]
      if (handedOn !== null) headers.push(['client-cert', `:${handedOn.raw.toString('base64')}:`])
      return made.outcome({ headers, trust, connection: connectionWith(yours) })
    }
    expect(await ask(mine, mine)).toBe('caller')
    expect(await ask(yours, mine)).toBe('certificate-mismatch')
    expect(await ask(yours, null)).toBe('certificate-mismatch')
  })

  test('counts no longer than it is valid, whatever the connection has', async () => {
    const clock = manualClock(now * 1000)
    const made = setup({ clock })
    const [, until] = [mine, Date.parse(mine?.validTo ?? '')] as const
    const token = issuer.mint({ cnf: { 'x5t#S256': digest(certificates[0]) }, exp: until / 1000 + 3600 }, { now })
    const asking = { headers: [['authorization', `Bearer ${token}`]] as const, connection: connectionWith(mine) }
    expect(await made.outcome(asking)).toBe('caller')
    clock.set(until)
    expect(await made.outcome(asking)).toBe('certificate-mismatch')
  })

  test('is no key to sign proofs', async () => {
    const token = issuer.mint({ cnf: { 'x5t#S256': digest(certificates[0]) } }, { now })
    const url = URL_ASKED.replace('http:', 'https:')
    const headers = dpopWith(token, proofOf(key, { url, token, now }))
    expect(await setup().outcome({ headers, connection: connectionWith(mine) })).toBe('token-unbound')
  })

  test('and a key: both', async () => {
    const token = issuer.mint({ cnf: { jkt: key.jkt, 'x5t#S256': digest(certificates[0]) } }, { now })
    const url = URL_ASKED.replace('http:', 'https:')
    const made = setup()
    const headers = () => dpopWith(token, proofOf(key, { url, token, now }))
    expect(await made.outcome({ headers: headers(), connection: connectionWith(mine) })).toBe('caller')
    expect(await made.outcome({ headers: headers(), connection: connectionWith(yours) })).toBe('certificate-mismatch')
    expect(await made.outcome({ headers: [['authorization', `Bearer ${token}`]], connection: connectionWith(mine) })).toBe(
      'proof-required',
    )
  })
})
