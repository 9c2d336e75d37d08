import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CompactSign, exportJWK } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { refusals } from './assertion-refused.ts'
import { AssertionRefused, createVerifier, type VerifierOptions } from './index.ts'

// Signed by jose, so that what is accepted is not what our own signer happens to make.

const NOW = Date.UTC(2026, 0, 1, 12) / 1000
const pair = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve })
const { privateKey, publicKey } = pair()
const stranger = pair().privateKey

const good = {
  header: { alg: 'ES256', typ: 'iap-assertion+jwt', kid: 'one' } as Record<string, unknown>,
  payload: {
    iss: 'iap',
    aud: 'orders',
    sub: 'ann',
    identity: 'staff',
    claims: { groups: ['support'] },
    iat: NOW,
    nbf: NOW,
    exp: NOW + 120,
  } as Record<string, unknown>,
}

async function signed(header: object = {}, payload: object = {}, key: KeyObject = privateKey): Promise<string> {
  const whole = JSON.parse(JSON.stringify({ ...good.header, ...header }))
  return await new CompactSign(Buffer.from(JSON.stringify({ ...good.payload, ...payload })))
    .setProtectedHeader(whole)
    .sign(key, { crit: { x: true } })
}

let jwks: { readonly keys: readonly object[] }
beforeAll(async () => {
  jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', use: 'sig', alg: 'ES256' }] }
})

const verifier = (options: Partial<VerifierOptions> = {}) =>
  createVerifier({ audience: 'orders', jwks, clock: () => NOW * 1000, ...options })

const codeOf = (verifying: Promise<unknown>) =>
  verifying.then(
    () => 'taken',
    (error: unknown) => (error instanceof AssertionRefused ? error.code : error),
  )

const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('what is taken', () => {
  test('a caller', async () => {
    expect(await verifier().verify(await signed())).toEqual({
      subject: 'ann',
      identity: 'staff',
      claims: { groups: ['support'] },
    })
  })

  test('nobody, who came through the proxy', async () => {
    const nobody = await signed({}, { identity: 'anonymous', sub: undefined, claims: {} })
    expect(await verifier().verify(nobody)).toEqual({ subject: null, identity: 'anonymous', claims: {} })
  })

  test.each([
    ['up to 30 seconds after its end', 149.9, 'taken'],
    ['no longer', 150, 'assertion-expired'],
    ['from 30 seconds before it is made', -30, 'taken'],
    ['no earlier', -30.1, 'assertion-not-yet-valid'],
  ])('%s', async (_, after, code) => {
    const clock = () => (NOW + after) * 1000
    expect(await codeOf(verifier({ clock }).verify(await signed()))).toBe(code)
  })

  test('without a word for clocks where it is told so', async () => {
    const at = (after: number) => verifier({ clockSkew: 0, clock: () => (NOW + after) * 1000 })
    expect(await codeOf(at(119.9).verify(await signed()))).toBe('taken')
    expect(await codeOf(at(120).verify(await signed()))).toBe('assertion-expired')
  })
})

describe('what is refused', () => {
  test.each<[string, object, object, string]>([
    ['another algorithm', { alg: 'none' }, {}, 'assertion-header'],
    ['one with a shared secret', { alg: 'HS256' }, {}, 'assertion-header'],
    ['one of the same family', { alg: 'ES384' }, {}, 'assertion-header'],
    ['its name in other letters', { alg: 'es256' }, {}, 'assertion-header'],
    ['another type', { typ: 'JWT' }, {}, 'assertion-header'],
    ['an access token', { typ: 'at+jwt' }, {}, 'assertion-header'],
    ['no type', { typ: undefined }, {}, 'assertion-header'],
    ['no key', { kid: undefined }, {}, 'assertion-header'],
    ['a key that is no text', { kid: 1 }, {}, 'assertion-header'],
    ['something critical', { crit: ['x'], x: 1 }, {}, 'assertion-header'],
    ['a key that nobody publishes', { kid: 'two' }, {}, 'assertion-key'],
    ['another issuer', {}, { iss: 'iap2' }, 'assertion-issuer'],
    ['no issuer', {}, { iss: undefined }, 'assertion-issuer'],
    ['another service', {}, { aud: 'catalog' }, 'assertion-audience'],
    ['several services', {}, { aud: ['orders', 'catalog'] }, 'assertion-audience'],
    ['the service in a list', {}, { aud: ['orders'] }, 'assertion-audience'],
    ['the service in other letters', {}, { aud: 'Orders' }, 'assertion-audience'],
    ['no service', {}, { aud: undefined }, 'assertion-audience'],
    ['no end', {}, { exp: undefined }, 'assertion-claims'],
    ['an end that is no number', {}, { exp: String(NOW + 120) }, 'assertion-claims'],
    ['an end before its beginning', {}, { exp: NOW - 1 }, 'assertion-claims'],
    ['too long a life', {}, { exp: NOW + 301 }, 'assertion-claims'],
    ['no beginning', {}, { nbf: undefined }, 'assertion-claims'],
    ['no time of making', {}, { iat: undefined }, 'assertion-claims'],
    ['a beginning in the future', {}, { nbf: NOW + 31 }, 'assertion-not-yet-valid'],
    ['a making in the future', {}, { iat: NOW + 31, exp: NOW + 120 }, 'assertion-not-yet-valid'],
    ['no identity', {}, { identity: undefined }, 'assertion-claims'],
    ['an empty identity', {}, { identity: '' }, 'assertion-claims'],
    ['somebody who is nobody', {}, { identity: 'anonymous' }, 'assertion-claims'],
    ['a subject that is no text', {}, { sub: 7 }, 'assertion-claims'],
    ['no claims', {}, { claims: undefined }, 'assertion-claims'],
    ['a list of claims', {}, { claims: [] }, 'assertion-claims'],
  ])('%s', async (_, header, payload, code) => {
    // jose does not sign what it would not verify: the signature is beside what is asked for.
    const assertion = await signed(header, payload).catch(async () => {
      const [, , signature] = (await signed()).split('.')
      return `${text({ ...good.header, ...header })}.${text({ ...good.payload, ...payload })}.${signature}`
    })
    expect(await codeOf(verifier().verify(assertion))).toBe(code)
  })

  test('a signature of somebody else under a name that is published', async () => {
    expect(await codeOf(verifier().verify(await signed({}, {}, stranger)))).toBe('assertion-signature')
  })

  test('one byte that was changed, wherever', async () => {
    const [header = '', payload = '', signature = ''] = (await signed()).split('.')
    const other = text({ ...good.payload, sub: 'eve' })
    expect(await codeOf(verifier().verify([header, other, signature].join('.')))).toBe('assertion-signature')
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    expect(await codeOf(verifier().verify([header, payload, flipped].join('.')))).toBe('assertion-signature')
  })

  test.each([
    ['nothing', undefined, 'assertion-missing'],
    ['no line', [], 'assertion-missing'],
    ['an empty line', '', 'assertion-malformed'],
    ['no JWT', 'ann', 'assertion-malformed'],
    ['a list of two that are the same', 'two', 'assertion-repeated'],
    ['two in one line', 'joined', 'assertion-malformed'],
    ['a signature that is left out', 'unsigned', 'assertion-malformed'],
    ['a signature that is too short', 'short', 'assertion-signature'],
    ['padding', 'padded', 'assertion-malformed'],
    ['a blank before it', 'blank', 'assertion-malformed'],
    ['a name twice in its header', 'twice', 'assertion-malformed'],
    ['more than 12 kB', 'long', 'assertion-malformed'],
  ])('%s', async (_, header, code) => {
    const one = await signed()
    const spellings: Readonly<Record<string, string | readonly string[]>> = {
      two: [one, one],
      joined: `${one}, ${one}`,
      unsigned: one.slice(0, one.lastIndexOf('.') + 1),
      short: one.slice(0, -2),
      padded: `${one}=`,
      blank: ` ${one}`,
      twice: one.replace(
        /^[^.]*/,
        Buffer.from('{"alg":"ES256","alg":"none","typ":"iap-assertion+jwt","kid":"one"}').toString('base64url'),
      ),
      long: await signed({}, { claims: { x: 'x'.repeat(12_288) } }),
    }
    const value = typeof header === 'string' ? (spellings[header] ?? header) : header
    expect(await codeOf(verifier().verify(value))).toBe(code)
  })

  test('a request with two lines of the header, in whatever letters', async () => {
    const one = await signed()
    expect(await verifier().verifyRequest({ rawHeaders: ['Host', 'x', 'X-Iap-Assertion', one] })).toMatchObject({
      subject: 'ann',
    })
    const twice = ['x-iap-assertion', one, 'X-IAP-ASSERTION', one]
    expect(await codeOf(verifier().verifyRequest({ rawHeaders: twice }))).toBe('assertion-repeated')
    expect(await codeOf(verifier().verifyRequest({ rawHeaders: ['x', 'x-iap-assertion'] }))).toBe('assertion-missing')
  })

  test('and told', async () => {
    const told: string[] = []
    await codeOf(verifier({ onRefused: ({ code, status }) => told.push(`${code} ${status}`) }).verify(undefined))
    expect(told).toEqual(['assertion-missing 401'])
  })
})

describe('options that would let it check less', () => {
  const url = 'https://proxy.example/.well-known/iap/jwks.json'
  test.each<[string, object, RegExp]>([
    ['no audience', { audience: undefined }, /audience/],
    ['an empty audience', { audience: '' }, /audience/],
    ['a list of audiences', { audience: ['orders'] }, /audience/],
    ['an empty issuer', { issuer: '' }, /issuer/],
    ['a clock that may be wrong by an hour', { clockSkew: 3600 }, /clockSkew/],
    ['no number', { clockSkew: Number.NaN }, /clockSkew/],
    ['keys that count for ever', { jwks: url, staleKeys: Number.POSITIVE_INFINITY }, /staleKeys/],
    ['no keys', { jwks: undefined }, /jwks/],
    ['an empty set', { jwks: { keys: [] } }, /jwks/],
    ['a set with a private key', { jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one' }] } }, /jwks/],
    ['keys without a name', { jwks: { keys: [publicKey.export({ format: 'jwk' })] } }, /jwks/],
    ['a file', { jwks: 'file:///etc/keys' }, /https/],
    ['keys over a network that anybody could be on', { jwks: 'http://proxy:8080/x' }, /https/],
    ['a host that only begins as this machine', { jwks: 'http://localhost.example/x' }, /https/],
  ])('%s', (_, options, message) => {
    expect(() => verifier(options)).toThrow(TypeError)
    expect(() => verifier(options)).toThrow(message)
  })

  test('but not those that say so', () => {
    for (const jwks of [url, new URL(url), 'http://127.0.0.1:8080/x', 'http://[::1]/x', 'http://localhost/x'])
      expect(() => verifier({ jwks })).not.toThrow()
    expect(() => verifier({ jwks: 'http://proxy:8080/x', insecureHttp: true })).not.toThrow()
  })
})

describe('keys of the proxy', () => {
  let server: Server
  let url: string
  let published: readonly object[] | 'away'
  let asked = 0
  beforeAll(async () => {
    server = createServer((_, response) => {
      asked++
      if (published === 'away') response.writeHead(503).end()
      else response.end(JSON.stringify({ keys: published }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/iap/jwks.json`
  })
  afterEach(() => {
    asked = 0
  })
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })

  const next = pair()
  const nextJwk = async () => ({ ...(await exportJWK(next.publicKey)), kid: 'two' })

  test('are fetched once, by however many at once', async () => {
    published = jwks.keys
    const fetching = verifier({ jwks: url })
    const one = await signed()
    expect(await Promise.all(Array.from({ length: 20 }, () => codeOf(fetching.verify(one))))).toEqual(Array(20).fill('taken'))
    expect(asked).toBe(1)
  })

  test('are fetched again for one that is not known, and the one before goes on', async () => {
    published = jwks.keys
    const fetching = verifier({ jwks: url })
    await fetching.verify(await signed())
    published = [...jwks.keys, await nextJwk()]
    expect(await codeOf(fetching.verify(await signed({ kid: 'two' }, {}, next.privateKey)))).toBe('taken')
    expect(await codeOf(fetching.verify(await signed()))).toBe('taken')
    expect(asked).toBe(2)
  })

  test('that are withdrawn do not count', async () => {
    published = jwks.keys
    const fetching = verifier({ jwks: url })
    await fetching.verify(await signed())
    published = [await nextJwk()]
    await fetching.verify(await signed({ kid: 'two' }, {}, next.privateKey))
    expect(await codeOf(fetching.verify(await signed()))).toBe('assertion-key')
  })

  test('are not fetched for everybody who invents a name', async () => {
    published = jwks.keys
    const fetching = verifier({ jwks: url })
    await fetching.verify(await signed())
    for (let at = 0; at < 50; at++)
      expect(await codeOf(fetching.verify(await signed({ kid: `kid-${at}` })))).toBe('assertion-key')
    expect(asked).toBeLessThan(10)
    expect(await codeOf(fetching.verify(await signed()))).toBe('taken')
  })

  test('serve on while the proxy is away; where there are none, nobody can tell', async () => {
    published = jwks.keys
    const known = verifier({ jwks: url })
    await known.verify(await signed())
    published = 'away'
    expect(await codeOf(known.verify(await signed()))).toBe('taken')
    const refused: AssertionRefused[] = []
    const fresh = verifier({ jwks: url, onRefused: (one) => refused.push(one) })
    expect(await codeOf(fresh.verify(await signed()))).toBe('keys-unavailable')
    expect([refused[0]?.status, refused[0]?.cause]).toEqual([503, expect.stringContaining('answers 503')])
  })

  test('serve no longer than is said', async () => {
    published = jwks.keys
    const known = verifier({ jwks: url, staleKeys: 60 })
    await known.verify(await signed())
    published = 'away'
    const now = performance.now()
    const spy = vi.spyOn(performance, 'now')
    spy.mockReturnValue(now + 59_000)
    expect(await codeOf(known.verify(await signed()))).toBe('taken')
    spy.mockReturnValue(now + 62_000)
    expect(await codeOf(known.verify(await signed()))).toBe('keys-unavailable')
    published = jwks.keys
    spy.mockReturnValue(now + 64_000)
    expect(await codeOf(known.verify(await signed()))).toBe('taken')
    spy.mockRestore()
  })

  test('are not taken from elsewhere', async () => {
    const elsewhere = createServer((_, response) => response.writeHead(302, { location: url }).end())
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    published = jwks.keys
    const redirected = verifier({ jwks: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/` })
    expect(await codeOf(redirected.verify(await signed()))).toBe('keys-unavailable')
    expect(asked).toBe(0)
    elsewhere.close()
    elsewhere.closeAllConnections()
  })
})

test('docs/reference/assertion.md explains each code, and no other', () => {
  const page = readFileSync(new URL('../../docs/reference/assertion.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| (`[^|]*) \| (401|503) \|/gm)]
  const explained = rows.flatMap(([, codes = '', status]) =>
    [...codes.matchAll(/`([^`]+)`/g)].map(([, code]) => `${code} ${status}`),
  )
  const codes = Object.keys(refusals) as (keyof typeof refusals)[]
  expect(explained.toSorted()).toEqual(codes.map((code) => `${code} ${new AssertionRefused(code).status}`).toSorted())
})
