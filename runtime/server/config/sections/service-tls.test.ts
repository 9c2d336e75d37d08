import { expect, test } from 'vitest'
import { loadConfig } from '../load-config.ts'

function load(tls: string, upstream = 'https://orders.internal'): unknown {
  const text = `listeners: [{ address: 127.0.0.1:0 }]
services:
  orders:
    upstreams: ["${upstream}"]
    tls: ${tls}
bundle: { source: a, keys: [b], state: c }
`
  const result = loadConfig(text, '/etc/iap/iap.yaml')
  return result.ok
    ? result.config.services.orders?.tls
    : result.errors.map(({ line, column, message }) => `${line}:${column}: ${message}`)
}

test('all of it', () => {
  expect(load('{ ca: ca.pem, cert: iap.pem, key: /keys/iap.key, serverName: Orders.Internal }')).toEqual({
    ca: { file: '/etc/iap/ca.pem', path: ['services', 'orders', 'tls', 'ca'] },
    pair: { cert: '/etc/iap/iap.pem', key: '/keys/iap.key', path: ['services', 'orders', 'tls'] },
    serverName: 'orders.internal',
  })
})

test('any of it', () => {
  expect(load('{ ca: /ca.pem }')).toMatchObject({ pair: null, serverName: null })
  expect(load('{ serverName: a }')).toEqual({ ca: null, pair: null, serverName: 'a' })
})

test.each([
  ['{}', '5:10: `services.orders.tls` is empty: expected an object with any of `ca`, `cert`, `key`, `serverName`'],
  ['{ cert: a }', '5:5: `services.orders.tls` lacks `key`: add it'],
  ['{ key: a }', '5:5: `services.orders.tls` lacks `cert`: add it'],
  ['{ serverName: 10.0.0.1 }', '5:24: `services.orders.tls.serverName` must be a DNS name, not an IP address'],
  [
    '{ serverName: "*.internal" }',
    '5:24: `services.orders.tls.serverName` must be a host such as `orders.internal`, not `*.internal`',
  ],
  [
    '{ ca: a, verify: false }',
    '5:19: unknown key `verify` in `services.orders.tls`: expected one of `ca`, `cert`, `key` and `serverName`',
  ],
])('%s is refused', (tls, ...messages) => {
  expect(load(tls)).toEqual(messages)
})

test('beside an upstream of plain HTTP it would say what is not so', () => {
  expect(load('{ ca: a }', 'http://10.0.0.1')).toEqual([
    '4:17: `services.orders.upstreams[0]` must begin with `https:`, because the service has `tls`',
  ])
})
