import { expect, test } from 'vitest'
import { loadConfig } from '../load-config.ts'

function sinks(text: string) {
  const loaded = loadConfig(`listeners: [{ address: "127.0.0.1:0" }]\n${text}`, '/etc/iap/iap.yaml', { dev: true })
  return loaded.ok ? loaded.config.audit : loaded.errors.map(({ message }) => message)
}

const common = { format: 'iap', whenFull: 'block', sample: [], redact: null, values: 'conditions' }
const ofFiles = { key: null, rotate: null, fsync: 'interval' }

test('each kind of sink, with what is left out filled in', () => {
  expect(
    sinks(`
audit:
  - { file: audit.jsonl, whenFull: drop }
  - { file: events.jsonl, format: ocsf }
  - { stdout: true, format: ocsf }
  - { otlp: "https://collector.example/base/", headers: { Authorization: { env: TOKEN }, X-Tenant: { file: tenant } }, format: iap }
  - { otlp: "http://127.0.0.1:4318", encoding: json, whenFull: block }
  - { redis: "redis://127.0.0.1:6379" }
  - { redis: "rediss://a:b@redis.example/3", stream: log, maxLength: 5000 }
  - { plugin: ./ship.mjs }`),
  ).toEqual([
    { kind: 'file', file: '/etc/iap/audit.jsonl', ...ofFiles, chain: true, ...common, whenFull: 'drop' },
    { kind: 'file', file: '/etc/iap/events.jsonl', ...ofFiles, chain: false, ...common, format: 'ocsf' },
    { kind: 'stdout', ...common, format: 'ocsf' },
    {
      kind: 'otlp',
      url: 'https://collector.example/base/v1/logs',
      headers: Object.assign(Object.create(null), { authorization: { env: 'TOKEN' }, 'x-tenant': { file: '/etc/iap/tenant' } }),
      encoding: 'protobuf',
      ...common,
    },
    { kind: 'otlp', url: 'http://127.0.0.1:4318/v1/logs', headers: {}, encoding: 'json', ...common },
    { kind: 'redis', url: 'redis://127.0.0.1:6379', stream: 'iap:audit', maxLength: null, ...common },
    { kind: 'redis', url: 'rediss://a:b@redis.example/3', stream: 'log', maxLength: 5000, ...common },
    { kind: 'plugin', plugin: '/etc/iap/ship.mjs', ...common },
  ])
})

test.each([
  ['[{ otlp: "http://c:4318" }, { otlp: "http://c:4318/" }]', '`http://c:4318/` is already a sink: remove one of the two'],
  [
    '[{ redis: "redis://c" }, { redis: "redis://c", stream: "iap:audit" }]',
    'the stream `iap:audit` is already a sink: remove one of the two',
  ],
  ['[{ plugin: a.mjs }, { plugin: ./a.mjs }]', '`./a.mjs` is already a sink: remove one of the two'],
  ['[{ otlp: "http://c:4318/?a=b" }]', '`audit[0].otlp` must have neither a query nor a fragment'],
  ['[{ otlp: "http://c:99999" }]', '`audit[0].otlp` must be a URL such as `http://collector.example:4318`'],
  ['[{ redis: "redis://c", encoding: json }]', '`audit[0].encoding` needs `otlp`, which is missing'],
])('%s: %s', (audit, message) => {
  expect(sinks(`audit: ${audit}`)).toEqual([message])
})

test('what conditions read is not recorded, or redacted by its path', () => {
  const paths = [
    'caller.email',
    'query',
    'body.who.name',
    'auth.time',
    'connection.mtls',
    'request.headers',
    'request.headers["x-a"]',
  ]
  const redact = `{ omit: ${JSON.stringify(paths)}, hash: [caller.sub], key: { env: K } }`
  expect(sinks(`audit: [{ stdout: true, values: none, redact: ${redact} }]`)).toEqual([
    { kind: 'stdout', ...common, values: 'none', redact: { omit: paths, hash: ['caller.sub'], key: { env: 'K' } } },
  ])
  for (const path of ['request.headers[x-a]', 'request.path', 'body.', 'caller.a[0]', 'callers', 'params.id'])
    expect(sinks(`audit: [{ stdout: true, redact: { omit: ['${path}'] } }]`)).toEqual([expect.stringContaining('must be one of')])
})

test('two streams of one Redis are two sinks', () => {
  expect(sinks('audit: [{ redis: "redis://c", stream: a }, { redis: "redis://c", stream: b }]')).toHaveLength(2)
})
