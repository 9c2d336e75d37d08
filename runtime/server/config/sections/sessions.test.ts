import { describe, expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

function load(sessions: string, staff: string) {
  const text = `listeners: [{ address: 127.0.0.1:0 }]
sessions: ${sessions}
identities: { staff: { issuer: https://id.example, ${staff} } }`
  const loaded = loadConfig(text, '/etc/iap.yaml', { dev: true })
  return loaded.ok ? loaded.config : loaded.errors.map(renderConfigError)
}

const STAFF = 'clientId: iap, clientSecret: { env: SECRET }'

describe('of sessions', () => {
  test('all of it', () => {
    const keys = '[{ env: KEY_2 }, { file: ./key-1 }]'
    expect(load(`{ store: "rediss://redis.example:6380/1", idle: 10m, lifetime: 8h, keys: ${keys} }`, STAFF)).toMatchObject({
      sessions: {
        store: { kind: 'redis', url: 'rediss://redis.example:6380/1' },
        idle: 600_000,
        lifetime: 28_800_000,
        keys: [{ env: 'KEY_2' }, { file: '/etc/key-1' }],
      },
    })
  })

  test('none is unused for longer than it lasts', () => {
    expect(load('{ idle: 2h, lifetime: 1h }', STAFF)).toMatchObject({ sessions: { idle: 3_600_000, lifetime: 3_600_000 } })
  })

  test.each([
    ['{ store: redis://a }', '2:1: `sessions` needs `keys`: sessions in Redis are encrypted for all proxies that share it'],
    [
      '{ store: disk }',
      '2:20: `sessions.store` must be `memory`, `shared` or a URL such as `redis://127.0.0.1:6379`, not `disk`',
    ],
    ['{ idle: 10ms }', '2:19: `sessions.idle` must be at least `1s`, got `10ms`'],
    ['{ lifetime: 90d }', '2:23: `sessions.lifetime` must be at most `30d`, got `90d`'],
    ['{ keys: [secret] }', '2:20: `sessions.keys[0]` must be either `{ env: NAME }` or `{ file: PATH }`'],
  ])('%s', (sessions, message) => {
    expect(load(sessions, STAFF)).toEqual([`/etc/iap.yaml:${message}`])
  })
})

describe('of an identity', () => {
  test('all of it', () => {
    const staff =
      'clientId: iap, clientKey: ./key.jwk.json, scopes: [profile, openid], userinfo: true, algorithms: [ES256], clockSkew: 10s, staleSession: 2h, staleKeys: 3h'
    expect(load('{}', staff)).toMatchObject({
      identities: {
        staff: {
          jwt: null,
          oidc: {
            issuer: 'https://id.example',
            clientId: 'iap',
            client: { kind: 'key', file: '/etc/key.jwk.json' },
            scopes: ['openid', 'profile'],
            algorithms: ['ES256'],
            userinfo: true,
            clockSkew: 10_000,
            staleSession: 7_200_000,
            staleKeys: 10_800_000,
          },
        },
      },
    })
  })

  test('both ways', () => {
    const both = load('{}', `${STAFF}, audience: https://api.example, algorithms: [ES256]`)
    expect(both).toMatchObject({
      identities: { staff: { jwt: { audience: ['https://api.example'] }, oidc: { clientId: 'iap' } } },
    })
  })

  test.each([
    ['clientId: iap', '3:15: `identities.staff` needs client authentication: set either `clientSecret` or `clientKey`'],
    ['clientSecret: { env: A }', '3:15: `identities.staff` lacks `clientId`: add it'],
    [`${STAFF}, clientKey: a`, '3:98: `identities.staff` must have either `clientSecret` or `clientKey`, not both'],
    [`${STAFF}, scopes: [a, a]`, '3:110: `a` is listed twice'],
    [
      'clientId: iap, clientSecret: hush',
      '3:81: `identities.staff.clientSecret` must be either `{ env: NAME }` or `{ file: PATH }`',
    ],
  ])('%s', (staff, message) => {
    expect(load('{}', staff)).toEqual([`/etc/iap.yaml:${message}`])
  })
})
