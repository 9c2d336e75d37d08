import { expect, test } from 'vitest'
import { loadConfig } from '../load-config.ts'

const load = (more: string) => {
  const text = `listeners: [{ address: "127.0.0.1:8080" }]
bundle: { source: "https://a.test/p.iapb", keys: [k.json], state: state, notice: { redis: shared } }
${more}
`
  const loaded = loadConfig(text, '/etc/iap/iap.yaml')
  return loaded.ok ? loaded.config : loaded.errors.map(({ line, column, message }) => `${line}:${column}: ${message}`)
}

test('the sections that name it as `shared` have it', () => {
  const redis = {
    url: 'rediss://redis.test:6380/1',
    username: 'iap',
    password: { env: 'REDIS_PASSWORD' },
    tls: { ca: '/etc/iap/ca.pem', cert: '/etc/iap/c.pem', key: '/etc/iap/c.key', serverName: 'redis.internal' },
  }
  expect(
    load(`redis:
  url: rediss://redis.test:6380/1
  username: iap
  password: { env: REDIS_PASSWORD }
  tls: { ca: ca.pem, cert: c.pem, key: c.key, serverName: redis.internal }
sessions: { store: shared, keys: [{ env: KEY }] }
limits: { store: shared }
audit: [{ redis: shared }]
fleet: { redis: shared }`),
  ).toMatchObject({
    redis,
    sessions: { store: { kind: 'redis', url: redis } },
    limiting: { store: { kind: 'redis', url: redis } },
    audit: [{ kind: 'redis', url: redis }],
    fleet: { redis },
    bundle: { notice: { redis } },
  })
})

test.each<[string, string, object]>([
  [
    'sentinels',
    'sentinel: { nodes: [rediss://s1, rediss://s2:26380], primary: sessions-db, password: { env: S }, tls: { ca: s.pem } }, tls: { ca: ca.pem }',
    {
      url: null,
      sentinel: {
        nodes: ['rediss://s1', 'rediss://s2:26380'],
        primary: 'sessions-db',
        ...{ username: null, password: { env: 'S' } },
        tls: { ca: '/etc/iap/s.pem', cert: null, key: null, serverName: null },
      },
      cluster: null,
      tls: { ca: '/etc/iap/ca.pem' },
    },
  ],
  [
    'a cluster',
    'cluster: { nodes: [redis://a, "redis://[::1]:7000"], networks: [10.0.0.0/8, 192.0.2.1] }',
    { url: null, sentinel: null, cluster: { nodes: ['redis://a', 'redis://[::1]:7000'], networks: ['10.0.0.0/8', '192.0.2.1'] } },
  ],
])('it may have %s', (_, section, redis) => {
  expect(load(`redis: { ${section} }`)).toMatchObject({ redis, bundle: { notice: { redis } } })
})

test.each([
  ['', '2:91: `bundle.notice.redis` is `shared`, which needs the section `redis`'],
  ['redis: { url: "redis://a:b@c" }', '`redis.url` must not contain a user or a password'],
  ['redis: { url: "redis://" }', '`redis.url` must be a URL'],
  ['redis: { url: "redis://a", username: x }', '`redis.username` needs `redis.password`'],
  ['redis: { url: "redis://a", tls: { ca: ca.pem } }', '`redis.tls` needs a `redis.url` with `rediss:`'],
  ['redis: { url: "rediss://a", tls: { cert: c.pem } }', '`redis.tls.cert` and `redis.tls.key` must be set together'],
  ['redis: { url: "rediss://a", port: 1 }', 'unknown key `port` in `redis`'],
  ['redis: {}', '`redis` needs one of `url`, `sentinel` and `cluster`'],
  ['redis: { url: "redis://a", cluster: { nodes: ["redis://a"] } }', '`redis` needs one of `url`, `sentinel` and `cluster`'],
  ['redis: { sentinel: { nodes: ["redis://a"] } }', '`redis.sentinel` lacks `primary`: add it'],
  ['redis: { sentinel: { nodes: [], primary: p } }', '`redis.sentinel.nodes` is empty: expected a list of URLs'],
  [
    'redis: { sentinel: { nodes: ["redis://u:p@a"], primary: p } }',
    '`redis.sentinel.nodes[0]` must not contain a user or a password: use `redis.sentinel.username` and `redis.sentinel.password`',
  ],
  ['redis: { sentinel: { nodes: ["redis://a"], primary: p, tls: { ca: x } } }', '`redis.sentinel.tls` needs URLs with `rediss:`'],
  [
    'redis: { cluster: { nodes: ["redis://a", "rediss://b"] } }',
    '`redis.cluster.nodes` must all begin with `redis:`, or all with `rediss:`',
  ],
  ['redis: { cluster: { nodes: ["redis://a/1"] } }', '`redis.cluster.nodes[0]` must not contain the number of a database'],
  [
    'redis: { cluster: { nodes: ["redis://a"], networks: ["10.0.0.1/8"] } }',
    '`redis.cluster.networks[0]` must be a network such as `10.0.0.0/8`, not `10.0.0.1/8`',
  ],
])('%s is a mistake', (more, message) => {
  expect(load(more)).toEqual([expect.stringContaining(message)])
})
