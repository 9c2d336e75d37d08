import { beforeEach, describe, expect, test } from 'vitest'
import type { Caller, MethodName } from '../index.ts'
import type { ExchangeConfig, ExchangeFailure, Granted } from './ask-exchange.ts'
import { TokenExchange } from './token-exchange.ts'

const NOW = 1_770_000_000_000
let now: number
let asked: string[]
let answer: (subject: string) => Granted | ExchangeFailure
let exchange: TokenExchange

beforeEach(() => {
  now = NOW
  asked = []
  answer = (subject) => ({ token: `for-${subject}-${asked.length}`, expiresIn: 600 })
  exchange = new TokenExchange({
    endpoint: {
      async ask(subject) {
        asked.push(subject)
        return answer(subject)
      },
    },
    config: { withoutToken: 'refuse' } as ExchangeConfig,
    identities: new Set(['user']),
    clock: () => now,
  })
})

const callerOf = (credential: string, more: Partial<Caller> = {}): Caller =>
  ({ kind: 'caller', identity: 'user', method: 'jwt', credential, expires: NOW / 1000 + 86_400, ...more }) as Caller

test.each<[string, MethodName, boolean]>([
  ['user', 'jwt', true],
  ['user', 'oauth2', true],
  ['user', 'oidc', true],
  ['user', 'api_key', false],
  ['user', 'mtls', false],
  ['user', 'custom', false],
  ['guest', 'jwt', false],
])('%s via %s: %s', (identity, method, takes) => {
  expect(exchange.takes(callerOf('a', { identity, method }))).toBe(takes)
})

describe('how long it is kept', () => {
  test.each<[string, number | null, number, number | null]>([
    ['30 seconds less than it counts', 600, 570_000, null],
    ['a fifth less, where that is less', 100, 80_000, null],
    ['a minute, where nobody says', null, 60_000, null],
    ['not beyond the credential', 600, 100_000, NOW / 1000 + 100],
  ])('%s', async (_, expiresIn, time, expires) => {
    answer = () => ({ token: String(asked.length), expiresIn })
    const caller = callerOf('a', expires === null ? {} : { expires })
    expect(await exchange.tokenFor(caller, () => 'mine')).toBe('1')
    now = NOW + time - 1
    // At once, and no promise.
    expect(exchange.tokenFor(caller, () => 'mine')).toBe('1')
    // Verified again, it is another object and the same credential.
    expect(await exchange.tokenFor(callerOf('a'), () => 'mine')).toBe('1')
    now = NOW + time
    expect(await exchange.tokenFor(caller, () => 'mine')).toBe('2')
  })

  test('what the credential stands for is another token by now: it is asked', async () => {
    await exchange.tokenFor(callerOf('a'), () => 'first')
    expect(await exchange.tokenFor(callerOf('a'), () => 'second')).toBe('for-second-2')
    expect(asked).toEqual(['first', 'second'])
  })

  test('its credential has ended', async () => {
    const [a, b] = [callerOf('a'), callerOf('b')]
    await exchange.tokenFor(a, () => 'mine')
    await exchange.tokenFor(b, () => 'other')
    exchange.forget('a')
    // Whoever is still there of it has it no longer.
    await exchange.tokenFor(a, () => 'mine')
    await exchange.tokenFor(b, () => 'other')
    expect(asked).toEqual(['mine', 'other', 'mine'])
  })

  test('there is no token any more', async () => {
    await exchange.tokenFor(callerOf('a'), () => 'mine')
    expect(await exchange.tokenFor(callerOf('a'), () => null)).toMatchObject({ code: 'exchange-refused' })
  })
})

test('what is asked at the same time is asked once, for each credential', async () => {
  const all = ['a', 'b'].flatMap((name) => Array.from({ length: 50 }, () => exchange.tokenFor(callerOf(name), async () => name)))
  expect(new Set(await Promise.all(all)).size).toBe(2)
  expect(asked).toEqual(['a', 'b'])
})

test('a question that fails leaves nothing behind', async () => {
  const broken = () => Promise.reject(new Error('the store'))
  await expect(exchange.tokenFor(callerOf('a'), broken)).rejects.toThrow('the store')
  expect(await exchange.tokenFor(callerOf('a'), () => 'mine')).toBe('for-mine-1')
})

test('a refusal counts for a second, silence for nothing', async () => {
  answer = () => ({ code: 'exchange-refused', detail: 'no' })
  for (let i = 0; i < 3; i++) expect(await exchange.tokenFor(callerOf('a'), () => 'mine')).toMatchObject({ detail: 'no' })
  expect(asked).toHaveLength(1)
  now += 1000
  answer = () => ({ code: 'exchange-unavailable', detail: 'silent' })
  for (let i = 0; i < 3; i++) await exchange.tokenFor(callerOf('a'), () => 'mine')
  expect(asked).toHaveLength(4)
})

test('bounded in number and in weight; what was asked first goes', async () => {
  const token = 'x'.repeat(10_000)
  answer = () => ({ token, expiresIn: 600 })
  for (let i = 0; i < 4000; i++) await exchange.tokenFor(callerOf(String(i)), () => String(i))
  asked.length = 0
  // 3200 of them fit.
  await exchange.tokenFor(callerOf('3999'), () => '3999')
  await exchange.tokenFor(callerOf('801'), () => '801')
  expect(asked).toEqual([])
  await exchange.tokenFor(callerOf('799'), () => '799')
  expect(asked).toEqual(['799'])
})
