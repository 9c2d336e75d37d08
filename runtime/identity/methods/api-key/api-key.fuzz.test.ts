import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiKeyFile, TEST_HMAC_SECRET, testApiKey } from '../../../../tests/support/api-keys.ts'
import { collectLog, fakePolicy, NO_METHOD, requestWith } from '../../../../tests/support/identity.ts'
import { MOST_TIME, timed } from '../../../../tests/support/processor-time.ts'
import { type Authenticator, createAuthenticator } from '../../create-authenticator.ts'
import { createKey, readKeyId } from './key-text.ts'

const RUNS = process.env.IAP_FULL === '1' ? 200_000 : 10_000
const good = testApiKey('partner')
const revoked = testApiKey('partner', { revoked: '2026-03-03T00:00:00.000Z' })
let folder: string
let authenticator: Authenticator

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iap-keys-'))
  const file = join(folder, 'keys.json')
  writeFileSync(file, apiKeyFile([good, revoked]))
  authenticator = createAuthenticator(
    { partner: { ...NO_METHOD, api_key: { file, hmacKey: { env: 'SECRET' }, path: [] } } },
    { clock: Date.now, log: collectLog(), env: { SECRET: TEST_HMAC_SECRET } },
  )
  expect(await authenticator.open()).toEqual([])
})
afterAll(async () => {
  await authenticator.close()
  rmSync(folder, { recursive: true })
})

/** What a forger has: a good key, one that was revoked, and the code that makes keys. */
const letters = fc.constantFrom(...'0123456789ABCDEFXYZabcdefxyz_-.=+/ \t"\\%\u0000é')
const mutated = fc
  .tuple(
    fc.constantFrom(good.text, revoked.text),
    fc.nat(75),
    letters,
    fc.constantFrom('replace', 'insert', 'remove', 'cut', 'double'),
  )
  .map(([text, at, letter, how]) => {
    if (how === 'cut') return text.slice(0, at)
    if (how === 'double') return text.slice(0, at) + text
    return text.slice(0, at) + (how === 'remove' ? '' : letter) + text.slice(how === 'insert' ? at : at + 1)
  })
const grafted = fc.nat(71).map((at) => good.text.slice(0, at) + createKey().text.slice(at))
const fresh = fc.constant(null).map(() => createKey().text)
const noise = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.array(letters, { maxLength: 200 }).map((all) => all.join('')),
  fc.string({ maxLength: 80 }).map((text) => `iapk_${text}`),
  fc.constantFrom('iapk_'.repeat(3000), '0'.repeat(16_000), `iapk_${'a'.repeat(16_000)}`, `iapk_${'_'.repeat(16_000)}`),
)
const texts = fc.oneof(mutated, grafted, fresh, fc.constant(revoked.text), noise).filter((text) => text !== good.text)

test(`${RUNS} random and mutated keys: none authenticates, none throws, none takes long`, async () => {
  const policy = fakePolicy()
  expect(await authenticator.authenticate(requestWith(['x-api-key', good.text]), policy)).toMatchObject({ kind: 'caller' })
  const codes = new Map<string, number>()
  let longest = 0
  await fc.assert(
    fc.asyncProperty(texts, fc.boolean(), fc.nat(255), async (text, inBearer, client) => {
      // Whatever a reader of headers could ever let through.
      const name = inBearer ? 'authorization' : 'x-api-key'
      const value = inBearer ? `Bearer ${text}` : text
      const headers = {
        count: (asked: string) => (asked === name ? 1 : 0),
        get: (asked: string) => (asked === name ? value : undefined),
        entries: () => [],
      }
      const request = { ...requestWith(), headers, sourceIp: `192.0.2.${client}` }
      const [answer, took] = await timed(() => authenticator.authenticate(request, policy))
      longest = Math.max(longest, took)
      if (answer.kind !== 'refused') throw new Error(`authenticated as ${answer.kind}`)
      codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1)
    }),
    { seed: 20_260_301, numRuns: RUNS },
  )
  // They reach every stage.
  for (const code of ['key-malformed', 'key-unknown', 'key-revoked', 'too-many-wrong-keys', 'token-malformed'])
    expect(codes.get(code) ?? 0, code).toBeGreaterThan(50)
  expect(longest).toBeLessThan(MOST_TIME)
  // With IAP_FULL=1, many times as many.
}, 600_000)

test(`${4 * RUNS} texts: only what has the form is a key`, () => {
  fc.assert(
    fc.property(texts, (text) => {
      const id = readKeyId(text)
      expect(id === null || /^iapk_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/.test(text)).toBe(true)
    }),
    { seed: 1, numRuns: 4 * RUNS },
  )
})
