import { describe, expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

const load = (listener: string, more = '') =>
  loadConfig(`listeners: [{ ${listener} }]\n${more}`, '/etc/iap/iap.yaml', { dev: true })

function read(listener: string) {
  const result = load(listener)
  if (!result.ok) throw new Error(result.errors.map(renderConfigError).join('\n'))
  return result.config.listeners[0]
}

function errorsOf(listener: string, more = ''): readonly string[] {
  const result = load(listener, more)
  return result.ok ? [] : result.errors.map(({ message }) => message)
}

const UNIX = 'address: "unix:/run/iap/check.sock"'
const TCP = 'address: "0.0.0.0:9001"'
const CLIENTS = 'clients: [{ address: 10.1.0.0/16 }]'
const PAIR = 'cert: c.pem, key: k.pem'

describe('a listener that decides', () => {
  test('at a Unix socket', () => {
    expect(read(`${UNIX}, mode: "0660", group: envoy, protocol: ext-authz`)).toEqual({
      address: { path: '/run/iap/check.sock', mode: 0o660, group: 'envoy' },
      check: { protocol: 'ext-authz', clients: null, allHeaders: false },
      fd: null,
      http2: false,
      trust: null,
      proxyProtocol: null,
      tls: null,
    })
  })

  test.each([
    ['', { mode: 0o600, group: null }],
    ['group: 101', { mode: 0o660, group: 101 }],
    ['group: 0', { mode: 0o660, group: 0 }],
    ['mode: "0620", group: web', { mode: 0o620, group: 'web' }],
    ['mode: "0660"', { mode: 0o660, group: null }],
  ])('permissions of { %s }', (keys, permissions) => {
    const listener = read(`${UNIX}, protocol: forward-auth, original: x-original${keys && `, ${keys}`}`)
    expect(listener?.address).toEqual({ path: '/run/iap/check.sock', ...permissions })
  })

  test('at another address, with clients by address and by certificate', () => {
    const clients = '[{ certificate: spiffe://shop.example/Edge }, { certificate: EDGE.example }, { address: "::1" }]'
    const listener = read(
      `${TCP}, protocol: forward-auth, original: request-line, prefix: /check/v1, allHeaders: true, clients: ${clients}, ` +
        `tls: { ${PAIR}, clientCa: ca.pem }, trust: { proxies: [192.0.2.1] }`,
    )
    expect(listener?.check).toEqual({
      protocol: 'forward-auth',
      clients: { addresses: [expect.any(Function)], certificates: ['spiffe://shop.example/Edge', 'edge.example'] },
      original: 'request-line',
      prefix: '/check/v1',
      allHeaders: true,
    })
    expect(listener?.check?.clients?.addresses[0]?.('::1')).toBe(true)
    expect(listener).toMatchObject({ http2: false, trust: { header: 'x-forwarded-for', certificate: null }, proxyProtocol: null })
  })

  test('for Envoy behind a load balancer', () => {
    const listener = read(`${UNIX}, protocol: ext-authz, trust: { proxies: [192.0.2.0/24] }`)
    expect(listener?.trust).toEqual({ proxies: [expect.any(Function)], header: 'x-forwarded-for', certificate: null })
  })

  test('one that forwards is the default', () => {
    expect(read(`${TCP}, protocol: proxy`)?.check).toBeNull()
    expect(read(TCP)?.check).toBeNull()
  })
})

const EXT = `${TCP}, ${CLIENTS}, protocol: ext-authz`
const FORWARD = `${TCP}, ${CLIENTS}, protocol: forward-auth, original: x-forwarded`
const EXT_UNIX = `${UNIX}, protocol: ext-authz`

const mistakes: readonly (readonly [listener: string, ...messages: (string | RegExp)[]])[] = [
  [
    UNIX,
    '`listeners[0].address` must be a host and a port: only listeners that decide may use a Unix socket, on which the proxy would not see the addresses of clients',
  ],
  [`${TCP}, ${CLIENTS}`, /^`listeners\[0\]\.clients` is for listeners that decide \(`protocol: ext-authz` or `forward-auth`\)/],
  [
    `${TCP}, original: x-original, prefix: /a, allHeaders: true`,
    /^`listeners\[0\]\.original` is for listeners/,
    /^`listeners\[0\]\.prefix` is for/,
    /^`listeners\[0\]\.allHeaders` is for/,
  ],
  [`${TCP}, protocol: envoy`, '`listeners[0].protocol` must be `proxy`, `ext-authz` or `forward-auth`, not `envoy`'],
  [`${TCP}, protocol: envoy, ${CLIENTS}, original: x-original`, /^`listeners\[0\]\.protocol` must be/],
  [`${UNIX}, protocol: envoy`, /^`listeners\[0\]\.protocol` must be/],
  [`${TCP}, protocol: ext-authz`, /^`listeners\[0\]` lacks `clients`: list the proxies that may ask/],
  [`${TCP}, protocol: ext-authz, clients: []`, /^`listeners\[0\]\.clients` is empty: expected a list such as/],
  [
    `${TCP}, protocol: ext-authz, clients: [{}]`,
    /^`listeners\[0\]\.clients\[0\]` is empty: expected either `\{ address: 10\.1\.0\.0\/16 \}` or/,
  ],
  [
    `${TCP}, protocol: ext-authz, clients: [{ address: 10.1.0.1, certificate: a.example }]`,
    /^`listeners\[0\]\.clients\[0\]` must be either `\{ address: .*not both$/,
  ],
  [
    `${TCP}, protocol: ext-authz, clients: [{ address: 0.0.0.0/0 }]`,
    '`listeners[0].clients[0].address` is every address: list the proxies that may ask',
  ],
  [`${TCP}, protocol: ext-authz, clients: [{ address: "::/0" }]`, /is every address/],
  [`${TCP}, protocol: ext-authz, clients: [{ address: 10.1.0.1/16 }]`, /must be an address or a range such as/],
  [`${TCP}, protocol: ext-authz, clients: [{ address: 10.1.0.1 }, { address: 10.1.0.1 }]`, '`10.1.0.1` is listed twice'],
  [
    `${TCP}, protocol: ext-authz, clients: [{ certificate: a.example }]`,
    '`listeners[0].clients[0].certificate` is `a.example`, and needs `listeners[0].tls.clientCa`: the authorities of client certificates',
  ],
  [
    `${TCP}, protocol: ext-authz, tls: { ${PAIR} }, clients: [{ certificate: spiffe://a.example/b }]`,
    /is `spiffe:\/\/a\.example\/b`, and needs `listeners\[0\]\.tls\.clientCa`/,
  ],
  [
    `${EXT}, clients: [{ certificate: "*.example" }]`.replace(`${CLIENTS}, `, ''),
    /must be a SPIFFE ID such as .*, not `\*\.example`/,
  ],
  [`${TCP}, protocol: ext-authz, clients: [{ certificate: "spiffe://a.example" }]`, /must be a SPIFFE ID such as/],
  [`${EXT}, http2: true`, '`listeners[0].http2` is for `protocol: proxy`, as gRPC always uses HTTP/2: remove it'],
  [`${FORWARD}, http2: false`, /^`listeners\[0\]\.http2` is for `protocol: proxy`, as checks of `forward-auth` use HTTP\/1\.1/],
  [
    `${EXT}, trust: { proxies: [192.0.2.1], header: proxy-protocol }`,
    /^`listeners\[0\]\.trust\.header` must be `x-forwarded-for` or `forwarded` for checks/,
  ],
  [
    `${EXT}, trust: { proxies: [192.0.2.1], certificate: client-cert }`,
    /^`listeners\[0\]\.trust\.certificate` is not for `ext-authz`, whose checks hold the certificate/,
  ],
  [
    `${FORWARD}, trust: { proxies: [192.0.2.1], header: proxy-protocol }`,
    /^`listeners\[0\]\.trust\.header` must be `x-forwarded-for` or `forwarded` for checks/,
  ],
  [`${EXT}, original: x-original`, /^`listeners\[0\]\.original` is for `protocol: forward-auth`/],
  [
    `${TCP}, ${CLIENTS}, protocol: forward-auth`,
    '`listeners[0]` lacks `original`: add `x-forwarded`, `x-original` or `request-line`, by which the asking proxy names the original request',
  ],
  [`${TCP}, ${CLIENTS}, protocol: forward-auth, original: guess`, /^`listeners\[0\]\.original` must be `x-forwarded`/],
  [`${FORWARD}, prefix: /check`, '`listeners[0].prefix` needs `original: request-line`, got `x-forwarded`'],
  [`${FORWARD}, allHeaders: true`, '`listeners[0].allHeaders` needs `original: request-line`, got `x-forwarded`'],
  [`${EXT_UNIX}, allHeaders: all`, '`listeners[0].allHeaders` must be `true` or `false`, not `all`'],
  ...['check', '/check/', '/a/../b', '/a//b', '/a%2fb', '/a?b', `/${'a'.repeat(200)}`].map(
    (prefix) =>
      [
        `${TCP}, ${CLIENTS}, protocol: forward-auth, original: request-line, prefix: "${prefix}"`,
        /must be a path without a slash at its end/,
      ] as const,
  ),
  [
    `${EXT_UNIX}, ${CLIENTS}`,
    '`listeners[0].clients` is not for Unix sockets, where `mode` and `group` say who may ask: remove it',
  ],
  [`${EXT_UNIX}, tls: { ${PAIR} }`, /^`listeners\[0\]\.tls` is not for Unix sockets/],
  [`${EXT_UNIX}, fd: web`, /^`listeners\[0\]\.fd` is for TCP sockets/],
  [`${EXT_UNIX}, mode: 0660`, '`listeners[0].mode` must be an octal mode in quotes such as `"0660"`, not `660`'],
  [`${EXT_UNIX}, mode: "660"`, /must be an octal mode in quotes/],
  [`${EXT_UNIX}, mode: "1660"`, /must be an octal mode in quotes/],
  [
    `${EXT_UNIX}, mode: "0666"`,
    '`listeners[0].mode` is `0666`, by which every user of this machine may ask: expected a mode that gives others nothing, such as `0660` with `group`',
  ],
  [`${EXT_UNIX}, mode: "0600", group: envoy`, /^`listeners\[0\]\.mode` is `0600`, by which `group` may not ask/],
  [`${EXT_UNIX}, group: "a b"`, /^`listeners\[0\]\.group` must be a group of this machine such as `envoy`/],
  [`${EXT_UNIX}, group: -1`, /must be a group of this machine/],
  [
    `${EXT}, mode: "0660", group: envoy`,
    '`listeners[0].mode` is for Unix sockets (`address: unix:/run/iap/check.sock`): remove it',
    /^`listeners\[0\]\.group` is for Unix sockets/,
  ],
  ['address: "unix:check.sock", protocol: ext-authz', /^`listeners\[0\]\.address` must be an address such as/],
  ['address: "unix:/run/../check.sock", protocol: ext-authz', /must be the path of a file without `\.`, `\.\.` or empty parts/],
  ['address: "unix:/run//check.sock", protocol: ext-authz', /must be the path of a file without/],
  ['address: "unix:/run/", protocol: ext-authz', /must be the path of a file without/],
  [`address: "unix:/${'a'.repeat(90)}", protocol: ext-authz`, /must have a path of at most 90 bytes, got 91/],
  [`${EXT_UNIX} }, { ${EXT_UNIX}`, '`unix:/run/iap/check.sock` is already used by the listener at `unix:/run/iap/check.sock`'],
]

test.each(mistakes.map(([listener, ...messages]) => [listener, messages] as const))('{ %s }', (listener, messages) => {
  const errors = errorsOf(listener)
  expect(errors).toEqual(messages.map((message) => (typeof message === 'string' ? message : expect.stringMatching(message))))
})

describe('services', () => {
  const services = 'services: { app: { hosts: [app.example] } }\n'

  test('need no upstreams if all listeners decide', () => {
    expect(errorsOf(EXT, services)).toEqual([])
    const result = load(EXT, services)
    expect(result.ok && result.config.services.app).toMatchObject({ upstreams: [], hosts: ['app.example'] })
  })

  test('need upstreams if a listener forwards', () => {
    for (const listener of [TCP, `${EXT} }, { address: "127.0.0.1:1"`])
      expect(errorsOf(listener, services)).toEqual(['`services.app` lacks `upstreams`: add it'])
  })

  test('are not accused of more than what is wrong', () => {
    expect(errorsOf(TCP, 'services: { app: { upstream: ["http://a"] } }\n')).toEqual([
      'unknown key `upstream` in `services.app`: did you mean `upstreams`?',
    ])
    expect(errorsOf(TCP, 'services: { app: 3 }\n')).toEqual([
      expect.stringMatching(/must be an object with `upstreams`, not `3`/),
    ])
    expect(errorsOf(`${TCP}, protocol: envoy`, services)).toHaveLength(1)
  })
})

describe('an identity of client certificates', () => {
  const identities = 'identities: { app: { trustDomain: a.example } }\n'
  const mutual = `${TCP}, clients: [{ certificate: a.example }], tls: { ${PAIR}, clientCa: ca.pem }`

  test('sees those of Envoy’s clients', () => {
    expect(errorsOf(EXT, identities)).toEqual([])
  })

  test('does not see those of asking proxies', () => {
    expect(errorsOf(`${mutual}, protocol: forward-auth, original: x-original`, identities)).toEqual([
      expect.stringMatching(/uses client certificates, but no listener requests them/),
    ])
    const trust = 'trust: { proxies: [192.0.2.1], certificate: client-cert }'
    expect(errorsOf(`${mutual}, protocol: forward-auth, original: x-original, ${trust}`, identities)).toEqual([])
    const own = trust.replace('[192.0.2.1]', '[]')
    expect(errorsOf(`${mutual}, protocol: forward-auth, original: x-original, ${own}`, identities)).toEqual([])
    expect(errorsOf(`${mutual}, protocol: forward-auth, original: x-original, trust: { proxies: [] }`)).toEqual([
      expect.stringContaining('`listeners[0].trust.proxies` is empty'),
    ])
  })
})
