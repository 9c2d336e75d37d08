import { expect, test } from 'vitest'
import { loadConfig } from '../load-config.ts'

const load = (fleet: string) => {
  const text = `listeners: [{ address: "127.0.0.1:8080" }]
bundle: { source: p.iapb, keys: [k.json], state: state }
fleet: ${fleet}
`
  const loaded = loadConfig(text, '/etc/iap/iap.yaml')
  return loaded.ok ? loaded.config.fleet : loaded.errors.map(({ line, column, message }) => `${line}:${column}: ${message}`)
}

test('is read, with defaults', () => {
  expect(load('{ redis: "rediss://iap@redis.test" }')).toEqual({ redis: 'rediss://iap@redis.test', prefix: 'iap:', id: null })
  expect(load('{ redis: "redis://redis.test", prefix: "shop:", id: { env: HOSTNAME } }')).toEqual({
    redis: 'redis://redis.test',
    prefix: 'shop:',
    id: { env: 'HOSTNAME' },
  })
})

test.each([
  ['{}', '3:1: `fleet` lacks `redis`: add it'],
  ['{ redis: "http://a" }', '3:17: `fleet.redis` must be `shared` or a URL such as `rediss://redis.internal:6379`'],
  ['{ redis: "redis://" }', '3:17: `fleet.redis` must be `shared` or a URL'],
  ['{ redis: "redis://a", id: eu-1 }', '3:34: `fleet.id` must be either `{ env: NAME }` or `{ file: PATH }`'],
  ['{ redis: "redis://a", name: x }', '3:30: unknown key `name`'],
])('%s is a mistake', (text, message) => {
  expect(load(text)).toEqual([expect.stringContaining(message)])
})
