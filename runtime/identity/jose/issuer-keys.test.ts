import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { bearer, collectLog, fakePolicy, identityOf, manualClock } from '../../../tests/support/identity.ts'
import { JWKS_PATH, METADATA_PATH, startTestIssuer, type TestIssuer, testKey } from '../../../tests/support/test-issuer.ts'
import { poll, until } from '../../../tests/support/until.ts'
import { createAuthenticator } from '../create-authenticator.ts'
import type { JwtConfig } from '../methods/jwt/jwt-config.ts'

const open: TestIssuer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((issuer) => issuer.close()))
})

async function setup(changes: Partial<JwtConfig> = {}, fetchTimeout = 2_000) {
  const issuer = await startTestIssuer()
  open.push(issuer)
  const age = manualClock(0)
  const log = collectLog()
  const config = identityOf(issuer.issuer, changes)
  const authenticator = createAuthenticator({ staff: config }, { clock: Date.now, monotonic: age, log, fetchTimeout })
  const policy = fakePolicy()
  const outcome = async (token: string): Promise<string> => {
    const answer = await authenticator.authenticate(bearer(token), policy)
    return answer.kind === 'refused' ? `${answer.status} ${answer.code}` : answer.kind
  }
  return { issuer, age, log, authenticator, outcome }
}

const UNAVAILABLE = '503 identity-provider-unavailable'

describe('fetching', () => {
  test('nothing is fetched before a token comes, and then once for fifty', async () => {
    const { issuer, outcome, authenticator } = await setup()
    expect(issuer.requests.size).toBe(0)
    expect(authenticator.status()).toEqual([{ issuer: issuer.issuer, available: false, keys: 0, age: null, problem: null }])
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(issuer.mint())))
    expect(new Set(outcomes)).toEqual(new Set(['caller']))
    expect(Object.fromEntries(issuer.requests)).toEqual({ [METADATA_PATH]: 1, [JWKS_PATH]: 1 })
  })

  test('a token that is refused for what it says causes no request', async () => {
    const { issuer, outcome } = await setup()
    expect(await outcome(issuer.mint({ exp: 1 }))).toBe('401 expired')
    expect(issuer.requests.size).toBe(0)
  })

  test('RFC 8414 metadata where there is none of OpenID Connect', async () => {
    const { issuer, outcome } = await setup()
    issuer.answer(METADATA_PATH, (response) => response.writeHead(404).end())
    issuer.answer('/.well-known/oauth-authorization-server', { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}${JWKS_PATH}` })
    expect(await outcome(issuer.mint())).toBe('caller')
  })

  test('an issuer with a path: its metadata is after it, or before it', async () => {
    for (const path of ['/tenant/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/tenant']) {
      const { issuer } = await setup()
      const name = `${issuer.issuer}/tenant`
      issuer.answer(path, { issuer: name, jwks_uri: `${issuer.issuer}${JWKS_PATH}` })
      const authenticator = createAuthenticator({ staff: identityOf(name) }, { clock: Date.now, log: collectLog() })
      expect(await authenticator.authenticate(bearer(issuer.mint({ iss: name })), fakePolicy())).toMatchObject({ kind: 'caller' })
    }
  })

  test('`jwks` of the configuration is asked, and no metadata', async () => {
    const { issuer } = await setup()
    const config = identityOf(issuer.issuer, { jwks: `${issuer.issuer}${JWKS_PATH}` })
    const authenticator = createAuthenticator({ staff: config }, { clock: Date.now, log: collectLog() })
    expect(await authenticator.authenticate(bearer(issuer.mint()), fakePolicy())).toMatchObject({ kind: 'caller' })
    expect([...issuer.requests.keys()]).toEqual([JWKS_PATH])
  })
})

describe('answers that do not count', () => {
  const redirect = (response: ServerResponse) => response.writeHead(302, { location: JWKS_PATH }).end()
  test.each<readonly [string, string, (issuer: TestIssuer) => object | ((response: ServerResponse) => void), RegExp]>([
    [
      'metadata of another issuer',
      METADATA_PATH,
      ({ issuer }) => ({ issuer: `${issuer}/`, jwks_uri: `${issuer}${JWKS_PATH}` }),
      /name the issuer `/,
    ],
    ['metadata without an issuer', METADATA_PATH, ({ issuer }) => ({ jwks_uri: `${issuer}${JWKS_PATH}` }), /name no issuer: /],
    ['metadata without jwks_uri', METADATA_PATH, ({ issuer }) => ({ issuer }), /no `jwks_uri`/],
    ['jwks_uri a file', METADATA_PATH, ({ issuer }) => ({ issuer, jwks_uri: 'file:///etc/passwd' }), /not `https:`/],
    ['metadata elsewhere', METADATA_PATH, () => redirect, /cannot be reached|answers 404/],
    ['keys elsewhere', JWKS_PATH, () => redirect, /answers 302/],
    ['keys that are no list', JWKS_PATH, () => ({ keys: {} }), /no array `keys`/],
    ['keys without end', JWKS_PATH, () => ({ keys: [], x: 'x'.repeat(600_000) }), /more than/],
    ['more keys than anybody has', JWKS_PATH, () => ({ keys: Array.from({ length: 101 }, () => ({})) }), /more than 100/],
    ['no JSON', JWKS_PATH, () => (response) => response.end('<html>'), /JSON object/],
    ['a list', JWKS_PATH, () => [], /JSON object/],
    ['a connection that is cut', JWKS_PATH, () => (response) => response.destroy(), /cannot be reached/],
    [
      'half an answer',
      JWKS_PATH,
      () => (response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"keys":[', () => response.destroy())
      },
      /cannot be reached/,
    ],
  ])('%s', async (_, path, answer, reason) => {
    const { issuer, outcome, log } = await setup()
    issuer.answer(path, answer(issuer))
    expect(await outcome(issuer.mint())).toBe(UNAVAILABLE)
    expect(log.lines.join('\n')).toMatch(reason)
  })

  test('one key that is unusable does not take the others with it', async () => {
    const { issuer, outcome } = await setup()
    const good = issuer.keys[0]?.jwk
    issuer.answer(JWKS_PATH, {
      keys: [null, { kty: 'oct', k: 'AA' }, { ...good, x: 'AA', kid: 'x' }, good, { ...good, use: 'enc', kid: 'y' }],
    })
    expect(await outcome(issuer.mint())).toBe('caller')
  })

  test('a key without alg counts for a configured algorithm of its type', async () => {
    const { issuer, outcome } = await setup()
    issuer.answer(JWKS_PATH, { keys: [{ ...issuer.keys[0]?.jwk, alg: undefined }] })
    expect(await outcome(issuer.mint())).toBe('caller')
  })

  test('a key for another algorithm does not count, even if its numbers would', async () => {
    const { issuer, outcome } = await setup()
    issuer.answer(JWKS_PATH, { keys: [{ ...issuer.keys[0]?.jwk, alg: 'ES384' }] })
    expect(await outcome(issuer.mint())).toBe('401 unknown-key')
  })

  test('without kid in the token all keys of the algorithm are tried', async () => {
    const { issuer, outcome } = await setup()
    issuer.rotate({ keepOld: true })
    const [first, second] = issuer.keys
    if (first === undefined || second === undefined) throw new Error()
    for (const key of [first, second]) expect(await outcome(issuer.mint({}, { key, header: { kid: undefined } }))).toBe('caller')
    expect(await outcome(issuer.mint({}, { key: testKey('ES256'), header: { kid: undefined } }))).toBe('401 signature')
  })
})

describe('rotation', () => {
  test('while fifty connections run, no token is refused and the issuer is asked a handful of times', async () => {
    const { issuer, outcome } = await setup()
    await outcome(issuer.mint())
    const outcomes: string[] = []
    let running = true
    const connections = Array.from({ length: 50 }, async () => {
      while (running) {
        outcomes.push(await outcome(issuer.mint()))
        // As requests come in: a token whose key is known is verified at once, and whoever did nothing else would let nothing else happen.
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    for (let turn = 0; turn < 3; turn += 1) {
      const before = outcomes.length
      await until(() => outcomes.length > before + 100)
      issuer.rotate({ keepOld: true })
    }
    const before = outcomes.length
    await until(() => outcomes.length > before + 100)
    running = false
    await Promise.all(connections)
    expect(outcomes.filter((result) => result !== 'caller')).toEqual([])
    expect(issuer.requests.get(JWKS_PATH)).toBeLessThanOrEqual(5)
  })

  test('an answer that was under way when the key changed is not the last word', async () => {
    const { issuer, outcome, age } = await setup()
    const known = issuer.mint()
    await outcome(known)
    const old = JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) })
    let answer = () => {}
    issuer.answer(JWKS_PATH, (response) => {
      answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(old)
    })
    age.advance(301_000)
    // The refresh that this causes is answered with the old keys.
    const first = outcome(issuer.mint())
    await until(() => issuer.requests.get(JWKS_PATH) === 2)
    issuer.rotate({ keepOld: true })
    issuer.answer(JWKS_PATH, null)
    const second = outcome(issuer.mint())
    answer()
    expect(await second).toBe('caller')
    expect(await first).toBe('caller')
  })

  test('what a withdrawn key signed is refused, cached or not', async () => {
    const { issuer, outcome } = await setup()
    const old = issuer.mint()
    expect(await outcome(old)).toBe('caller')
    issuer.rotate()
    expect(await outcome(issuer.mint())).toBe('caller')
    expect(await outcome(old)).toBe('401 unknown-key')
  })

  test('keys that stay are not verified with anew', async () => {
    const { issuer, outcome, age } = await setup()
    const token = issuer.mint()
    await outcome(token)
    issuer.rotate({ keepOld: true })
    expect(await outcome(issuer.mint())).toBe('caller')
    const asked = issuer.requests.get(JWKS_PATH)
    await issuer.down()
    expect(await outcome(token)).toBe('caller')
    age.advance(1_000)
    expect(issuer.requests.get(JWKS_PATH)).toBe(asked)
  })

  test('invented kids cause four requests at once and then one in ten seconds', async () => {
    const { issuer, outcome, age } = await setup()
    await outcome(issuer.mint())
    const invent = () => outcome(issuer.mint({}, { header: { kid: crypto.randomUUID() } }))
    for (let turn = 0; turn < 30; turn += 1) expect(await invent()).toBe('401 unknown-key')
    expect(issuer.requests.get(JWKS_PATH)).toBe(5)
    age.advance(10_000)
    await invent()
    await invent()
    expect(issuer.requests.get(JWKS_PATH)).toBe(6)
    expect(await outcome(issuer.mint())).toBe('caller')
  })
})

describe('an issuer that does not answer', () => {
  test('one that hangs keeps requests waiting once, and not each', async () => {
    const { issuer, age, outcome } = await setup({}, 3_000)
    let closed = 0
    issuer.answer(METADATA_PATH, (response) => response.on('close', () => (closed += 1)))
    expect(await outcome(issuer.mint())).toBe(UNAVAILABLE)
    await until(() => closed === 1)
    age.advance(1_001)
    // The next one is under way, and they wait for a moment of it.
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome(issuer.mint())))
    expect(new Set(outcomes)).toEqual(new Set([UNAVAILABLE]))
    // It still is.
    expect(closed).toBe(1)
    expect(issuer.requests.get(METADATA_PATH)).toBe(2)
  })

  test('no keys yet: 503 at once, and 200 when it is back', async () => {
    const { issuer, outcome, age, authenticator, log } = await setup()
    await issuer.down()
    expect(await outcome(issuer.mint())).toBe(UNAVAILABLE)
    expect(authenticator.status()[0]).toMatchObject({ available: false, problem: expect.stringContaining('ECONNREFUSED') })
    await issuer.up()
    // Left alone for a second after a failure.
    expect(await outcome(issuer.mint())).toBe(UNAVAILABLE)
    age.advance(1_001)
    expect(await outcome(issuer.mint())).toBe('caller')
    expect(authenticator.status()[0]).toMatchObject({ available: true, problem: null })
    expect(log.lines.filter((line) => line.includes('is available again'))).toHaveLength(1)
  })

  test('known keys serve for the stated time and not longer; cached tokens too', async () => {
    const { issuer, outcome, age, authenticator } = await setup({ staleKeys: 600_000 })
    const cached = issuer.mint()
    expect(await outcome(cached)).toBe('caller')
    await issuer.down()
    age.advance(599_000)
    expect(await outcome(cached)).toBe('caller')
    expect(await outcome(issuer.mint())).toBe('caller')
    await until(() => authenticator.status()[0]?.problem !== null)
    age.advance(2_000)
    expect(await outcome(cached)).toBe(UNAVAILABLE)
    expect(await outcome(issuer.mint())).toBe(UNAVAILABLE)
    await issuer.up()
    age.advance(1_001)
    expect(await outcome(cached)).toBe('caller')
  })

  test('a token of a key that is not known is not refused for good', async () => {
    const { issuer, outcome } = await setup()
    await outcome(issuer.mint())
    issuer.rotate()
    await issuer.down()
    expect(await outcome(issuer.mint())).toBe(UNAVAILABLE)
  })

  test('slow: requests wait no longer than the time-out, and those with known keys not at all', async () => {
    const { issuer, outcome, age } = await setup({}, 1_000)
    await outcome(issuer.mint())
    // It never answers.
    let closed = 0
    issuer.answer(JWKS_PATH, (response) => response.on('close', () => (closed += 1)))
    age.advance(301_000)
    expect(await outcome(issuer.mint())).toBe('caller')
    expect(closed).toBe(0)
    issuer.rotate({ keepOld: true })
    expect(await outcome(issuer.mint())).toBe(UNAVAILABLE)
  })

  test('keys are refreshed beside the requests, when five minutes old', async () => {
    const { issuer, outcome, age } = await setup()
    const token = issuer.mint()
    await outcome(token)
    age.advance(299_000)
    await outcome(token)
    expect(issuer.requests.get(JWKS_PATH)).toBe(1)
    age.advance(2_000)
    await outcome(token)
    await poll(() => issuer.requests.get(JWKS_PATH)).toBe(2)
  })
})
