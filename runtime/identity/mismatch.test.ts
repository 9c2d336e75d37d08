import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyCharacter } from '../../tests/support/any-character.ts'
import { bearer, collectLog, fakePolicy, identityOf, manualClock, requestWith } from '../../tests/support/identity.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer, testKey } from '../../tests/support/test-issuer.ts'
import { createAuthenticator } from './create-authenticator.ts'
import { mismatch, oneOf } from './mismatch.ts'

describe('a mismatch', () => {
  test.each([
    ['a string', 'x', 'x'],
    ['a number', 1, '1'],
    ['absent', undefined, null],
    ['null', null, 'null'],
    ['strings', ['a', 'b'], '["a", "b"]'],
    ['many strings', Array(9).fill('a'), '["a", "a", "a", "a", "a", and 4 more]'],
    ['a list of other things', [1], 'an array'],
    ['an object', { a: 1 }, 'an object'],
    ['a control character', 'a\u001b[2Jb\n', 'a\\u001b[2Jb\\u000a'],
    ['what turns the direction of writing', 'a\u202eb', 'a\\u202eb'],
    ['half a character', 'a\ud800', 'a\ufffd'],
    ['a long string', 'x'.repeat(10_000), `${'x'.repeat(255)}…`],
  ])('%s', (_, value, seen) => {
    expect(mismatch('aud', value, oneOf(['c']))).toEqual({ field: 'aud', seen, expected: 'c', verified: false })
  })

  test('is bounded and has no control characters, whatever is in it', () => {
    const text = fc.string({ unit: anyCharacter, maxLength: 2000 })
    const value = fc.oneof(text, fc.array(text, { maxLength: 20 }), fc.anything())
    fc.assert(
      fc.property(value, fc.array(text, { minLength: 1, maxLength: 20 }), (seen, expected) => {
        const made = mismatch('aud', seen, oneOf(expected))
        for (const one of [made.seen ?? '', made.expected]) {
          expect(one.length).toBeLessThanOrEqual(256)
          // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
          expect(one).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/)
        }
      }),
      { numRuns: 2000, seed: 12 },
    )
  })
})

describe('a refused token says what was seen and what was expected', () => {
  let issuer: TestIssuer
  const now = 1_800_000_000
  beforeAll(async () => {
    issuer = await startTestIssuer()
  })
  afterAll(() => issuer.close())

  async function refusedFor(claims: object, header: object = {}, key = issuer.keys[0]) {
    const log = collectLog()
    const authenticator = createAuthenticator({ staff: identityOf(issuer.issuer) }, { clock: () => now * 1000, log })
    const text = issuer.mint({ sub: 'subject-of-the-token', ...claims }, { header: { ...header }, now, ...(key && { key }) })
    const answer = await authenticator.authenticate(bearer(text), fakePolicy())
    if (answer.kind !== 'refused') throw new Error(answer.kind)
    // The client's part has nothing of it.
    expect(answer.wwwAuthenticate).toBe('Bearer realm="iap", error="invalid_token"')
    const told = JSON.stringify([answer.message, answer.mismatch, log.lines])
    for (const part of [...text.split('.'), 'subject-of-the-token']) expect(told).not.toContain(part)
    return { code: answer.code, ...answer.mismatch, log: log.lines.filter((line) => line.startsWith('a credential is refused')) }
  }

  test.each([
    ['typ', {}, { typ: 'JWT' }, 'token-type', 'typ', 'JWT', 'at+jwt'],
    ['no typ', {}, { typ: undefined }, 'token-type', 'typ', null, 'at+jwt'],
    ['alg', {}, { alg: 'RS256' }, 'token-algorithm', 'alg', 'RS256', 'ES256'],
    ['crit', {}, { crit: ['x'] }, 'token-header', 'crit', '["x"]', 'absent'],
    ['kid that is no string', {}, { kid: 7 }, 'token-header', 'kid', '7', 'a string'],
    [
      'aud',
      { aud: ['https://a.example', 'https://b.example'] },
      {},
      'audience',
      'aud',
      '["https://a.example", "https://b.example"]',
      TEST_AUDIENCE,
    ],
    ['no aud', { aud: undefined }, {}, 'audience', 'aud', null, TEST_AUDIENCE],
    ['client_id', { client_id: undefined }, {}, 'claim-missing', 'client_id', null, 'a non-empty string'],
    ['sub', { sub: 7 }, {}, 'claim-missing', 'sub', 'a number', 'a non-empty string'],
    ['exp', { exp: now - 60 }, {}, 'expired', 'exp', '2027-01-15T07:59:00.000Z', 'after 2027-01-15T07:59:30.000Z'],
    ['nbf', { nbf: now + 60 }, {}, 'not-yet-valid', 'nbf', '2027-01-15T08:01:00.000Z', 'at or before 2027-01-15T08:00:30.000Z'],
    [
      'iat',
      { iat: now + 60 },
      {},
      'issued-in-future',
      'iat',
      '2027-01-15T08:01:00.000Z',
      'at or before 2027-01-15T08:00:30.000Z',
    ],
    ['exp of another type', { exp: '1' }, {}, 'claim-missing', 'exp', 'a string', 'a positive number of seconds since 1970'],
    ['exp beyond all dates', { nbf: 1e300 }, {}, 'not-yet-valid', 'nbf', '1e+300', 'at or before 2027-01-15T08:00:30.000Z'],
    [
      'cnf',
      { cnf: { jwk: {} } },
      {},
      'sender-constrained',
      'cnf',
      '["jwk"]',
      'members `jkt`, `x5t#S256`, each a SHA-256 in base64url',
    ],
  ] as const)('%s', async (_, claims, header, code, field, seen, expected) => {
    expect(await refusedFor(claims, header)).toMatchObject({ code, field, seen, expected, verified: false })
  })

  test('iss', async () => {
    const seen = 'https://evil.example\u001b[2J'
    const expected = { code: 'issuer', field: 'iss', seen: 'https://evil.example\\u001b[2J', expected: issuer.issuer }
    expect(await refusedFor({ iss: seen })).toMatchObject(expected)
  })

  test('kid, and the keys that there are', async () => {
    const expected = `the keys of the issuer, ${issuer.keys[0]?.kid}`
    expect(await refusedFor({}, {}, testKey('ES256', 'other'))).toMatchObject({
      code: 'unknown-key',
      field: 'kid',
      seen: 'other',
      expected,
    })
    const forged = testKey('ES256', issuer.keys[0]?.kid)
    expect(await refusedFor({}, {}, forged)).toMatchObject({
      code: 'signature',
      field: 'kid',
      expected: `a signature by ${expected}`,
    })
  })

  test('in the log too', async () => {
    const { log } = await refusedFor({}, { typ: 'JWT' })
    const fields = { code: 'token-type', field: 'typ', seen: 'JWT', expected: 'at+jwt', verified: false, others: 0 }
    expect(log).toEqual([`a credential is refused ${JSON.stringify(fields)}`])
  })

  test('of a scheme, only one that is known by name: what else stands there may be the secret', async () => {
    const authenticator = createAuthenticator({ staff: identityOf(issuer.issuer) }, { clock: Date.now, log: collectLog() })
    const seen = async (value: string) => {
      const answer = await authenticator.authenticate(requestWith(['authorization', value]), fakePolicy())
      return answer.kind === 'refused' ? answer.mismatch?.seen : answer.kind
    }
    expect(await seen('basic dXNlcjpwYXNz')).toBe('Basic')
    expect(await seen('ghp_0123456789abcdef x')).toBe('another')
  })

  test('one line a minute of each code and field, and how many there were', async () => {
    const log = collectLog()
    const monotonic = manualClock(0)
    const authenticator = createAuthenticator({ staff: identityOf(issuer.issuer) }, { clock: Date.now, log, monotonic })
    const refuse = (claims: object) => authenticator.authenticate(bearer(issuer.mint({ ...claims })), fakePolicy())
    for (let i = 0; i < 100; i++) await refuse({ aud: `https://${i}.example` })
    await refuse({ iss: 'https://evil.example' })
    monotonic.advance(60_000)
    await refuse({ aud: 'https://last.example' })
    const others = log.lines.map((line) => /"field":"(\w+)".*"others":(\d+)/.exec(line)?.slice(1))
    expect(others).toEqual([
      ['aud', '0'],
      ['iss', '0'],
      ['aud', '99'],
    ])
  })
})
