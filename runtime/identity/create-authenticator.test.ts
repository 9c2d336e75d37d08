import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { factsLike } from '../../tests/support/facts.ts'
import { bearer, collectLog, fakePolicy, identityOf, manualClock, requestWith } from '../../tests/support/identity.ts'
import { startTestIssuer, TEST_AUDIENCE, type TestIssuer } from '../../tests/support/test-issuer.ts'
import type { Caller } from './authentication.ts'
import { createAuthenticator } from './create-authenticator.ts'
import type { IdentityConfig } from './identity-config.ts'

let issuer: TestIssuer
let partners: TestIssuer
beforeAll(async () => {
  issuer = await startTestIssuer()
  partners = await startTestIssuer()
})
afterAll(async () => {
  await issuer.close()
  await partners.close()
})

function setup(
  identities: Record<string, IdentityConfig> = { staff: identityOf(issuer.issuer) },
  clock: () => number = Date.now,
) {
  return createAuthenticator(identities, { clock, log: collectLog() })
}

async function codeOf(...headers: (readonly [string, string])[]): Promise<string> {
  const answer = await setup().authenticate(requestWith(...headers), fakePolicy())
  return answer.kind === 'refused' ? answer.code : answer.kind
}

describe('the Authorization header', () => {
  test('none: anonymous, at once, and the same object each time', () => {
    const authenticator = setup()
    const policy = fakePolicy()
    const first = authenticator.authenticate(requestWith(), policy)
    expect(first).toEqual({ kind: 'anonymous', facts: policy.anonymous })
    expect(authenticator.authenticate(requestWith(), policy)).toBe(first)
  })

  test('is shown, whatever it holds, or is not', () => {
    const authenticator = setup()
    const shown = (...headers: (readonly [string, string])[]) => authenticator.shows(requestWith(...headers), {})
    expect([shown(), shown(['cookie', 'a=b'])]).toEqual([false, false])
    expect([shown(['authorization', 'Bearer a.b.c']), shown(['authorization', 'Basic eA=='])]).toEqual([true, true])
  })

  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('%s', async (scheme) => {
    expect(await codeOf(['authorization', `${scheme} ${issuer.mint()}`])).toBe('caller')
  })

  test.each([
    ['Basic', 'Basic dXNlcjpwYXNz', 'unsupported-scheme'],
    ['DPoP', 'DPoP a.b.c', 'token-malformed'],
    ['DPoP without a token', 'DPoP', 'credential-malformed'],
    ['DPoP with two spaces', 'DPoP  a.b.c', 'token-malformed'],
    ['DPoPs', 'DPoPs a.b.c', 'unsupported-scheme'],
    ['Negotiate', 'Negotiate', 'unsupported-scheme'],
    ['a longer word', 'Bearers a.b.c', 'unsupported-scheme'],
    ['a token without a scheme', 'eyJhbGciOiJFUzI1NiJ9', 'unsupported-scheme'],
    ['empty', '', 'credential-malformed'],
    ['no token', 'Bearer', 'credential-malformed'],
    ['two spaces', 'Bearer  a.b.c', 'token-malformed'],
    ['a tab', 'Bearer\ta.b.c', 'credential-malformed'],
    ['a space in the token', 'Bearer a.b .c', 'token-malformed'],
    ['two credentials', 'Bearer a.b.c, Basic x', 'token-malformed'],
    ['a quoted token', 'Bearer "a.b.c"', 'token-malformed'],
    ['another first scheme', 'Basic x, Bearer a.b.c', 'unsupported-scheme'],
  ])('%s: refused', async (_, value, code) => {
    // Spaces around the value and tabs in it end before us; what is asked here is what would happen if they came.
    const request = { ...requestWith(), headers: { count: () => 1, get: () => value, entries: () => [] } }
    expect(await setup().authenticate(request, fakePolicy())).toMatchObject({ kind: 'refused', status: 401, code })
  })

  test('an unsupported scheme is asked for a token without an error (RFC 6750, section 3)', async () => {
    const answer = await setup().authenticate(requestWith(['authorization', 'Basic x']), fakePolicy())
    expect(answer).toMatchObject({ wwwAuthenticate: 'Bearer realm="iap"' })
  })

  test('two lines: refused, should they ever get here', () => {
    const request = { ...requestWith(), headers: { count: () => 2, get: () => undefined, entries: () => [] } }
    expect(setup().authenticate(request, fakePolicy())).toMatchObject({ kind: 'refused', code: 'credential-repeated' })
  })

  test('a token in the query is no credential', async () => {
    const request = { ...requestWith(), rawQuery: `?access_token=${issuer.mint()}` }
    expect(await setup().authenticate(request, fakePolicy())).toMatchObject({ kind: 'anonymous' })
  })

  test('without any identity, a credential is refused all the same', async () => {
    expect(await setup({}).authenticate(bearer(issuer.mint()), fakePolicy())).toMatchObject({ kind: 'refused', code: 'issuer' })
  })
})

describe('which identity', () => {
  test('by issuer', async () => {
    const authenticator = setup({ staff: identityOf(issuer.issuer), partner: identityOf(partners.issuer) })
    expect(await authenticator.authenticate(bearer(partners.mint()), fakePolicy())).toMatchObject({ identity: 'partner' })
    expect(await authenticator.authenticate(bearer(issuer.mint()), fakePolicy())).toMatchObject({ identity: 'staff' })
  })

  test('of one issuer by audience, each under its own rules', async () => {
    const authenticator = setup({
      staff: identityOf(issuer.issuer),
      robot: identityOf(issuer.issuer, { audience: ['robots'], algorithms: ['RS256'] }),
    })
    expect(await authenticator.authenticate(bearer(issuer.mint()), fakePolicy())).toMatchObject({ identity: 'staff' })
    const answer = await authenticator.authenticate(bearer(issuer.mint({ aud: 'robots' })), fakePolicy())
    expect(answer).toMatchObject({ kind: 'refused', code: 'token-algorithm' })
  })

  test('the keys of one issuer never verify tokens of another', async () => {
    const authenticator = setup({ staff: identityOf(issuer.issuer), partner: identityOf(partners.issuer) })
    const forged = partners.mint({ iss: issuer.issuer })
    expect(await authenticator.authenticate(bearer(forged), fakePolicy())).toMatchObject({ kind: 'refused', code: 'unknown-key' })
  })
})

describe('the caller', () => {
  test('what it holds', async () => {
    const token = issuer.mint({ groups: ['a'], exp: Math.floor(Date.now() / 1000) + 100 })
    const answer = (await setup().authenticate(bearer(token), fakePolicy())) as Caller
    expect(answer).toMatchObject({ kind: 'caller', identity: 'staff', subject: 'ann' })
    expect(answer.claims).toMatchObject({ iss: issuer.issuer, aud: TEST_AUDIENCE, groups: ['a'] })
    expect(answer.credential).toBe(createHash('sha256').update(token).digest('base64url'))
    expect(answer.expires).toBe((answer.claims.exp as number) + 30)
  })

  test('claims that do not fit: 401, with what the policy says of them', async () => {
    const policy = fakePolicy((_, { groups }, auth) =>
      Array.isArray(groups) ? { ok: true, facts: factsLike({ auth }) } : { ok: false, message: 'claim `/groups` must be array' },
    )
    const authenticator = setup()
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await authenticator.authenticate(bearer(issuer.mint({ groups: 'admin' })), policy)
      expect(answer).toEqual({
        kind: 'refused',
        status: 401,
        code: 'claims',
        message: 'claim `/groups` must be array',
        wwwAuthenticate: 'Bearer realm="iap", error="invalid_token"',
      })
    }
  })

  test('a method that this version of the policy does not name counts for nothing', async () => {
    const authenticator = setup()
    const accepting = fakePolicy()
    const token = bearer(issuer.mint())
    expect(await authenticator.authenticate(token, { ...accepting, accepts: () => false })).toMatchObject({
      kind: 'refused',
      status: 401,
      code: 'method',
    })
    expect(await authenticator.authenticate(token, accepting)).toMatchObject({ kind: 'caller' })
    const asked: string[][] = []
    await authenticator.authenticate(token, { ...accepting, accepts: (...words) => asked.push(words) > 0 })
    expect(asked).toEqual([['staff', 'jwt']])
  })

  test('a known credential is answered at once, with the same object', async () => {
    const authenticator = setup()
    const policy = fakePolicy()
    const request = bearer(issuer.mint())
    const first = await authenticator.authenticate(request, policy)
    expect(authenticator.authenticate(request, policy)).toBe(first)
  })

  test('facts are those of the policy that asks, even of two with one revision', async () => {
    const authenticator = setup()
    const calls = [0, 0]
    const policies = [0, 1].map((bit) =>
      fakePolicy((_, __, auth) => {
        calls[bit] = (calls[bit] ?? 0) + 1
        return { ok: true, facts: factsLike({ auth, identity: bit }) }
      }),
    )
    const request = bearer(issuer.mint())
    for (const bit of [0, 0, 1, 1, 0]) {
      const policy = policies[bit]
      if (policy === undefined) throw new Error()
      expect(await authenticator.authenticate(request, policy)).toMatchObject({ facts: { identity: bit } })
    }
    expect(calls).toEqual([2, 1])
  })
})

describe('a caller that one policy has seen, under another', () => {
  const lenient = fakePolicy()
  const strict = fakePolicy(() => ({ ok: false, message: 'claim `/groups` must be array' }))

  test('is seen by that one, also where the first has refused its claims, or the method', async () => {
    const authenticator = setup()
    const request = bearer(issuer.mint({ sub: 'ben' }))
    for (const policy of [strict, { ...lenient, accepts: () => false }]) {
      const refused = await authenticator.authenticate(request, policy)
      expect(refused.kind).toBe('refused')
      expect(authenticator.personOf(refused)).toMatchObject({ identity: 'staff', subject: 'ben' })
      expect(authenticator.again(refused, lenient)).toMatchObject({ kind: 'caller', identity: 'staff', subject: 'ben' })
    }
    const caller = await authenticator.authenticate(request, lenient)
    expect(authenticator.personOf(caller)).toMatchObject({ identity: 'staff', subject: 'ben' })
    expect(authenticator.again(caller, strict)).toMatchObject({ kind: 'refused', code: 'claims' })
  })

  test('is nobody where the credential itself does not count, whatever the policy', async () => {
    const authenticator = setup()
    const forged = await authenticator.authenticate(bearer(partners.mint({ iss: issuer.issuer })), lenient)
    expect(forged).toMatchObject({ kind: 'refused', code: 'unknown-key' })
    expect([authenticator.personOf(forged), authenticator.again(forged, lenient)]).toEqual([null, forged])
    const anonymous = await authenticator.authenticate(requestWith(), strict)
    expect([authenticator.personOf(anonymous), authenticator.again(anonymous, lenient).kind]).toEqual([null, 'anonymous'])
  })

  test('is known without asking anybody, or not at all', async () => {
    const authenticator = setup()
    const request = bearer(issuer.mint())
    const before = issuer.requests.get('/jwks') ?? 0
    expect(authenticator.known(request, lenient, {})).toBeNull()
    expect(issuer.requests.get('/jwks') ?? 0).toBe(before)
    expect(authenticator.known(requestWith(), lenient, {})).toMatchObject({ kind: 'anonymous' })
    expect(authenticator.known(requestWith(['authorization', 'Basic x']), lenient, {})).toMatchObject({
      code: 'unsupported-scheme',
    })
    const caller = await authenticator.authenticate(request, lenient)
    expect(authenticator.known(request, lenient, {})).toBe(caller)
  })
})

describe('what is kept', () => {
  /** How many of so many callers, who came one after the other, need not be verified again. */
  async function keptOf(callers: number, bytesPerCaller: number): Promise<number> {
    const authenticator = setup()
    const policy = fakePolicy(undefined, bytesPerCaller)
    const requests = Array.from({ length: callers }, (_, at) => bearer(issuer.mint({ sub: `caller ${at}` })))
    for (const request of requests) await authenticator.authenticate(request, policy)
    // At once is what was known.
    return requests.filter((request) => !(authenticator.authenticate(request, policy) instanceof Promise)).length
  }

  test('is bounded by what a policy of many routes keeps of each caller', async () => {
    expect(await keptOf(20, 60_000)).toBe(20)
    const kept = await keptOf(20, 8_000_000)
    expect(kept).toBeGreaterThan(0)
    expect(kept * 8_000_000).toBeLessThanOrEqual(64_000_000)
  })

  test('weighs what the policy that asked last keeps', async () => {
    const authenticator = setup()
    const [light, heavy] = [fakePolicy(), fakePolicy(undefined, 8_000_000)]
    const requests = Array.from({ length: 20 }, (_, at) => bearer(issuer.mint({ sub: `caller ${at}` })))
    for (const policy of [light, heavy]) for (const request of requests) await authenticator.authenticate(request, policy)
    const isKnown = (request: (typeof requests)[number]) => !(authenticator.authenticate(request, heavy) instanceof Promise)
    expect(requests.filter(isKnown).length).toBeLessThanOrEqual(8)
  })
})

describe('time', () => {
  test('a cached token ends with its exp and the skew', async () => {
    const clock = manualClock(1_800_000_000_000)
    const now = clock() / 1000
    const authenticator = setup(undefined, clock)
    const request = bearer(issuer.mint({ exp: now + 60 }, { now }))
    const policy = fakePolicy()
    const at = async (seconds: number) => {
      clock.set((now + seconds) * 1000)
      const answer = await authenticator.authenticate(request, policy)
      return answer.kind === 'refused' ? answer.code : answer.kind
    }
    expect(await at(0)).toBe('caller')
    expect(await at(89.9)).toBe('caller')
    expect(await at(90)).toBe('expired')
    expect(await at(91)).toBe('expired')
  })

  test('a clock that is set back: a cached token counts no earlier than a new one', async () => {
    const clock = manualClock(1_800_000_000_000)
    const now = clock() / 1000
    const authenticator = setup(undefined, clock)
    const request = bearer(issuer.mint({ nbf: now }, { now }))
    expect(await authenticator.authenticate(request, fakePolicy())).toMatchObject({ kind: 'caller' })
    clock.set((now - 31) * 1000)
    expect(await authenticator.authenticate(request, fakePolicy())).toMatchObject({ code: 'not-yet-valid' })
  })

  test.each([
    ['behind by more than the skew', -31, 'issued-in-future'],
    ['behind within the skew', -29, 'caller'],
    ['ahead', 329, 'caller'],
    ['ahead by more than the token lives', 331, 'expired'],
  ])('our clock is %s', async (_, by, expected) => {
    const now = Math.floor(Date.now() / 1000)
    const answer = await setup(undefined, () => (now + by) * 1000).authenticate(bearer(issuer.mint({}, { now })), fakePolicy())
    expect(answer.kind === 'refused' ? answer.code : answer.kind).toBe(expected)
  })

  test('the skew is that of the configuration', async () => {
    const now = Math.floor(Date.now() / 1000)
    const strict = setup({ staff: identityOf(issuer.issuer, { clockSkew: 0 }) }, () => now * 1000)
    expect(await strict.authenticate(bearer(issuer.mint({ exp: now })), fakePolicy())).toMatchObject({ code: 'expired' })
  })
})
