import { describe, expect, test } from 'vitest'
import { NO_METHOD } from '../../../../tests/support/identity.ts'
import { loadConfig } from '../load-config.ts'

const asking = 'tls: { cert: a, key: b, clientCa: c }'

function load(identities: string, listener = asking): unknown {
  const text = `listeners: [{ address: 127.0.0.1:8443, ${listener} }]
bundle: { source: a, keys: [b], state: c }
identities:
${identities.replace(/^/gm, '  ')}
`
  const result = loadConfig(text, '/etc/iap/iap.yaml')
  return result.ok ? result.config.identities : result.errors.map(({ line, column, message }) => `${line}:${column}: ${message}`)
}

const ca = (name: string) => ({ file: '/etc/iap/ca.pem', path: ['identities', name, 'ca'] })

describe('is read', () => {
  test('a trust domain, authorities, or both', () => {
    expect(load('a: { trustDomain: prod.example }')).toEqual({
      a: { ...NO_METHOD, mtls: { trustDomain: 'prod.example', ca: null } },
    })
    expect(load('a: { ca: ./ca.pem }')).toEqual({ a: { ...NO_METHOD, mtls: { trustDomain: null, ca: ca('a') } } })
    expect(load('a: { trustDomain: x, ca: ./ca.pem }\nb: { ca: other.pem }')).toMatchObject({
      a: { mtls: { trustDomain: 'x', ca: ca('a') } },
      b: { mtls: { trustDomain: null, ca: { file: '/etc/iap/other.pem' } } },
    })
  })

  test('tokens beside', () => {
    const both = 'a: { ca: ca.pem, issuer: "https://id.example", audience: x, algorithms: [ES256] }'
    expect(load(both)).toMatchObject({ a: { jwt: { audience: ['x'] }, mtls: { ca: ca('a') } } })
  })

  test('certificates that a proxy hands on', () => {
    expect(load('a: { trustDomain: x }', 'trust: { proxies: [10.0.0.1], certificate: client-cert }')).toMatchObject({
      a: { mtls: { trustDomain: 'x' } },
    })
  })
})

const DOMAIN = 'must be a trust domain such as `prod.shop.example`'

test.each<readonly [string, string | undefined, readonly unknown[]]>([
  ['a: { trustDomain: "spiffe://x" }', undefined, [expect.stringContaining(DOMAIN)]],
  ['a: { trustDomain: Prod.example }', undefined, [expect.stringContaining(DOMAIN)]],
  ['a: { trustDomain: "" }', undefined, [expect.stringContaining(DOMAIN)]],
  ['a: { trustDomain: x, ca: 1 }', undefined, [expect.stringContaining('`identities.a.ca` must be')]],
  [
    'a: { trustDomain: x }',
    'tls: { cert: a, key: b }',
    [expect.stringContaining('`identities.a` uses client certificates, but no listener requests them')],
  ],
  [
    'a: { trustDomain: x, ca: 1.pem }\nb: { trustDomain: y }',
    undefined,
    [expect.stringContaining('`identities.b` needs `ca`: with several identities, each must name its authorities')],
  ],
  [
    'a: { trustDomain: x, ca: 1.pem }\nb: { trustDomain: x, ca: 2.pem }',
    undefined,
    [expect.stringContaining('`b` has the same trust domain as `a`, so certificates would match both: remove one of the two')],
  ],
  [
    'a: { trustDomain: x, ca: 1.pem }\nb: { ca: ./1.pem }',
    undefined,
    [expect.stringContaining('`b` has the same authorities as `a`, so certificates would match both: give each its own `ca`')],
  ],
])('%s is refused', (identities, listener, messages) => {
  expect(load(identities, listener)).toEqual(messages)
})

test('who passes connections on hands on no certificates', () => {
  const trust = 'trust: { proxies: [10.0.0.1], header: proxy-protocol, certificate: client-cert }'
  expect(load('a: { trustDomain: x }', trust)).toEqual([
    expect.stringContaining('`listeners[0].trust.certificate` is for proxies that forward HTTP requests'),
  ])
})
