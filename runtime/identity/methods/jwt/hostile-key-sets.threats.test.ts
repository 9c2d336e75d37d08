/** Hostile key sets: what an issuer, or somebody between the proxy and the issuer, sends in place of a key set (RFC 7517). */
import type { ServerResponse } from 'node:http'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { bearer, collectLog, fakePolicy, identityOf, manualClock } from '../../../../tests/support/identity.ts'
import { JWKS_PATH, METADATA_PATH, startTestIssuer, type TestIssuer, testKey } from '../../../../tests/support/test-issuer.ts'
import { createAuthenticator } from '../../create-authenticator.ts'

const open: TestIssuer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((issuer) => issuer.close()))
})

async function start(): Promise<TestIssuer> {
  const issuer = await startTestIssuer()
  open.push(issuer)
  return issuer
}

/** Returns a function that presents a token and returns the outcome. */
function authenticating(issuer: TestIssuer, fetchTimeout = 2_000) {
  const age = manualClock(0)
  const deps = { clock: Date.now, monotonic: age, log: collectLog(), fetchTimeout }
  const authenticator = createAuthenticator({ staff: identityOf(issuer.issuer) }, deps)
  const outcome = async (token: string): Promise<string> => {
    const answer = await authenticator.authenticate(bearer(token), fakePolicy())
    return answer.kind === 'refused' ? `${answer.status} ${answer.code}` : answer.kind
  }
  return { outcome, age }
}

const UNAVAILABLE = '503 identity-provider-unavailable'
const MEGABYTES = 10 * 1024 * 1024
const json = { 'content-type': 'application/json' }

type Answer = (response: ServerResponse, good: string) => void

const bytes =
  (make: (good: string) => Buffer | string, headers: Record<string, string> = json, status = 200): Answer =>
  (response, good) =>
    response.writeHead(status, headers).end(make(good))

const refused: readonly (readonly [string, Answer])[] = [
  ['10 MB of keys', bytes(() => `{"keys":[${'{"kty":"EC"},'.repeat(MEGABYTES / 13)}{}]}`)],
  ['10 MB of blanks before the keys', bytes((good) => ' '.repeat(MEGABYTES) + good)],
  ['10 MB in 10 kB of gzip', bytes((good) => gzipSync(' '.repeat(MEGABYTES) + good), { ...json, 'content-encoding': 'gzip' })],
  [
    '10 MB in some bytes of Brotli',
    bytes((good) => brotliCompressSync(' '.repeat(MEGABYTES) + good), { ...json, 'content-encoding': 'br' }),
  ],
  ['gzip that is none', bytes((good) => good, { ...json, 'content-encoding': 'gzip' })],
  ['UTF-16', bytes((good) => Buffer.from(good, 'utf16le'))],
  ['UTF-8 with a broken character', bytes((good) => Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.from([0xff, 0x7d])]))],
  ['a key set behind another text', bytes((good) => `x${good}`)],
  ['a key set in a string', bytes((good) => JSON.stringify(good))],
  ['JSON nested 200,000 times', bytes(() => '['.repeat(200_000))],
  ['status 203', bytes((good) => good, json, 203)],
  ['status 206', bytes((good) => good, json, 206)],
  ['status 404 with good keys', bytes((good) => good, json, 404)],
  ['status 500 with good keys', bytes((good) => good, json, 500)],
]

describe('an answer that is no key set leaves the issuer without keys', () => {
  test.each(refused)('%s', async (_, answer) => {
    const issuer = await start()
    const good = JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) })
    issuer.answer(JWKS_PATH, (response) => answer(response, good))
    expect(await authenticating(issuer).outcome(issuer.mint())).toBe(UNAVAILABLE)
  })

  test.each([301, 302, 303, 307, 308])('status %i to keys elsewhere, which nobody asks for', async (status) => {
    const issuer = await start()
    const other = await start()
    issuer.answer(JWKS_PATH, (response) => response.writeHead(status, { location: `${other.issuer}${JWKS_PATH}` }).end())
    expect(await authenticating(issuer).outcome(issuer.mint({}, { key: other.keys[0] as never }))).toBe(UNAVAILABLE)
    expect([...other.requests]).toEqual([])
  })

  test('a redirect to itself', async () => {
    const issuer = await start()
    issuer.answer(JWKS_PATH, (response) => response.writeHead(302, { location: JWKS_PATH }).end())
    expect(await authenticating(issuer).outcome(issuer.mint())).toBe(UNAVAILABLE)
    expect(issuer.requests.get(JWKS_PATH)).toBe(1)
  })

  test('a byte each 20 ms for ever: the time-out counts the whole answer', async () => {
    const issuer = await start()
    let closed = 0
    issuer.answer(JWKS_PATH, (response) => {
      response.writeHead(200, json)
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => {
        clearInterval(timer)
        closed += 1
      })
    })
    expect(await authenticating(issuer, 300).outcome(issuer.mint())).toBe(UNAVAILABLE)
    await expect.poll(() => closed).toBe(1)
  })

  test('metadata of 10 MB', async () => {
    const issuer = await start()
    issuer.answer(METADATA_PATH, (response) => response.writeHead(200, json).end(' '.repeat(MEGABYTES)))
    expect(await authenticating(issuer).outcome(issuer.mint())).toBe(UNAVAILABLE)
  })
})

describe('keys among which only good ones count', () => {
  const ec = testKey('ES256')
  const jwks: readonly (readonly [string, (jwk: Record<string, unknown>) => readonly unknown[], string])[] = [
    ['a good key', (jwk) => [jwk], 'caller'],
    ['a key of another under the same `kid` before it', (jwk) => [{ ...ec.jwk, kid: jwk.kid }, jwk], 'caller'],
    ['a key whose point is not on the curve', (jwk) => [{ ...jwk, x: jwk.y, y: jwk.x }], '401 signature'],
    ['a key whose point is zero', (jwk) => [{ ...jwk, x: 'A'.repeat(43), y: 'A'.repeat(43) }], '401 signature'],
    ['a key of another curve by its name', (jwk) => [{ ...jwk, crv: 'P-384' }], '401 unknown-key'],
    ['a key without `kid`, of a token with one', (jwk) => [{ ...jwk, kid: undefined }], '401 unknown-key'],
    ['`use` in capitals', (jwk) => [{ ...jwk, use: 'SIG' }], '401 unknown-key'],
    ['`use` null', (jwk) => [{ ...jwk, use: null }], '401 unknown-key'],
    ['`key_ops` for signing', (jwk) => [{ ...jwk, use: undefined, key_ops: ['sign'] }], '401 unknown-key'],
    ['members of a certificate, which are not read', (jwk) => [{ ...jwk, x5c: ['AAAA'], x5u: 'file:///etc/passwd' }], 'caller'],
    ['members in `__proto__` alone', (jwk) => [JSON.parse(`{"__proto__":${JSON.stringify(jwk)}}`)], '401 unknown-key'],
    ['100 keys of others', () => Array.from({ length: 100 }, (_, at) => ({ ...ec.jwk, kid: `${at}` })), '401 unknown-key'],
    ['no key', () => [], '401 unknown-key'],
  ]
  test.each(jwks)('%s', async (_, keys, expected) => {
    const issuer = await start()
    issuer.answer(JWKS_PATH, { keys: keys(issuer.keys[0]?.jwk ?? {}) })
    expect(await authenticating(issuer).outcome(issuer.mint())).toBe(expected)
  })

  test('keys in `__proto__` of the answer are no keys', async () => {
    const issuer = await start()
    const keys = JSON.stringify([issuer.keys[0]?.jwk])
    issuer.answer(JWKS_PATH, (response) => response.writeHead(200, json).end(`{"__proto__":{"keys":${keys}}}`))
    expect(await authenticating(issuer).outcome(issuer.mint())).toBe(UNAVAILABLE)
  })

  test('a set that changes with each answer costs five requests, whatever comes', async () => {
    const issuer = await start()
    const { outcome } = authenticating(issuer)
    issuer.answer(JWKS_PATH, (response) => response.writeHead(200, json).end(JSON.stringify({ keys: [testKey('ES256').jwk] })))
    for (let turn = 0; turn < 20; turn += 1) expect(await outcome(issuer.mint())).toBe('401 unknown-key')
    expect(issuer.requests.get(JWKS_PATH)).toBe(5)
  })

  test('a key that comes and goes counts while it is there', async () => {
    const issuer = await start()
    const { outcome, age } = authenticating(issuer)
    const token = issuer.mint()
    const stays = issuer.rotate({ keepOld: true })
    for (const isThere of [true, false, true]) {
      issuer.answer(JWKS_PATH, isThere ? null : { keys: [stays.jwk] })
      age.advance(301_000)
      // The first request causes the refresh beside it, and an invented `kid` waits for it.
      await outcome(issuer.mint({}, { header: { kid: crypto.randomUUID() } }))
      expect(await outcome(token)).toBe(isThere ? 'caller' : '401 unknown-key')
    }
  })
})
