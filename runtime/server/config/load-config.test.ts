import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { NO_METHOD } from '../../../tests/support/identity.ts'
import { renderConfigError } from '../../base/config-error.ts'
import { DEFAULT_ROLLOUT } from '../../policy/rollout/rollout-config.ts'
import { type LoadOptions, loadConfig } from './load-config.ts'

const GOOD = `$schema: ./config.schema.json
listeners:
  - address: 0.0.0.0:8080
  - { address: "[::1]:8081", http2: true, fd: web }
bundle: { source: ./shop.iapb, keys: [keys/release.jwk.json], state: /var/lib/iap }
identities:
  staff: { issuer: https://id.example, audience: https://api.example, algorithms: [ES256] }
  partner:
    issuer: https://id.example
    audience: [https://partners.example, https://b2b.example]
    algorithms: [RS256, EdDSA]
    profile: jwt
    jwks: https://keys.example/jwks?v=1
    clockSkew: 5m
    staleKeys: 6h
services:
  orders: { upstreams: [http://10.0.0.1:8080, "https://orders.internal/"], timeout: 500ms, hosts: [Orders.Shop.Example, "{Tenant}.Shop.Example"], origins: ["https://APP.example/"] }
audit: [{ file: ./audit.jsonl }, { stdout: true }]
admin: { address: localhost:9901, hosts: [Admin.Internal], tokens: [{ env: IAP_ADMIN_TOKEN }] }
assertion: { issuer: https://iap.example, lifetime: 5m, state: ./keys, rotation: 7d }
dev: { sources: ./policies, callers: ./callers.json, echo: [orders], issuer: 127.0.0.1:0 }
workers: 4
probes: { address: 0.0.0.0:9902 }
drain: { delay: 5s, timeout: 20s }
watchdog: { missTimeout: 2s, killTimeout: 20s }
pages: { style: ./pages/style.css, texts: /srv/texts.yaml }
`

function load(text: string, options?: LoadOptions): string[] {
  const result = loadConfig(text, 'iap.yaml', options)
  return result.ok ? [] : result.errors.map(renderConfigError)
}

test('`--learn` comes before what the file says', () => {
  const learn = (options?: LoadOptions) => {
    const result = loadConfig(`${GOOD}learn: ./var/learned.json\n`, '/etc/iap/iap.yaml', options)
    return result.ok && result.config.learn
  }
  expect([learn(), learn({ learn: null }), learn({ learn: '/tmp/l.json' })]).toEqual([
    '/etc/iap/var/learned.json',
    '/etc/iap/var/learned.json',
    '/tmp/l.json',
  ])
})

test('what is learned has a file that nothing else has', () => {
  const at = (path: string) => load(`${GOOD}learn: ${path}\n`)
  expect(at('./learned.json')).toEqual([])
  for (const [path, file] of [
    ['audit.jsonl', resolve('audit.jsonl')],
    ['./keys/../shop.iapb', resolve('shop.iapb')],
    ['/var/lib/iap', '/var/lib/iap'],
    ['./iap.yaml', resolve('iap.yaml')],
  ] as const)
    expect(at(path)).toEqual([
      `iap.yaml:27:8: \`learn\` names \`${file}\`, which the configuration already uses: give another file`,
    ])
  expect(load(GOOD, { learn: resolve('audit.jsonl') })).toEqual([
    expect.stringMatching(/^iap\.yaml:1:1: `--learn` names `.*\/audit\.jsonl`, which the configuration already uses/),
  ])
})

test('everything, read: paths absolute, durations in milliseconds, hosts in lower case', () => {
  const result = loadConfig(GOOD, '/etc/iap/iap.yaml')
  if (!result.ok) throw new Error(result.errors.map(renderConfigError).join('\n'))
  const { source, ...config } = result.config
  expect(config).toEqual({
    // Secrets, keys, styles and texts; not what is watched.
    startFiles: ['/etc/iap/keys/release.jwk.json', '/etc/iap/pages/style.css', '/srv/texts.yaml'],
    workers: 4,
    redis: null,
    fleet: null,
    learn: null,
    limits: { body: 1_048_576, connections: null, stalled: 60_000, streamGrace: 30_000, lag: 1000, memory: null },
    limiting: { store: { kind: 'memory' }, prefix: 'iap:', whenUnavailable: 'refuse' },
    listeners: [
      {
        address: { host: '0.0.0.0', port: 8080 },
        check: null,
        fd: null,
        http2: false,
        trust: null,
        proxyProtocol: null,
        tls: null,
      },
      { address: { host: '::1', port: 8081 }, check: null, fd: 'web', http2: true, trust: null, proxyProtocol: null, tls: null },
    ],
    bundle: {
      source: { kind: 'file', file: '/etc/iap/shop.iapb' },
      keys: ['/etc/iap/keys/release.jwk.json'],
      signatures: 1,
      state: '/var/lib/iap',
      notice: null,
      maxStaleness: null,
      whenStale: 'warn',
      whenExpired: 'close',
    },
    rollout: DEFAULT_ROLLOUT,
    data: {},
    identities: {
      staff: {
        ...NO_METHOD,
        jwt: {
          issuer: 'https://id.example',
          audience: ['https://api.example'],
          algorithms: ['ES256'],
          profile: 'rfc9068',
          trustDomain: null,
          tls: null,
          jwks: null,
          clockSkew: 30_000,
          staleKeys: 3_600_000,
          dpop: { required: false, nonce: false },
          mfa: { amr: ['mfa'], acr: ['mfa'] },
        },
      },
      partner: {
        ...NO_METHOD,
        jwt: {
          issuer: 'https://id.example',
          audience: ['https://partners.example', 'https://b2b.example'],
          algorithms: ['RS256', 'EdDSA'],
          profile: 'jwt',
          trustDomain: null,
          tls: null,
          jwks: 'https://keys.example/jwks?v=1',
          clockSkew: 300_000,
          staleKeys: 21_600_000,
          dpop: { required: false, nonce: false },
          mfa: { amr: ['mfa'], acr: ['mfa'] },
        },
      },
    },
    services: {
      orders: {
        upstreams: ['http://10.0.0.1:8080', 'https://orders.internal'],
        origins: ['https://app.example'],
        identityHeaders: [],
        cors: null,
        exchange: null,
        hosts: ['orders.shop.example', '{Tenant}.shop.example'],
        timeouts: { connect: 500, firstByte: 500, idle: 500, total: null },
        protocol: 'http1',
        balance: 'round-robin',
        health: null,
        eject: { failures: 5, time: 10_000 },
        panic: true,
        retries: { attempts: 2, budget: 0.2 },
        limits: { connections: null, requests: null },
        tls: null,
      },
    },
    audit: [
      {
        kind: 'file',
        file: '/etc/iap/audit.jsonl',
        chain: true,
        key: null,
        rotate: null,
        fsync: 'interval',
        whenFull: 'block',
        sample: [],
        format: 'iap',
        redact: null,
        values: 'conditions',
      },
      { kind: 'stdout', format: 'iap', whenFull: 'block', sample: [], redact: null, values: 'conditions' },
    ],
    traces: null,
    admin: {
      address: { host: 'localhost', port: 9901 },
      hosts: ['admin.internal'],
      tokens: [{ env: 'IAP_ADMIN_TOKEN' }],
      tls: null,
    },
    probes: { address: { host: '0.0.0.0', port: 9902 } },
    drain: { delay: 5000, timeout: 20_000 },
    watchdog: { missTimeout: 2000, killTimeout: 20_000, rollback: true },
    events: {},
    displays: {},
    pages: {
      style: { file: '/etc/iap/pages/style.css', path: ['pages', 'style'] },
      texts: { file: '/srv/texts.yaml', path: ['pages', 'texts'] },
    },
    assertion: { issuer: 'https://iap.example', lifetime: 300_000, state: '/etc/iap/keys', rotation: 604_800_000 },
    sessions: { store: { kind: 'memory' }, idle: 3_600_000, lifetime: 43_200_000, perSubject: 100, keys: [] },
    dev: {
      sources: ['/etc/iap/policies'],
      callers: '/etc/iap/callers.json',
      echo: ['orders'],
      issuer: { host: '127.0.0.1', port: 0 },
    },
  })
  expect(source.file).toBe('/etc/iap/iap.yaml')
  expect(source.place(['identities', 'partner', 'jwks'])).toEqual({ line: 13, column: 5 })
  expect(source.place(['identities', 'nobody'])).toEqual({ line: 6, column: 1 })
})

test('the least, and what is left out', () => {
  const result = loadConfig('listeners: [{ address: 127.0.0.1:0 }]\nbundle: { source: a, keys: [b], state: c }\n', '/x/iap.yaml')
  if (!result.ok) throw new Error(result.errors.map(renderConfigError).join('\n'))
  expect(result.config).toMatchObject({ identities: {}, services: {}, audit: [{ kind: 'stdout' }], admin: null, dev: null })
  expect(result.config).toMatchObject({
    probes: null,
    drain: { delay: 0, timeout: 10_000 },
    watchdog: { missTimeout: 5000, killTimeout: 30_000 },
  })
  expect(result.config.assertion).toEqual({ issuer: 'iap', lifetime: 120_000, state: null, rotation: 2_592_000_000 })
  // There is no prototype.
  expect(result.config.identities.constructor).toBeUndefined()
})

test('under --dev there need be no bundle, and no keys', () => {
  expect(load('listeners: [{ address: 127.0.0.1:0 }]', { dev: true })).toEqual([])
  expect(load('listeners: [{ address: 127.0.0.1:0 }]\nbundle: { source: a }', { dev: true })).toEqual([])
})

test('the configurations that the project ships are good', () => {
  for (const file of ['examples/shop/iap.yaml', 'cli/templates/default/iap.yaml'])
    expect(load(readFileSync(file, 'utf8'))).toEqual([])
})

test('eight mistakes, eight messages, each at its place', () => {
  const text = `listners:
  - address: 0.0.0.0:8080
bundle:
  source: ./shop.iapb
  keys: []
  state: ./var
identities:
  staff:
    issuer: http://id.example
    audience: https://api.example
    algorithms: [HS256]
    clockSkew: 10m
services:
  orders: { upstreams: [10.0.0.1:8080], timout: 30s }
admin: { address: 127.0.0.1 }
`
  expect(load(text)).toEqual([
    'iap.yaml:1:1: unknown key `listners`: did you mean `listeners`?',
    'iap.yaml:5:9: `bundle.keys` is empty: expected a list of key files such as `[./release.public.jwk.json]`',
    'iap.yaml:9:13: `identities.staff.issuer` must be `https:`: over `http:` an attacker can replace the keys (--insecure-http-issuer allows it)',
    'iap.yaml:11:18: `HS256` is not allowed: with a shared secret, everyone who can verify a token can also make one',
    'iap.yaml:12:16: `identities.staff.clockSkew` must be at most `5m`, got `10m`',
    'iap.yaml:14:25: `services.orders.upstreams[0]` must be a URL that begins with `https://` or `http://`, not `10.0.0.1:8080`',
    'iap.yaml:14:41: unknown key `timout` in `services.orders`: did you mean `timeout`?',
    'iap.yaml:15:19: `admin.address` must be an address such as `127.0.0.1:8080` or `[::1]:8080`, not `127.0.0.1`',
  ])
})

test.each([
  [
    'source: "https://b.example/shop.iapb?v=1", token: { file: t }, notice: { redis: "rediss://r" }, maxStaleness: 1h, whenStale: close, whenExpired: warn',
    {
      source: { kind: 'https', url: 'https://b.example/shop.iapb?v=1', interval: 30_000, wait: 0, token: { file: '/etc/iap/t' } },
      notice: { redis: 'rediss://r', channel: 'iap:bundles' },
      maxStaleness: 3_600_000,
      whenStale: 'close',
      whenExpired: 'warn',
    },
  ],
  [
    'source: "http://localhost:8000/x", poll: 5s, longPoll: 2m',
    { source: { kind: 'https', url: 'http://localhost:8000/x', interval: 5000, wait: 120_000, token: null } },
  ],
  [
    'source: "oci://r.example:5000/a/b:v1", username: u, password: { env: P }, notice: { redis: "redis://r", channel: c }',
    {
      source: {
        kind: 'oci',
        url: 'oci://r.example:5000/a/b:v1',
        origin: 'https://r.example:5000',
        repository: 'a/b',
        reference: 'v1',
        interval: 30_000,
        username: 'u',
        password: { env: 'P' },
      },
      notice: { redis: 'redis://r', channel: 'c' },
    },
  ],
])('bundles from elsewhere: %s', (text, expected) => {
  const result = loadConfig(GOOD.replace('source: ./shop.iapb', text), '/etc/iap/iap.yaml')
  expect(result.ok ? result.config.bundle : result.errors).toMatchObject(expected)
})

/** Where bundles come from, what stands beside it, what of that is at fault, and why. */
function ofBundle(source: string, cases: readonly (readonly [string, string, string])[]): (readonly [string, string, string])[] {
  return cases.map(([more, fault, message]) => {
    const text = `source: ${source}, ${more}`
    const column = fault === 'bundle' ? 1 : 'bundle: { '.length + text.indexOf(fault) + 1
    return ['source: ./shop.iapb', text, `5:${column}: ${message}`]
  })
}

/** One change to a good configuration: the text that is replaced, what stands there then, and the only message. */
const mistakes: readonly (readonly [string, string, string])[] = [
  // Keys.
  ['source: ./shop.iapb', 'sorce: ./shop.iapb', '5:11: unknown key `sorce` in `bundle`: did you mean `source`?'],
  ['keys: [keys/release.jwk.json]', 'kyes: [a]', '5:32: unknown key `kyes` in `bundle`: did you mean `keys`?'],
  [', keys: [keys/release.jwk.json]', '', '5:1: `bundle` needs `keys`: the public keys that may sign it'],
  [', state: /var/lib/iap', '', '5:1: `bundle` needs `state`: a folder that prevents a restart from loading an older bundle'],
  ['bundle: { source', 'bundel: { source', '5:1: unknown key `bundel`: did you mean `bundle`?'],
  ['issuer: https://id.example, ', '', '7:3: `identities.staff` lacks `issuer`: add it'],
  [
    'profile: jwt',
    'mfa: x',
    '12:10: `identities.partner.mfa` must be an object such as `{ amr: [mfa, hwk], acr: ["urn:shop:mfa"] }`, not `x`',
  ],
  [
    'profile: jwt',
    'clientId: iap',
    '8:3: `identities.partner` needs client authentication: set either `clientSecret` or `clientKey`',
  ],
  [
    'admin: {',
    'sessions: { store: redis://a }\nadmin: {',
    '19:1: `sessions` needs `keys`: sessions in Redis are encrypted for all proxies that share it',
  ],
  ['admin: {', 'sessions: { idle: 10ms }\nadmin: {', '19:19: `sessions.idle` must be at least `1s`, got `10ms`'],
  [
    'admin: {',
    'metrics: {}\nadmin: {',
    '19:1: unknown key `metrics`: expected one of `listeners`, `bundle`, `rollout`, `data`, `identities`, `identityHeaders`, `services`, `audit`, `traces`, `admin`, `learn`, `probes`, `redis`, `fleet`, `drain`, `watchdog`, `workers`, `limits`, `assertion`, `pages`, `sessions` and `dev`',
  ],
  ['staff: {', 'sta-ff: {', '7:3: the key `sta-ff` in `identities` must be a name of the policy (letters, digits and `_`)'],
  [
    'admin: {',
    '__proto__: {}\nadmin: {',
    '19:1: unknown key `__proto__`: expected one of `listeners`, `bundle`, `rollout`, `data`, `identities`, `identityHeaders`, `services`, `audit`, `traces`, `admin`, `learn`, `probes`, `redis`, `fleet`, `drain`, `watchdog`, `workers`, `limits`, `assertion`, `pages`, `sessions` and `dev`',
  ],
  ['killTimeout: 20s', 'killTimeout: 2s', '25:43: `watchdog.killTimeout`: `killTimeout` must be longer than `missTimeout`'],
  ['state: ./keys,', 'state: ./keys, state: ./k,', '20:72: this key is repeated'],
  // The admin address.
  [
    'address: localhost:9901',
    'address: 0.0.0.0:9901',
    '19:58: `admin.tokens` needs `admin.tls` at an address that other machines reach: without TLS the tokens can be intercepted',
  ],
  ['hosts: [Admin.Internal]', 'hosts: [Admin.Internal, admin.internal]', '19:59: `admin.internal` is listed twice'],
  ['hosts: [Admin.Internal]', 'tls: { cert: a.pem }', '19:35: `admin.tls` lacks `key`: add it'],
  ['[{ env: IAP_ADMIN_TOKEN }]', '[abc]', '19:69: `admin.tokens[0]` must be either `{ env: NAME }` or `{ file: PATH }`'],
  // Security events.
  ['profile: jwt', 'events: {}', '12:5: `identities.partner.events` lacks `audience`: add it'],
  [
    'profile: jwt',
    'events: { audience: a, issuer: https://events.example }',
    '12:5: `identities.partner.events` needs `jwks`: the keys of a sender other than the issuer cannot be discovered',
  ],
  [
    'profile: jwt',
    'events: { audience: a, issuer: http://events.example, jwks: https://events.example/jwks }',
    '12:36: `identities.partner.events.issuer` must be `https:`: over `http:` an attacker can replace the keys (--insecure-http-issuer allows it)',
  ],
  // Listeners.
  [
    'address: 0.0.0.0:8080',
    'address: 8080',
    '3:14: `listeners[0].address` must be an address such as `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/iap/check.sock`, not `8080`',
  ],
  [
    'address: 0.0.0.0:8080',
    'address: 0.0.0.0:80800',
    '3:14: `listeners[0].address` is not an address: the port 80800 is greater than 65535',
  ],
  [
    'address: 0.0.0.0:8080',
    'address: 300.0.0.1:80',
    '3:14: `listeners[0].address` is not an address: `300.0.0.1` is not an IPv4 address',
  ],
  [
    '"[::1]:8081"',
    '"[::1::]:8081"',
    '4:16: `listeners[1].address` is not an address: the text in brackets is not an IPv6 address',
  ],
  ['http2: true', 'trust: {}', '4:30: `listeners[1].trust` lacks `proxies`: add it'],
  [
    'http2: true',
    'trust: { proxies: [] }',
    '4:48: `listeners[1].trust.proxies` is empty: expected a list of addresses and ranges such as `[10.0.0.0/8]`',
  ],
  [
    'http2: true',
    'trust: { proxies: [proxy.internal] }',
    '4:49: `listeners[1].trust.proxies[0]` must be an address or a range such as `10.0.0.0/8`, not `proxy.internal`',
  ],
  [
    'http2: true',
    'trust: { proxies: [10.0.0.1/8] }',
    '4:49: `listeners[1].trust.proxies[0]` must be an address or a range such as `10.0.0.0/8`',
  ],
  [
    'http2: true',
    'trust: { proxies: [0.0.0.0/0], header: proxy-protocol }',
    '4:49: `listeners[1].trust.proxies[0]` is every address: list the proxies in front of this listener',
  ],
  [
    'http2: true',
    'trust: { proxies: ["::/0"] }',
    '4:49: `listeners[1].trust.proxies[0]` is every address: list the proxies in front of this listener',
  ],
  ['http2: true', 'trust: { proxies: [10.0.0.1, 10.0.0.1] }', '4:59: `10.0.0.1` is listed twice'],
  [
    'http2: true',
    'trust: { proxies: [10.0.0.1], header: x-real-ip }',
    '4:68: `listeners[1].trust.header` must be `x-forwarded-for`, `forwarded` or `proxy-protocol`, not `x-real-ip`',
  ],
  ['http2: true', 'http2: yes', '4:37: `listeners[1].http2` must be `true` or `false`, not `yes`'],
  ['"[::1]:8081"', '127.0.0.1:8080', '4:16: `127.0.0.1:8080` is already used by the listener at `0.0.0.0:8080`'],
  [
    'localhost:9901, hosts: [Admin.Internal], tokens: [{ env: IAP_ADMIN_TOKEN }]',
    '"[::]:8080"',
    '19:19: `[::]:8080` is already used by the listener at `0.0.0.0:8080`',
  ],
  // Bundle.
  ...ofBundle('./shop.iapb', [
    ['poll: 1m', 'poll', '`bundle.poll` cannot be used with a file: remove it'],
    ['longPoll: 1m', 'longPoll', '`bundle.longPoll` cannot be used with a file: remove it'],
    ['token: { env: T }', 'token', '`bundle.token` cannot be used with a file: remove it'],
    ['username: u', 'username', '`bundle.username` cannot be used with a file: remove it'],
    ['password: { env: P }', 'password', '`bundle.password` cannot be used with a file: remove it'],
    ['notice: { redis: redis://r }', 'notice', '`bundle.notice` cannot be used with a file: remove it'],
    ['whenStale: close', 'close', '`bundle.whenStale` needs `bundle.maxStaleness`'],
    ['whenStale: stop, maxStaleness: 1h', 'stop', '`bundle.whenStale` must be `warn` or `close`, not `stop`'],
    ['whenExpired: never', 'never', '`bundle.whenExpired` must be `close` or `warn`, not `never`'],
    ['maxStaleness: 5s', '5s', '`bundle.maxStaleness` must be at least `10s`, got `5s`'],
    ['maxStaleness: 400d', '400d', '`bundle.maxStaleness` must be at most `365d`, got `400d`'],
  ]),
  ...ofBundle('https://b.example/shop.iapb', [
    ['username: u', 'username', '`bundle.username` cannot be used with an HTTPS server: remove it'],
    ['password: { env: P }', 'password', '`bundle.password` cannot be used with an HTTPS server: remove it'],
    ['poll: 500ms', '500ms', '`bundle.poll` must be at least `1s`, got `500ms`'],
    ['poll: 2d', '2d', '`bundle.poll` must be at most `1d`, got `2d`'],
    // undici waits five minutes for the head of an answer.
    ['longPoll: 5m', '5m', '`bundle.longPoll` must be at most `4m`, got `5m`'],
    ['token: secret', 'secret', '`bundle.token` must be either `{ env: NAME }` or `{ file: PATH }`'],
    ['notice: {}', 'notice', '`bundle.notice` lacks `redis`: add it'],
    [
      'notice: { redis: "http://r" }',
      '"http://r"',
      '`bundle.notice.redis` must be `shared` or a URL such as `rediss://redis.internal:6379`, not `http://r`',
    ],
    [
      'notice: { redis: "redis://[" }',
      '"redis://["',
      '`bundle.notice.redis` must be `shared` or a URL such as `redis://redis.example:6379`',
    ],
    [
      'notice: { redis: "redis://r", channel: "" }',
      '""',
      '`bundle.notice.channel` must be a name of at most 200 characters, not an empty string',
    ],
  ]),
  ...ofBundle('"oci://r.example/shop/policies:production"', [
    ['longPoll: 1m', 'longPoll', '`bundle.longPoll` cannot be used with a registry: remove it'],
    ['token: { env: T }', 'token', '`bundle.token` cannot be used with a registry: remove it'],
    ['username: u', 'bundle', '`bundle.username` and `bundle.password` must be set together'],
    ['password: { env: P }', 'bundle', '`bundle.username` and `bundle.password` must be set together'],
    ['username: "a:b", password: { env: P }', '"a:b"', '`bundle.username` must be a user name without `:`, not `a:b`'],
  ]),
  ...(
    [
      ['http://b.example/shop.iapb', 'must be `https:`: `http:` is only allowed on this machine'],
      ['http://127.0.0.1.example/x', 'must be `https:`: `http:` is only allowed on this machine'],
      ['https://u:p@b.example/x', 'must not contain a user, a password or a fragment'],
      ['https://b.example/x#y', 'must not contain a user, a password or a fragment'],
      ['https://', 'is not a URL'],
      ['https://[x]/', 'is not a URL'],
      ['ftp://b.example/x', 'is neither a file nor a URL with `https:` or `oci:`'],
      ['file:///etc/x.iapb', 'is neither a file nor a URL with `https:` or `oci:`'],
      ['oci://b.example/shop', 'is not a reference such as `oci://registry.example/shop/policies:production`'],
      ['oci://b.example/Shop:1', 'is not a reference such as `oci://registry.example/shop/policies:production`'],
    ] as const
  ).map(([url, why]) => ['source: ./shop.iapb', `source: "${url}"`, `5:19: \`bundle.source\` ${why}`] as const),
  ['source: ./shop.iapb', 'source: ""', '5:19: `bundle.source` must be a path, not an empty string'],
  ['bundle: {', 'bundle: #{', '5:1: `bundle` must be an object with `source`, `keys` and `state`, not empty'],
  // Identities.
  [
    'issuer: https://id.example,',
    'issuer: id.example,',
    '7:20: `identities.staff.issuer` must be a URL that begins with `https://` or `http://`, not `id.example`',
  ],
  [
    'issuer: https://id.example,',
    'issuer: "https://id.example/?a=b",',
    '7:20: `identities.staff.issuer` must not contain a query',
  ],
  [
    'issuer: https://id.example,',
    'issuer: "https://id.example/#a",',
    '7:20: `identities.staff.issuer` must not contain a fragment',
  ],
  [
    'issuer: https://id.example,',
    'issuer: https://u:p@id.example,',
    '7:20: `identities.staff.issuer` must not contain a user or a password',
  ],
  ['issuer: https://id.example,', 'issuer: "https://[id",', '7:20: `identities.staff.issuer` is not a URL'],
  [
    'issuer: https://id.example,',
    'issuer: http://127.0.0.1.evil.example,',
    '7:20: `identities.staff.issuer` must be `https:`: over `http:` an attacker can replace the keys (--insecure-http-issuer allows it)',
  ],
  [
    'jwks: https://keys',
    'jwks: http://keys',
    '13:11: `identities.partner.jwks` must be `https:`: over `http:` an attacker can replace the keys (--insecure-http-issuer allows it)',
  ],
  [
    'audience: https://api.example',
    'audience: []',
    '7:50: `identities.staff.audience` is empty: expected an audience or a list of audiences',
  ],
  [
    'audience: https://api.example',
    'audience: " "',
    '7:50: `identities.staff.audience` must be an audience or a list of audiences, not ` `',
  ],
  ['https://b2b.example]', 'https://partners.example]', '10:42: `https://partners.example` is listed twice'],
  [
    'https://b2b.example]',
    'https://api.example]',
    '10:15: `partner` has issuer and audience `https://api.example` in common with `staff`: tokens would match both',
  ],
  [
    'algorithms: [ES256]',
    'algorithms: []',
    '7:83: `identities.staff.algorithms` is empty: expected a list of signature algorithms such as `[ES256]`',
  ],
  ['algorithms: [ES256]', 'algorithms: [NONE]', '7:84: `none` is not allowed: an unsigned token proves nothing'],
  [
    'algorithms: [ES256]',
    'algorithms: [es256]',
    '7:84: `identities.staff.algorithms[0]` must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, not `es256`',
  ],
  [
    'algorithms: [ES256]',
    'algorithms: ES256',
    '7:83: `identities.staff.algorithms` must be a list of signature algorithms such as `[ES256]`, not `ES256`',
  ],
  ['algorithms: [RS256, EdDSA]', 'algorithms: [RS256, RS256]', '11:25: `RS256` is listed twice'],
  ['profile: jwt', 'profile: oidc', '12:14: `identities.partner.profile` must be `rfc9068`, `jwt` or `workload`, not `oidc`'],
  ['clockSkew: 5m', 'clockSkew: 301s', '14:16: `identities.partner.clockSkew` must be at most `5m`, got `301s`'],
  [
    'clockSkew: 5m',
    'clockSkew: 30',
    '14:16: `identities.partner.clockSkew` must be a duration such as `30s`, `5m` or `1h`, not `30`',
  ],
  ['staleKeys: 6h', 'staleKeys: 59s', '15:16: `identities.partner.staleKeys` must be at least `1m`, got `59s`'],
  // Services.
  [
    'upstreams: [http://10.0.0.1:8080, "https://orders.internal/"]',
    'upstreams: []',
    '17:24: `services.orders.upstreams` is empty: expected a list of origins such as `[http://10.0.0.1:8080]`',
  ],
  [
    '"https://orders.internal/"',
    'https://orders.internal/api',
    '17:47: `services.orders.upstreams[1]` must be an origin such as `https://orders.internal`: request paths are forwarded unchanged',
  ],
  [
    '"https://orders.internal/"',
    'https://a:b@orders.internal',
    '17:47: `services.orders.upstreams[1]` must not contain a user or a password',
  ],
  ['"https://orders.internal/"', '"http://10.0.0.1:8080/"', '17:47: `http://10.0.0.1:8080` is listed twice'],
  [
    'Orders.Shop.Example',
    'orders.*.example',
    '17:100: `services.orders.hosts[0]` must be a host such as `orders.shop.example`, of which the first label may be `*` or `{name}`, not `orders.*.example`',
  ],
  [
    'Orders.Shop.Example',
    'orders.shop.example:8080',
    '17:100: `services.orders.hosts[0]` must be a host such as `orders.shop.example`, of which the first label may be `*` or `{name}`, not `orders.shop.example:8080`',
  ],
  ['timeout: 500ms', 'timeout: 0s', '17:85: `services.orders.timeout` must be at least `1ms`, got `0s`'],
  // Audit, assertion, dev.
  [
    '{ stdout: true }',
    '{}',
    '18:34: `audit[1]` is empty: expected an object with one of `file`, `stdout`, `otlp`, `redis` and `plugin`',
  ],
  ['{ stdout: true }', '{ stdout: true, file: a }', '18:34: `audit[1]` must have one target, not both `file` and `stdout`'],
  [
    '{ stdout: true }',
    '{ format: ocsf }',
    '18:34: `audit[1]` needs a target for records: one of `file`, `stdout`, `otlp`, `redis`, `plugin`',
  ],
  ['{ stdout: true }', '{ stdout: false }', '18:44: `audit[1].stdout` must be `true`, not `false`'],
  ['{ stdout: true }', '{ file: audit.jsonl }', '18:34: `audit.jsonl` is already a sink: remove one of the two'],
  ['{ stdout: true }', '{ stdout: true, encoding: json }', '18:50: `audit[1].encoding` needs `otlp`, which is missing'],
  ['{ stdout: true }', '{ file: a, maxLength: 1000 }', '18:45: `audit[1].maxLength` needs `redis`, which is missing'],
  [
    '{ stdout: true }',
    '{ otlp: "http://a:b@127.0.0.1:4318" }',
    '18:42: `audit[1].otlp` must not contain a user or a password: use `headers`',
  ],
  [
    '{ stdout: true }',
    '{ otlp: "http://127.0.0.1:4318/v1/logs" }',
    '18:42: `audit[1].otlp` must be the address of the collector without `/v1/logs`, which the proxy adds',
  ],
  [
    '{ stdout: true }',
    '{ otlp: "http://127.0.0.1:4318", headers: { Host: { env: A } } }',
    '18:78: `audit[1].headers.Host` is a header that the exporter sets itself: remove it',
  ],
  [
    '{ stdout: true }',
    '{ otlp: "http://127.0.0.1:4318", headers: { authorization: secret } }',
    '18:93: `audit[1].headers.authorization` must be either `{ env: NAME }` or `{ file: PATH }`',
  ],
  [
    '{ stdout: true }',
    '{ redis: "http://127.0.0.1" }',
    '18:43: `audit[1].redis` must be `shared` or a URL such as `redis://127.0.0.1:6379`',
  ],
  ['{ stdout: true }', '{ stdout: true, chain: true }', '18:50: `audit[1].chain` needs `file`, which is missing'],
  ['{ stdout: true }', '{ stdout: true, rotate: { age: 1d } }', '18:50: `audit[1].rotate` needs `file`, which is missing'],
  [
    '{ stdout: true }',
    '{ file: a, chain: false, key: b }',
    '18:59: `audit[1].key` signs checkpoints of a chain, but `chain` is `false`: remove it',
  ],
  [
    '{ stdout: true }',
    '{ file: a, fsync: often }',
    '18:52: `audit[1].fsync` must be `always`, `interval` or `never`, not `often`',
  ],
  ['{ stdout: true }', '{ file: a, rotate: { keep: 3 } }', '18:53: `audit[1].rotate` needs a `size`, an `age`, or both'],
  [
    '{ stdout: true }',
    '{ file: a, rotate: { size: 1KiB } }',
    '18:61: `audit[1].rotate.size` must be at least `1MiB`, got `1KiB`',
  ],
  ['{ stdout: true }', '{ file: a, rotate: { age: 1s } }', '18:60: `audit[1].rotate.age` must be at least `1m`, got `1s`'],
  ['{ stdout: true }', '{ file: a, sample: [{ effect: permit }] }', '18:54: `audit[1].sample[0]` lacks `keep`: add it'],
  [
    '{ stdout: true }',
    '{ file: a, sample: [{ keep: 1.5 }] }',
    '18:62: `audit[1].sample[0].keep` must be a number from 0 to 1, not `1.5`',
  ],
  [
    '{ stdout: true }',
    '{ file: a, redact: { hash: [source] } }',
    '18:45: `audit[1].redact` needs `key`: without it, a hashed value can be found by guessing',
  ],
  [
    '{ stdout: true }',
    '{ file: a, redact: { omit: [method] } }',
    '18:62: `audit[1].redact.omit[0]` must be one of `source`, `host`, `path`, `traceId`, `detail`, `caller.subject` and `caller.credential`, or what conditions read: `caller.email`, `query.customer`, `body.note`, `request.headers["x-tenant"]`, not `method`',
  ],
  [
    '{ stdout: true }',
    '{ file: a, format: ocsf, chain: true }',
    '18:59: `audit[1].chain` cannot be used with the `format` `ocsf`: use `iap`',
  ],
  ['lifetime: 5m', 'lifetime: 6m', '20:53: `assertion.lifetime` must be at most `5m`, got `6m`'],
  ['lifetime: 5m', 'lifetime: 1m', '20:53: `assertion.lifetime` must be at least `90s`, got `1m`'],
  [
    'issuer: 127.0.0.1:0',
    'issuer: 0.0.0.0:8081',
    '21:78: the development issuer issues tokens to anyone, so it must listen on this machine, not on `0.0.0.0:8081`',
  ],
  ['echo: [orders]', 'echo: [ordres]', '21:61: `services` has no `ordres`: did you mean `orders`?'],
  ['echo: [orders]', 'echo: yes', '21:60: `dev.echo` must be `true`, `false` or a list of services, not `yes`'],
]

describe('one mistake, one message', () => {
  test.each(mistakes)('%s → %s', (before, after, message) => {
    expect(GOOD).toContain(before)
    expect(load(GOOD.replace(before, after))).toEqual([`iap.yaml:${message}`])
  })
})

describe('what YAML can do, and a configuration cannot', () => {
  test.each([
    [
      'an alias',
      'listeners: &a [{ address: "127.0.0.1:0" }]\nbundle: *a',
      '2:9: an alias (`*name`) is not allowed here: write the value again',
    ],
    [
      'a bomb',
      `a: &a [x,x]\n${'bcdefgh'
        .split('')
        .map((c, i) => `${c}: &${c} [*${'abcdefg'[i]},*${'abcdefg'[i]}]`)
        .join('\n')}`,
      /^2:8: an alias/,
    ],
    ['a tag', `${GOOD.replace('issuer: 127', 'issuer: !!js/x 127')}`, '21:78: a tag (`!name`) is not allowed here'],
    ['two documents', `${GOOD}---\n${GOOD}`, /27:1: a file must have one document/],
    ['a tab', 'listeners:\n\t- address: 127.0.0.1:0', '2:1: indent with spaces, not with a tab'],
    ['a quote that does not end', 'listeners: "x', /^1:14: this is not YAML: missing closing/],
    ['a list as key', '? [a]\n: b', '1:3: a key must be a string: put it in quotes'],
    [
      'nothing',
      '',
      '1:1: the configuration must be an object with `listeners`, `bundle`, `identities`, `services` and others, not empty',
    ],
    [
      'a list',
      '- a',
      '1:1: the configuration must be an object with `listeners`, `bundle`, `identities`, `services` and others, not a list',
    ],
    ['a merge key', `${GOOD}<<: { admin: 1 }\n`, /^27:1: unknown key `<<`/],
    ['more than anybody writes', `#${'x'.repeat(1_000_001)}`, '1:1: the file is longer than 1 MB, the limit: shorten it'],
    ['brackets without end', '['.repeat(900_000), '1:1: lists and objects nest more than 500 deep: remove levels'],
  ])('%s', (_, text, message) => {
    const [first = ''] = load(text)
    if (typeof message === 'string') expect(first).toBe(`iap.yaml:${message}`)
    else expect(first.slice('iap.yaml:'.length)).toMatch(message)
  })

  test('control characters of the file do not reach the terminal', () => {
    const [message = ''] = load(GOOD.replace('profile: jwt', 'profile: "\\u001b[2Jx"'))
    expect(message).toContain('not `\\u001b[2Jx`')
  })
})

describe('http issuers', () => {
  test.each(['http://localhost:8081/x', 'http://127.0.0.1:8081', 'http://127.9.9.9', 'http://[::1]:1', 'http://id.localhost'])(
    '%s is this machine',
    (url) => {
      expect(load(GOOD.replace('issuer: https://id.example,', `issuer: "${url}",`))).toEqual([])
    },
  )

  test('elsewhere by flag', () => {
    const text = GOOD.replace('issuer: https://id.example,', 'issuer: http://id.example,')
    expect(load(text)).toHaveLength(1)
    expect(load(text, { insecureHttpIssuer: true })).toEqual([])
  })
})

describe('limits', () => {
  const limits = (text: string) => loadConfig(`${GOOD}limits: ${text}\n`, 'iap.yaml')
  const usual = { body: 1_048_576, connections: null, stalled: 60_000, streamGrace: 30_000, lag: 1000, memory: null }
  test.each([
    ['{}', {}],
    ['{ body: 64KiB }', { body: 65_536 }],
    ['{ body: 0B }', { body: 0 }],
    ['{ body: 64MiB }', { body: 67_108_864 }],
    ['{ connections: 500 }', { connections: 500 }],
    [
      '{ stalled: 5s, streamGrace: 5s, lag: 50ms, memory: 512MiB }',
      { stalled: 5000, streamGrace: 5000, lag: 50, memory: 536_870_912 },
    ],
  ])('%s', (text, changes) => {
    const result = limits(text)
    expect(result.ok && result.config.limits).toEqual({ ...usual, ...changes })
  })

  test('of the policy are counted in memory, or in a Redis', () => {
    const counted = (text: string) => {
      const result = limits(text)
      return result.ok && result.config.limiting
    }
    expect(counted('{}')).toEqual({ store: { kind: 'memory' }, prefix: 'iap:', whenUnavailable: 'refuse' })
    expect(counted('{ store: "rediss://user:word@redis.test:6380/2", prefix: "shop ", whenUnavailable: pass }')).toBe(false)
    expect(counted('{ store: "rediss://user:word@redis.test:6380/2", prefix: "shop:", whenUnavailable: pass }')).toEqual({
      store: { kind: 'redis', url: 'rediss://user:word@redis.test:6380/2' },
      prefix: 'shop:',
      whenUnavailable: 'pass',
    })
  })

  test.each([
    ['{ body: 65MiB }', '`limits.body` must be at most `64MiB`, got `65MiB`'],
    ['{ body: 1MB }', '`limits.body` must be a size such as `64KiB` or `1MiB`, not `1MB`'],
    ['{ memory: 63MiB }', '`limits.memory` must be at least `64MiB`, got `63MiB`'],
    ['{ stalled: 10ms }', '`limits.stalled` must be at least `1s`'],
    ['{ lag: 2m }', '`limits.lag` must be at most `1m`'],
    ['{ connections: 0 }', '`limits.connections` must be a whole number from 1 to 1000000'],
    ['{ headers: 1KiB }', 'unknown key `headers` in `limits`'],
    ['{ store: redis }', '`limits.store` must be `memory`, `shared` or a URL such as `redis://127.0.0.1:6379`, not `redis`'],
    ['{ store: "redis://" }', '`limits.store` must be `memory`, `shared` or a URL'],
    ['{ store: "redis://:" }', '`limits.store` must be `memory`, `shared` or a URL such as `redis://redis.example:6379`'],
    ['{ prefix: "" }', '`limits.prefix` must be 1 to 100 visible characters of ASCII such as `iap:`'],
    ['{ whenUnavailable: open }', '`limits.whenUnavailable` must be `refuse` or `pass`, not `open`'],
  ])('%s', (text, message) => {
    const result = limits(text)
    expect(result.ok ? [] : result.errors.map((error) => error.message)).toEqual([expect.stringContaining(message)])
  })
})

describe('workers', () => {
  const workers = (text: string) => loadConfig(GOOD.replace('workers: 4', `workers: ${text}`), 'iap.yaml')
  test.each([
    ['auto', null],
    ['1', 1],
    ['256', 256],
  ])('%s', (text, expected) => {
    const result = workers(text)
    expect(result.ok && result.config.workers).toBe(expected)
  })

  test.each(['0', '257', '1.5', 'many', 'true'])('%s', (text) => {
    const result = workers(text)
    expect(result.ok ? [] : result.errors.map((error) => error.message)).toEqual([
      expect.stringContaining('`workers` must be `auto` or a whole number from 1 to 256'),
    ])
  })
})

test('no two listeners take the same socket', () => {
  expect(load(GOOD.replace('- address: 0.0.0.0:8080', '- { address: 0.0.0.0:8080, fd: web }'))).toEqual([
    expect.stringContaining('`web` is listed twice'),
  ])
})

test('relative file names count from the working directory', () => {
  const result = loadConfig(GOOD, 'conf/iap.yaml')
  expect(result.ok && result.config.bundle?.source).toEqual({ kind: 'file', file: join(process.cwd(), 'conf/shop.iapb') })
})

test('who sends security events: the issuer of the identity, or another', () => {
  const read = (events: string) => {
    const result = loadConfig(GOOD.replace('profile: jwt', `events: ${events}`), '/etc/iap/iap.yaml')
    if (!result.ok) throw new Error(result.errors.map(renderConfigError).join('\n'))
    return result.config.events.partner
  }
  const own = {
    issuer: 'https://id.example',
    subjectIssuer: 'https://id.example',
    audience: 'https://shop.example',
    jwks: 'https://keys.example/jwks?v=1',
    algorithms: ['RS256', 'EdDSA'],
    clockSkew: 300_000,
    staleKeys: 21_600_000,
    token: null,
  }
  expect(read('{ audience: https://shop.example }')).toEqual(own)
  expect(read('{ audience: a, issuer: https://ssf.example, jwks: https://ssf.example/keys, token: { file: ./token } }')).toEqual({
    ...own,
    issuer: 'https://ssf.example',
    audience: 'a',
    jwks: 'https://ssf.example/keys',
    algorithms: null,
    token: { file: '/etc/iap/token' },
  })
})
