import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { apiKeyFile, TEST_HMAC_SECRET, type TestApiKey, testApiKey, testHmacKey } from '../../../../tests/support/api-keys.ts'
import { factsLike } from '../../../../tests/support/facts.ts'
import { bearer, collectLog, fakePolicy, manualClock, NO_METHOD, requestWith } from '../../../../tests/support/identity.ts'
import { until } from '../../../../tests/support/until.ts'
import type { Authentication } from '../../authentication.ts'
import { type Authenticator, createAuthenticator } from '../../create-authenticator.ts'
import type { ApiKeyConfig } from '../../identity-config.ts'
import { createKey } from './key-text.ts'

let folder: string
let file: string
let open: Authenticator[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iap-keys-'))
  file = join(folder, 'keys.json')
  open = []
})
afterEach(async () => {
  await Promise.all(open.map((each) => each.close()))
  rmSync(folder, { recursive: true })
})

function write(...keys: readonly (TestApiKey | TestApiKey['record'])[]): void {
  writeFileSync(`${file}.new`, apiKeyFile(keys))
  renameSync(`${file}.new`, file)
}

function configOf(changes: Partial<ApiKeyConfig> = {}): ApiKeyConfig {
  return { file, hmacKey: { env: 'SECRET' }, path: ['identities', 'partner', 'keys'], ...changes }
}

interface Setup {
  readonly authenticator: Authenticator
  readonly log: ReturnType<typeof collectLog>
  readonly loads: string[]
  readonly problems: Awaited<ReturnType<Authenticator['open']>>
}

async function setup(
  identities: Readonly<Record<string, ApiKeyConfig>> = { partner: configOf() },
  {
    clock = Date.now,
    monotonic = () => 0,
    secret = TEST_HMAC_SECRET,
  }: { clock?: () => number; monotonic?: () => number; secret?: string } = {},
): Promise<Setup> {
  const configs = Object.fromEntries(Object.entries(identities).map(([name, api_key]) => [name, { ...NO_METHOD, api_key }]))
  const log = collectLog()
  const loads: string[] = []
  const authenticator = createAuthenticator(configs, {
    clock,
    monotonic,
    log,
    env: { SECRET: secret, OTHER: 'another secret that has more than 32 characters' },
    watchInterval: 10,
    onLoad: (place, result) => loads.push(`${place} ${result}`),
  })
  open.push(authenticator)
  return { authenticator, log, loads, problems: await authenticator.open() }
}

const shown = (text: string) => requestWith(['x-api-key', text])

async function answerOf({ authenticator }: Setup, request = requestWith(), policy = fakePolicy()): Promise<Authentication> {
  return await authenticator.authenticate(request, policy)
}

async function codeOf(of: Setup, request = requestWith()): Promise<string> {
  const answer = await answerOf(of, request)
  return answer.kind === 'refused' ? answer.code : answer.kind
}

describe('where a key stands', () => {
  const key = testApiKey('partner')
  const other = testApiKey('partner')

  test.each([
    ['nowhere', [], 'anonymous'],
    ['in X-API-Key', [['X-API-Key', key.text]], 'caller'],
    ['in x-api-key', [['x-api-key', key.text]], 'caller'],
    ['in Authorization', [['Authorization', `Bearer ${key.text}`]], 'caller'],
    ['in Authorization, whatever the case of the scheme', [['authorization', `bEARER ${key.text}`]], 'caller'],
    ['without a scheme', [['authorization', key.text]], 'unsupported-scheme'],
    ['under another scheme', [['authorization', `Basic ${key.text}`]], 'unsupported-scheme'],
    ['behind two spaces', [['authorization', `Bearer  ${key.text}`]], 'token-malformed'],
    ['with the prefix in capitals', [['authorization', `Bearer IAPK_${key.text.slice(5)}`]], 'token-malformed'],
    ['as a scheme in X-API-Key', [['x-api-key', `Bearer ${key.text}`]], 'key-malformed'],
    [
      'twice in X-API-Key',
      [
        ['x-api-key', key.text],
        ['x-api-key', key.text],
      ],
      'credential-repeated',
    ],
    ['in a spelling that CGI reads as X-API-Key', [['X_API_Key', key.text]], 'credential-repeated'],
    [
      'so spelled, beside the right one',
      [
        ['x-api-key', key.text],
        ['x.api.key', other.text],
      ],
      'credential-repeated',
    ],
    [
      'in both headers',
      [
        ['x-api-key', key.text],
        ['authorization', `Bearer ${other.text}`],
      ],
      'credential-ambiguous',
    ],
    [
      'in both headers, the same',
      [
        ['x-api-key', key.text],
        ['authorization', `Bearer ${key.text}`],
      ],
      'credential-ambiguous',
    ],
    [
      'beside a token',
      [
        ['x-api-key', key.text],
        ['authorization', 'Bearer a.b.c'],
      ],
      'credential-ambiguous',
    ],
    [
      'beside what is no bearer',
      [
        ['authorization', 'Basic eDp5'],
        ['x-api-key', key.text],
      ],
      'credential-ambiguous',
    ],
    [
      'beside an alias',
      [
        ['authorization', `Bearer ${key.text}`],
        ['X_API_KEY', other.text],
      ],
      'credential-ambiguous',
    ],
    ['as an empty text', [['x-api-key', '']], 'key-malformed'],
    ['as what is none', [['x-api-key', 'secret']], 'key-malformed'],
    [
      'mistyped',
      [['x-api-key', `${key.text.slice(0, 30)}${key.text[30] === 'a' ? 'b' : 'a'}${key.text.slice(31)}`]],
      'key-malformed',
    ],
  ] as const)('%s', async (_, lines, expected) => {
    write(key, other)
    expect(await codeOf(await setup(), requestWith(...lines))).toBe(expected)
  })

  test('where no identity is recognized by keys, X-API-Key is the service’s, and a key is no token', async () => {
    const of = await setup({})
    expect(await codeOf(of, shown(key.text))).toBe('anonymous')
    expect(await codeOf(of, bearer(key.text))).toBe('token-malformed')
  })
})

describe('the caller', () => {
  test('what it holds', async () => {
    const key = testApiKey('partner', { subject: 'acme', claims: { plan: 'gold', list: [1] } })
    write(key)
    const of = await setup()
    const answer = await answerOf(of, shown(key.text))
    expect(answer).toMatchObject({ kind: 'caller', identity: 'partner', subject: 'acme' })
    expect(answer).toMatchObject({
      claims: { plan: 'gold', list: [1], sub: 'acme' },
      expires: Number.POSITIVE_INFINITY,
      consumed: ['authorization', 'x-api-key'],
    })
    // Known, whichever header it comes in: the same object at once.
    expect(of.authenticator.authenticate(shown(key.text), fakePolicy())).toMatchObject({ kind: 'caller' })
    expect(of.authenticator.authenticate(bearer(key.text), fakePolicy())).toMatchObject({ kind: 'caller' })
  })

  test('its claims are asked of the policy, as are those of any method', async () => {
    const key = testApiKey('partner', { claims: { plan: 1 } })
    write(key)
    const policy = fakePolicy(() => ({ ok: false, message: 'claim `/plan` of identity `partner` must be string' }))
    expect(await answerOf(await setup(), shown(key.text), policy)).toMatchObject({ kind: 'refused', status: 401, code: 'claims' })
  })

  test('has not signed in: no requirement of how and when is met', async () => {
    const key = testApiKey('partner', { claims: { acr: 'mfa', amr: ['mfa'], auth_time: 1 } })
    write(key)
    const seen: unknown[] = []
    const policy = fakePolicy((_, __, auth) => {
      seen.push(auth)
      return { ok: true, facts: factsLike({ auth }) }
    })
    await answerOf(await setup(), shown(key.text), policy)
    expect(seen).toEqual([{ time: null, acr: null, mfa: false }])
  })

  test('counts only if the policy names the method', async () => {
    const key = testApiKey('partner')
    write(key)
    const policy = { ...fakePolicy(), accepts: (_: string, method: string) => method !== 'api_key' }
    expect(await answerOf(await setup(), shown(key.text), policy)).toMatchObject({ status: 401, code: 'method' })
  })
})

describe('a key that does not count', () => {
  const key = testApiKey('partner')

  test('of nobody, and of somebody with another secret: one answer', async () => {
    write(key)
    const of = await setup()
    const answers = [await answerOf(of, shown(createKey().text)), await answerOf(of, shown(withIdOf(key)))]
    expect(answers[0]).toMatchObject({ kind: 'refused', status: 401, code: 'key-unknown' })
    expect(answers[1]).toEqual(answers[0])
  })

  test('made under another secret', async () => {
    write({ ...key.record, mac: Buffer.alloc(32).toString('base64url') })
    expect(await codeOf(await setup(), shown(key.text))).toBe('key-unknown')
  })

  test('whose MAC was put under another id', async () => {
    const { id } = testApiKey('partner').record
    write({ ...key.record, id })
    expect(await codeOf(await setup(), shown(key.text))).toBe('key-unknown')
  })

  test('of an identity that is not recognized by the file', async () => {
    const stranger = testApiKey('admin')
    write(stranger, key)
    const of = await setup()
    expect([await codeOf(of, shown(stranger.text)), await codeOf(of, shown(key.text))]).toEqual(['key-unknown', 'caller'])
  })

  test('that was revoked, and one that has expired', async () => {
    const revoked = testApiKey('partner', { revoked: '2026-03-03T00:00:00.000Z', expires: '2020-01-01T00:00:00.000Z' })
    const expired = testApiKey('partner', { expires: '2026-01-01T00:00:00.000Z' })
    write(revoked, expired)
    const clock = manualClock(Date.parse('2026-01-01T00:00:00.000Z') - 1)
    const of = await setup(undefined, { clock })
    expect([await codeOf(of, shown(revoked.text)), await codeOf(of, shown(expired.text))]).toEqual(['key-revoked', 'caller'])
    clock.advance(1)
    expect(await codeOf(of, shown(expired.text))).toBe('expired')
  })

  test('before its file was read', async () => {
    write(key)
    const authenticator = createAuthenticator(
      { partner: { ...NO_METHOD, api_key: configOf() } },
      { clock: Date.now, log: collectLog() },
    )
    expect(await authenticator.authenticate(shown(key.text), fakePolicy())).toMatchObject({ code: 'key-unknown' })
  })
})

/** Another secret with the same id, and the checksum that goes with it: who attacks knows how it is made. */
function withIdOf({ record }: TestApiKey): string {
  const body = `iapk_${record.id}${createKey().text.slice(21, -6)}`
  let [rest, check] = [crc32(body), '']
  for (let i = 0; i < 6; i++) {
    check = BASE62[rest % 62] + check
    rest = Math.floor(rest / 62)
  }
  return body + check
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('a file that changes', () => {
  const key = testApiKey('partner')
  const other = testApiKey('partner')

  test('a key that is revoked counts no longer, although it was known; the others do', async () => {
    write(key, other)
    const of = await setup()
    for (const { text } of [key, other]) expect(await codeOf(of, shown(text))).toBe('caller')
    const kept = of.authenticator.authenticate(shown(other.text), fakePolicy())
    write({ ...key.record, revoked: '2026-03-03T00:00:00.000Z' }, other)
    await until(async () => (await codeOf(of, shown(key.text))) === 'key-revoked')
    expect(await codeOf(of, shown(other.text))).toBe('caller')
    expect(kept).toMatchObject({ kind: 'caller' })
    expect(of.loads).toEqual(['identities.partner.keys taken'])
  })

  test('a key whose line is gone, and one that is new', async () => {
    write(key)
    const of = await setup()
    expect([await codeOf(of, shown(key.text)), await codeOf(of, shown(other.text))]).toEqual(['caller', 'key-unknown'])
    write(other)
    await until(async () => (await codeOf(of, shown(key.text))) === 'key-unknown')
    expect(await codeOf(of, shown(other.text))).toBe('caller')
  })

  test('claims that are others are those of the next request', async () => {
    write(key)
    const of = await setup()
    expect(await answerOf(of, shown(key.text))).toMatchObject({ claims: { sub: 'acme' } })
    write({ ...key.record, subject: 'other', claims: { plan: 'free' } })
    await until(async () => of.loads.length > 0)
    expect(await answerOf(of, shown(key.text))).toMatchObject({ subject: 'other', claims: { sub: 'other', plan: 'free' } })
  })

  test.each([
    ['is none', 'keys'],
    ['is cut', apiKeyFile([other]).slice(0, -9)],
    ['was made under another secret', apiKeyFile([other], { hmacKey: '0123456789abcdef' })],
  ])('one that %s changes nothing, and is told', async (_, text) => {
    write(key)
    const of = await setup()
    expect(await codeOf(of, shown(key.text))).toBe('caller')
    writeFileSync(file, text)
    await until(() => of.loads.length > 0)
    expect(of.loads).toEqual(['identities.partner.keys refused'])
    expect(of.log.lines.at(-1)).toContain('new API keys were refused, and the previous ones stay active')
    expect(of.log.lines.join()).not.toContain(other.record.mac)
    expect([await codeOf(of, shown(key.text)), await codeOf(of, shown(other.text))]).toEqual(['caller', 'key-unknown'])
    write(other)
    await until(async () => (await codeOf(of, shown(other.text))) === 'caller')
  })

  test('one that is gone changes nothing either', async () => {
    write(key)
    const of = await setup()
    rmSync(file)
    await until(() => of.loads.length > 0)
    expect([of.loads, await codeOf(of, shown(key.text))]).toEqual([['identities.partner.keys refused'], 'caller'])
  })
})

describe('at the start', () => {
  test.each<readonly [string, () => void, Partial<ApiKeyConfig>, string, string, string]>([
    ['there is no file', () => {}, {}, 'file', 'environment', 'keys.json'],
    ['it is none', () => writeFileSync(file, '{}'), {}, 'file', 'content', 'is not an object with'],
    ['it was made under another secret', () => write(), { hmacKey: { env: 'OTHER' } }, 'file', 'content', 'another secret'],
    [
      'the environment has no secret',
      () => write(),
      { hmacKey: { env: 'NONE' } },
      'hmacKey',
      'environment',
      'the environment variable `NONE` is not set, or empty',
    ],
    ['no file has it', () => write(), { hmacKey: { file: '/nowhere/at/all' } }, 'hmacKey', 'environment', 'cannot be read'],
  ])('%s: told with its place', async (_, before, changes, key, fault, message) => {
    before()
    const { problems } = await setup({ partner: configOf(changes) })
    expect(problems).toEqual([{ path: ['identities', 'partner', 'keys', key], fault, message: expect.stringContaining(message) }])
  })

  test('a secret that is short is refused, and not told', async () => {
    write()
    const { problems } = await setup(undefined, { secret: 'only-thirty-one-characters-long' })
    expect(problems).toMatchObject([{ path: ['identities', 'partner', 'keys', 'hmacKey'], fault: 'content' }])
    expect(problems[0]?.message).toContain('31 characters')
    expect(problems[0]?.message).not.toContain('only')
  })
})

test('several identities: of one file by what it says, of others each with its own secret', async () => {
  const [a, b] = [testApiKey('a'), testApiKey('b')]
  write(a, b)
  const mine = join(folder, 'mine.json')
  const c = testApiKey('c')
  writeFileSync(mine, apiKeyFile([c, testApiKey('a')]))
  const of = await setup({ a: configOf(), b: configOf(), c: configOf({ file: mine }) })
  expect(of.problems).toEqual([])
  for (const [identity, { text }] of Object.entries({ a, b, c }))
    expect(await answerOf(of, shown(text))).toMatchObject({ identity })
})

test('who may write one file cannot make keys of an identity of another', async () => {
  const [good, bad] = [testApiKey('admin'), testApiKey('admin', { subject: 'mallory' })]
  write(good)
  const others = join(folder, 'others.json')
  writeFileSync(others, apiKeyFile([bad, { ...good.record, identity: 'partner' }]))
  const of = await setup({ admin: configOf(), partner: configOf({ file: others }) })
  expect(await codeOf(of, shown(bad.text))).toBe('key-unknown')
  // Nor take one away by its id.
  expect(await answerOf(of, shown(good.text))).toMatchObject({ kind: 'caller', identity: 'admin' })
})

describe('wrong keys', () => {
  const key = testApiKey('partner')

  function from(sourceIp: string, text: string) {
    return { ...shown(text), sourceIp }
  }

  test('twenty from an address are told 401; then 429, and when to try again; a right one is taken all the while', async () => {
    write(key)
    const clock = manualClock(0)
    const of = await setup(undefined, { monotonic: clock })
    for (let i = 0; i < 20; i++) expect(await codeOf(of, from('192.0.2.1', createKey().text))).toBe('key-unknown')
    const refused = { kind: 'refused', status: 429, code: 'too-many-wrong-keys', retryAfter: 3 }
    expect(await answerOf(of, from('192.0.2.1', createKey().text))).toMatchObject(refused)
    expect(await answerOf(of, from('192.0.2.1', withIdOf(key)))).toMatchObject(refused)
    // It was never seen before, and comes from where the wrong ones do.
    expect(await codeOf(of, from('192.0.2.1', key.text))).toBe('caller')
    expect(await codeOf(of, from('192.0.2.2', createKey().text))).toBe('key-unknown')
    clock.advance(3000)
    expect(await codeOf(of, from('192.0.2.1', createKey().text))).toBe('key-unknown')
    expect(await answerOf(of, from('192.0.2.1', createKey().text))).toMatchObject(refused)
  })

  test('all addresses of a /64 are one', async () => {
    write(key)
    const of = await setup()
    const codes: string[] = []
    for (let i = 1; i <= 21; i++) codes.push(await codeOf(of, from(`2001:db8::${i.toString(16)}`, createKey().text)))
    expect(codes.slice(19)).toEqual(['key-unknown', 'too-many-wrong-keys'])
    expect(await codeOf(of, from('2001:db8:0:1::1', createKey().text))).toBe('key-unknown')
  })

  test('what is no key, what was revoked and what has expired is not counted', async () => {
    const revoked = testApiKey('partner', { revoked: '2026-03-03T00:00:00.000Z' })
    write(key, revoked)
    const of = await setup()
    for (let i = 0; i < 30; i++) {
      expect(await codeOf(of, shown(revoked.text))).toBe('key-revoked')
      expect(await codeOf(of, shown('iapk_mistyped'))).toBe('key-malformed')
    }
    expect(await codeOf(of, shown(createKey().text))).toBe('key-unknown')
  })
})

test('nothing of a key is told: neither in answers nor in the log', async () => {
  const key = testApiKey('partner')
  write(key)
  const of = await setup()
  const wrong = withIdOf(key)
  const told = JSON.stringify([await answerOf(of, shown(wrong)), await answerOf(of, shown(`${wrong}x`)), of.log.lines])
  expect(told).not.toContain(wrong.slice(22, 40))
  expect(told).not.toContain(testHmacKey.macOf(wrong).toString('base64url'))
})
