import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DpopKey, dpopKey, proofOf } from '../../../tests/support/dpop.ts'
import { collectLog, fakePolicy, identityOf, requestWith } from '../../../tests/support/identity.ts'
import { MOST_TIME, timed } from '../../../tests/support/processor-time.ts'
import { base64url, compactJws, startTestIssuer, type TestIssuer } from '../../../tests/support/test-issuer.ts'
import { createAuthenticator } from '../create-authenticator.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startTestIssuer()
})
afterAll(() => issuer.close())

const RUNS = process.env.IAP_FULL === '1' ? 200_000 : 10_000
const URL_ASKED = 'http://api.example/'
const stranger = dpopKey()

/** What a thief of a token has: the token, proofs of other requests, the public key, and all the time in the world. */
function forgeries(good: string, key: DpopKey, token: string): fc.Arbitrary<string> {
  const [head = '', body = '', signature = ''] = good.split('.')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString())
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const alphabet = fc.constantFrom(...'ABCDEFGHabcdefgh0123-_.=+/, ')
  const mutated = fc
    .tuple(fc.nat(good.length), alphabet, fc.constantFrom('replace', 'insert', 'remove', 'cut'))
    .map(([at, character, how]) => {
      if (how === 'cut') return good.slice(0, at)
      return good.slice(0, at) + (how === 'remove' ? '' : character) + good.slice(how === 'insert' ? at : at + 1)
    })
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('none', 'HS256', 'ES256', 'RS256', 'EdDSA', 'dpop+jwt', 'GET', URL_ASKED, key.publicJwk, stranger.publicJwk),
    fc.record({
      kty: fc.constantFrom('EC', 'RSA', 'OKP', 'oct'),
      crv: fc.constantFrom('P-256', 'Ed25519'),
      x: fc.string(),
      y: fc.string(),
    }),
  )
  const headers = fc
    .dictionary(fc.constantFrom('alg', 'typ', 'jwk', 'kid', 'crit', 'b64', 'x'), values, { maxKeys: 2 })
    .map((changes) => JSON.stringify({ ...header, ...changes }))
  const payloads = fc
    .dictionary(fc.constantFrom('htm', 'htu', 'iat', 'jti', 'ath', 'nonce', 'x'), values, { maxKeys: 2 })
    .map((changes) => JSON.stringify({ ...claims, jti: 'another', ...changes }))
  const signatures = fc.oneof(
    fc.constant(signature),
    fc.uint8Array({ minLength: 0, maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  )
  const assembled = fc.tuple(headers, payloads, signatures).map(([h, p, s]) => `${base64url(h)}.${base64url(p)}.${s}`)
  const signed = fc.tuple(headers, payloads).map(([h, p]) => compactJws(h, p, stranger))
  const noise = fc.oneof(
    fc.array(fc.constantFrom(...'!#%&()*:;<>?@[]^{|}~abc123.,"\\ '), { maxLength: 200 }).map((letters) => letters.join('')),
    fc.constantFrom(token, good.repeat(3), '{}', '.', '..', 'e30.e30.e30'),
  )
  return fc
    .oneof(mutated, assembled, signed, noise)
    .map((text) => text.trim())
    .filter((text) => text !== good)
}

test(`${RUNS} random and mutated proofs: none authenticates, none throws, none takes long`, async () => {
  const key = dpopKey()
  const now = Math.floor(Date.now() / 1000)
  const token = issuer.mint({ cnf: { jkt: key.jkt } }, { now })
  const good = proofOf(key, { url: URL_ASKED, token, now })
  const authenticator = createAuthenticator({ staff: identityOf(issuer.issuer) }, { clock: () => now * 1000, log: collectLog() })
  const policy = fakePolicy()
  const asked = (proof: string) => requestWith(['authorization', `DPoP ${token}`], ['dpop', proof])
  expect(await authenticator.authenticate(asked(good), policy)).toMatchObject({ kind: 'caller' })
  const codes = new Map<string, number>()
  let longest = 0
  await fc.assert(
    fc.asyncProperty(forgeries(good, key, token), async (proof) => {
      const [answer, took] = await timed(() => authenticator.authenticate(asked(proof), policy))
      longest = Math.max(longest, took)
      if (answer.kind !== 'refused') throw new Error(`authenticated as ${answer.kind}`)
      codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1)
    }),
    { seed: 20_261_127, numRuns: RUNS },
  )
  // They reach every stage; what was signed was shown before.
  for (const code of ['proof-malformed', 'proof-header', 'proof-request', 'proof-token', 'proof-key'])
    expect(codes.get(code) ?? 0, code).toBeGreaterThan(20)
  expect(longest).toBeLessThan(MOST_TIME)
  // With IAP_FULL=1, many times as many.
}, 600_000)
