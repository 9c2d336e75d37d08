import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bearer, collectLog, fakePolicy, identityOf, requestWith } from '../../../../tests/support/identity.ts'
import { MOST_TIME, timed } from '../../../../tests/support/processor-time.ts'
import {
  base64url,
  compactJws,
  startTestIssuer,
  type TestIssuer,
  type TestKey,
  testKey,
} from '../../../../tests/support/test-issuer.ts'
import { createAuthenticator } from '../../create-authenticator.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startTestIssuer()
})
afterAll(() => issuer.close())

const RUNS = process.env.IAP_FULL === '1' ? 200_000 : 10_000
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/
const stranger = testKey('ES256')

/** What a forger has: a good token, the public key, and all the time in the world. */
function forgeries(good: string, key: TestKey): fc.Arbitrary<string> {
  const [head = '', body = '', signature = ''] = good.split('.')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString())
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const alphabet = fc.constantFrom(...'ABCDEFGHabcdefgh0123-_.=+/')
  const mutated = fc
    .tuple(fc.nat(good.length), alphabet, fc.constantFrom('replace', 'insert', 'remove', 'cut'))
    .map(([at, character, how]) => {
      if (how === 'cut') return good.slice(0, at)
      return good.slice(0, at) + (how === 'remove' ? '' : character) + good.slice(how === 'insert' ? at : at + 1)
    })
  const names = fc.constantFrom('alg', 'typ', 'kid', 'crit', 'jwk', 'jku', 'b64', 'zip', 'x')
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('none', 'HS256', 'ES256', 'at+jwt', key.kid, issuer.issuer, key.jwk),
  )
  const headers = fc
    .dictionary(names, values, { maxKeys: 2 })
    .map((changes) => base64url(JSON.stringify({ ...header, ...changes })))
  const payloads = fc
    .dictionary(fc.constantFrom('iss', 'aud', 'sub', 'exp', 'iat', 'x'), values, { maxKeys: 1 })
    .map((changes) => base64url(JSON.stringify({ ...claims, y: 1, ...changes })))
  const signatures = fc.oneof(
    fc.constant(signature),
    fc.uint8Array({ minLength: 0, maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  )
  const assembled = fc.tuple(headers, payloads, signatures).map((parts) => parts.join('.'))
  const signed = fc.tuple(headers, payloads).map(([h, p]) => {
    const text = (part: string) => Buffer.from(part, 'base64url').toString()
    return compactJws(text(h), text(p), stranger)
  })
  const noise = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.array(alphabet, { maxLength: 200 }).map((letters) => letters.join('')),
  )
  return fc.oneof(mutated, assembled, signed, noise).filter((token) => token !== good)
}

test(`${RUNS} random and mutated tokens: none authenticates, none throws, none takes long`, async () => {
  const key = issuer.keys[0] as TestKey
  const good = issuer.mint()
  const authenticator = createAuthenticator(
    { staff: identityOf(issuer.issuer), other: identityOf(issuer.issuer, { audience: ['other'], profile: 'jwt' }) },
    { clock: Date.now, log: collectLog(), monotonic: () => 0 },
  )
  const policy = fakePolicy()
  expect(await authenticator.authenticate(bearer(good), policy)).toMatchObject({ kind: 'caller' })
  const codes = new Map<string, number>()
  let longest = 0
  await fc.assert(
    fc.asyncProperty(forgeries(good, key), async (token) => {
      const header = { count: () => 1, get: () => `Bearer ${token}`, entries: () => [] }
      const request = TOKEN.test(token) ? bearer(token) : { ...requestWith(), headers: header }
      const [answer, took] = await timed(() => authenticator.authenticate(request, policy))
      longest = Math.max(longest, took)
      if (answer.kind !== 'refused') throw new Error(`authenticated as ${answer.kind}`)
      codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1)
    }),
    { seed: 20_260_301, numRuns: RUNS },
  )
  // The forgeries reach every stage, the last one included.
  for (const code of ['token-malformed', 'token-header', 'token-algorithm', 'unknown-key', 'signature'])
    expect(codes.get(code) ?? 0).toBeGreaterThan(50)
  expect(longest).toBeLessThan(MOST_TIME)
  // With IAP_FULL=1, many times as many.
}, 600_000)
