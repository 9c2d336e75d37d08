import { describe, expect, test } from 'vitest'
import { jwtOf, methodDeps } from '../../tests/support/identity.ts'
import { type CacheEntry, createClaimsCache } from './claims-cache.ts'
import { jwt } from './methods/jwt/jwt.ts'
import type { JwtConfig } from './methods/jwt/jwt-config.ts'

const LIMITS = { entries: 100, weight: 10_000 }

function entry(credential: string, changes: Partial<CacheEntry> = {}): CacheEntry {
  return {
    credential,
    identity: 'staff',
    subject: 'ann',
    claims: {},
    auth: { time: null, acr: null, mfa: false },
    issued: 0,
    from: 0,
    until: 1_000,
    holds: () => true,
    ...changes,
  }
}

test('an entry is found by its key', () => {
  const cache = createClaimsCache(LIMITS)
  const kept = entry('a')
  cache.set('one a', kept, 1)
  expect(cache.get('one a', 1)).toBe(kept)
  expect(cache.get('one b', 1)).toBeNull()
})

test.each([
  ['at its end', 1_000, {}],
  ['before its beginning', -1, {}],
  ['when what verified it no longer counts', 1, { holds: () => false }],
] as const)('an entry is gone %s', (_, now, changes) => {
  const cache = createClaimsCache(LIMITS)
  cache.set('a', entry('a', changes), 1)
  expect(cache.get('a', now)).toBeNull()
  expect(cache.size).toBe(0)
})

test('bounded in number; what is used stays', () => {
  const cache = createClaimsCache(LIMITS)
  cache.set('used', entry('used'), 1)
  for (let index = 0; index < 1_000; index += 1) {
    cache.set(`other ${index}`, entry(`other ${index}`), 1)
    expect(cache.get('used', 1)).not.toBeNull()
    expect(cache.size).toBeLessThanOrEqual(LIMITS.entries)
  }
})

test('bounded in weight', () => {
  const cache = createClaimsCache(LIMITS)
  for (let index = 0; index < 100; index += 1) {
    cache.set(`${index}`, entry(`${index}`), 1_000)
    expect(cache.size).toBeLessThanOrEqual(10)
  }
})

/** Class "cache key too small": Oathkeeper CVE-2021-32701, CVE-2026-33496. */
describe('the context is all that verification depends on', () => {
  const deps = methodDeps()
  const contextOf = (identities: Record<string, JwtConfig>) => jwt.prepare(new Map(Object.entries(identities)), deps).context
  const plain = jwtOf('https://id.example')

  test.each<readonly [string, Partial<JwtConfig>]>([
    ['issuer', { issuer: 'https://id.example/' }],
    ['audience', { audience: ['other'] }],
    ['more audiences', { audience: [...plain.audience, 'other'] }],
    ['algorithms', { algorithms: ['ES256', 'RS256'] }],
    ['profile', { profile: 'jwt' }],
    ['jwks', { jwks: 'https://id.example/jwks' }],
    ['clockSkew', { clockSkew: 0 }],
    ['staleKeys', { staleKeys: 60_000 }],
    ['dpop.required', { dpop: { required: true, nonce: false } }],
    ['dpop.nonce', { dpop: { required: false, nonce: true } }],
    ['mfa.amr', { mfa: { amr: ['otp'], acr: ['mfa'] } }],
    ['mfa.acr', { mfa: { amr: ['mfa'], acr: ['gold'] } }],
  ])('%s', (_, changes) => {
    expect(contextOf({ staff: { ...plain, ...changes } })).not.toBe(contextOf({ staff: plain }))
  })

  test('the name of the identity, and that there are others', () => {
    const contexts = [
      contextOf({ staff: plain }),
      contextOf({ partner: plain }),
      contextOf({ staff: plain, partner: jwtOf('https://b.example') }),
    ]
    expect(new Set(contexts).size).toBe(3)
  })

  test('not the order in which they are written', () => {
    const other = jwtOf('https://b.example')
    expect(contextOf({ a: plain, b: other })).toBe(contextOf({ b: other, a: plain }))
  })
})
