/** Identities `via api_key`, over real connections: where a key may stand, what a service sees of it, and what a file that changes does. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createKey } from '../../runtime/identity/index.ts'
import { StartupError } from '../../runtime/index.ts'
import { apiKeyFile, TEST_HMAC_SECRET, type TestApiKey, testApiKey } from '../support/api-keys.ts'
import { ask, outcomeOf } from '../support/ask.ts'
import {
  startTestProxy,
  startUpstream,
  type TestProxy,
  type TestProxyOptions,
  type TestUpstream,
} from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const POLICY = `
identity user via jwt { sub: string }
identity robot via api_key { sub: string, plan?: string }
service app at "app.test" {
  route open   ANY "/open"
  route robots ANY "/robots"
  route gold   ANY "/gold"
}
permit all on app.open to anyone
permit robots_in on app.robots to robot
permit gold_in on app.gold to robot when has(caller.plan) && caller.plan == "gold"
`

let upstream: TestUpstream
let app: TestProxy
afterEach(async () => {
  await app?.close()
  await upstream?.close()
})

const YAML = 'robot: { keys: { file: ./keys.json, hmacKey: { file: ./hmac.key } } }'

/** The service answers with the headers that it got. */
async function start(keys: readonly TestApiKey[], options: TestProxyOptions = {}): Promise<void> {
  upstream = await startUpstream((request, response) => response.end(JSON.stringify(request.rawHeaders)))
  app = await startTestProxy([upstream.origin], {
    policy: POLICY,
    others: [YAML],
    files: { 'keys.json': apiKeyFile(keys), 'hmac.key': `${TEST_HMAC_SECRET}\n` },
    ...options,
  })
}

function write(...keys: readonly (TestApiKey | TestApiKey['record'])[]): void {
  writeFileSync(join(app.folder, 'new'), apiKeyFile(keys))
  renameSync(join(app.folder, 'new'), join(app.folder, 'keys.json'))
}

describe('a key', () => {
  const key = testApiKey('robot', { claims: { plan: 'gold' } })
  const silver = testApiKey('robot', { subject: 'silver' })

  test.each([
    ['in X-API-Key', [`X-API-Key: ${key.text}`]],
    ['as a bearer token', [`Authorization: Bearer ${key.text}`]],
    [
      'with copies of it under names that services may read alike',
      [`X-API-Key: ${key.text}`, `_X-API-Key: ${key.text}`, `x-api-key_: ${key.text}`],
    ],
  ])('%s lets in, and does not go to the service', async (_, lines) => {
    await start([key, silver])
    for (const path of ['/robots', '/gold', '/open']) {
      const answer = await ask(app.port, `GET ${path}`, [...lines, 'X-Other: kept'])
      expect(answer.status).toBe(200)
      expect(answer.body).not.toContain('iapk_')
      expect(answer.body.toLowerCase()).not.toMatch(/api.key|authorization/)
      expect(answer.body).toContain('kept')
    }
    const [record] = await app.audit(3)
    expect(record?.caller).toMatchObject({ identity: 'robot', subject: 'acme' })
  })

  test('has the claims that it was made with', async () => {
    await start([key, silver])
    expect((await ask(app.port, 'GET /gold', [`X-API-Key: ${silver.text}`])).status).toBe(403)
    expect((await ask(app.port, 'GET /robots', [`X-API-Key: ${silver.text}`])).status).toBe(200)
  })

  test.each<readonly [string, readonly string[], number, string]>([
    ['two lines', [`X-API-Key: ${key.text}`, `X-API-Key: ${silver.text}`], 401, 'credential-repeated'],
    ['an alias', [`X_API_Key: ${key.text}`], 401, 'credential-repeated'],
    ['an alias beside it', [`X-API-Key: ${key.text}`, `X.API.Key: ${silver.text}`], 401, 'credential-repeated'],
    ['both headers', [`X-API-Key: ${key.text}`, `Authorization: Bearer ${silver.text}`], 401, 'credential-ambiguous'],
    ['a token beside it', [`Authorization: Bearer a.b.c`, `X-API-Key: ${key.text}`], 401, 'credential-ambiguous'],
    ['no key', ['X-API-Key: secret'], 401, 'key-malformed'],
    ['a key of nobody', [`X-API-Key: ${createKey().text}`], 401, 'key-unknown'],
  ])('%s: refused, on an open route too', async (_, lines, status, code) => {
    await start([key, silver])
    for (const path of ['/robots', '/open']) expect(outcomeOf(await ask(app.port, `GET ${path}`, lines))).toEqual([status, code])
    for (const record of await app.audit(2)) expect(JSON.stringify(record)).not.toContain('iapk_')
  })

  test('that `Connection` takes away is none', async () => {
    await start([key])
    const lines = [`X-API-Key: ${key.text}`, 'Connection: x-api-key']
    expect((await ask(app.port, 'GET /robots', lines)).status).toBe(401)
    const { status, body } = await ask(app.port, 'GET /open', lines)
    expect([status, body.includes('iapk_')]).toEqual([200, false])
  })
})

test('where no identity is recognized by keys, X-API-Key is the service’s', async () => {
  const policy = POLICY.replace('via api_key', 'via jwt')
  await start([], { policy, others: ['robot: { issuer: "https://id.example", audience: robots, algorithms: [ES256] }'] })
  const { status, body } = await ask(app.port, 'GET /open', ['X-API-Key: of-the-service'])
  expect([status, body.includes('of-the-service')]).toEqual([200, true])
})

describe('a file that changes', () => {
  test('a key that was just let in is refused, and the others go on', async () => {
    const [key, other] = [testApiKey('robot'), testApiKey('robot')]
    // As often as it looks in earnest.
    await start([key, other], { watchInterval: 200 })
    const outcome = async (each: TestApiKey) => outcomeOf(await ask(app.port, 'GET /robots', [`X-API-Key: ${each.text}`]))
    expect([await outcome(key), await outcome(other)]).toEqual([
      [200, null],
      [200, null],
    ])
    write({ ...key.record, revoked: new Date().toISOString() }, other)
    await eventually(async () => ((await outcome(key))[1] === 'key-revoked' ? true : undefined))
    expect(await outcome(other)).toEqual([200, null])
    expect(await app.metric('iap_identity_loads_total{place="identities.robot.keys",result="taken"}')).toBe(1)
  })

  test('one that is not good is told in log and metric, and what was there before counts', async () => {
    const key = testApiKey('robot')
    await start([key])
    writeFileSync(join(app.folder, 'keys.json'), '{"version":1')
    expect(await app.metric('iap_identity_loads_total{place="identities.robot.keys",result="refused"}')).toBeGreaterThan(0)
    expect(app.log.join('')).toContain('new API keys were refused, and the previous ones stay active')
    expect((await ask(app.port, 'GET /robots', [`X-API-Key: ${key.text}`])).status).toBe(200)
  })
})

test('too many wrong keys are told 429, and a right one from the same address is taken', async () => {
  const key = testApiKey('robot')
  await start([key])
  const codes: (string | null)[] = []
  let last = await ask(app.port, 'GET /robots', [`X-API-Key: ${createKey().text}`])
  while (last.status !== 429) {
    codes.push(outcomeOf(last)[1])
    last = await ask(app.port, 'GET /robots', [`X-API-Key: ${createKey().text}`])
  }
  expect(new Set(codes)).toEqual(new Set(['key-unknown']))
  expect(codes.length).toBeGreaterThanOrEqual(20)
  expect(outcomeOf(last)).toEqual([429, 'too-many-wrong-keys'])
  expect(Number(last.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(Number(last.get('retry-after'))).toBeLessThanOrEqual(3)
  expect((await ask(app.port, 'GET /robots', [`X-API-Key: ${key.text}`])).status).toBe(200)
  const record = await app.record(last.get('x-iap-request-id'))
  expect(record).toMatchObject({ effect: 'reject', status: 429, code: 'too-many-wrong-keys', route: 'app.robots' })
  expect(record.detail).toContain('too many wrong API keys')
})

test.each([
  ['a file that is none', { 'keys.json': '{}', 'hmac.key': TEST_HMAC_SECRET }, /iap\.yaml:6:20: `.*keys\.json` is not an object/],
  [
    'a secret that is short',
    { 'keys.json': apiKeyFile([]), 'hmac.key': 'short' },
    /iap\.yaml:6:39: the secret of `identities\.robot\.keys\.hmacKey` has 5 characters/,
  ],
  ['a secret that is not there', { 'keys.json': apiKeyFile([]) }, /iap\.yaml:6:39: the secret `.*hmac\.key` cannot be read/],
  [
    'a secret that is another one',
    { 'keys.json': apiKeyFile([], { hmacKey: '0123456789abcdef' }), 'hmac.key': TEST_HMAC_SECRET },
    /another secret/,
  ],
])('with %s it does not start, and says where', async (_, files, message) => {
  upstream = await startUpstream((_request, response) => response.end())
  const started = startTestProxy([upstream.origin], { policy: POLICY, others: [YAML], files })
  const error = await started.then(
    async (proxy) => {
      await proxy.close()
      return null
    },
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(StartupError)
  expect((error as StartupError).message).toMatch(message)
})
