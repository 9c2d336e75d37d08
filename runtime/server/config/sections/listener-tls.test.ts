import { describe, expect, test } from 'vitest'
import { loadConfig } from '../load-config.ts'

function load(tls: string): unknown {
  const text = `listeners:
  - address: 127.0.0.1:8443
    tls: ${tls}
bundle: { source: a, keys: [b], state: c }
`
  const result = loadConfig(text, '/etc/iap/iap.yaml')
  return result.ok
    ? result.config.listeners[0]?.tls
    : result.errors.map(({ line, column, message }) => `${line}:${column}: ${message}`)
}

const one = { cert: '/etc/iap/a.pem', key: '/keys/a.key', path: ['listeners', 0, 'tls'] }

describe('is read', () => {
  test('with one certificate', () => {
    expect(load('{ cert: ./a.pem, key: /keys/a.key }')).toEqual({ certificates: [one], minVersion: 'TLSv1.2', clients: null })
  })

  test('with several, in their order', () => {
    expect(load('{ certificates: [{ cert: ./a.pem, key: /keys/a.key }, { cert: b, key: c }] }')).toMatchObject({
      certificates: [
        { ...one, path: ['listeners', 0, 'tls', 'certificates', 0] },
        { cert: '/etc/iap/b', key: '/etc/iap/c', path: ['listeners', 0, 'tls', 'certificates', 1] },
      ],
    })
  })

  test.each([
    ['1.3', 'TLSv1.3'],
    ['"1.3"', 'TLSv1.3'],
    ['1.2', 'TLSv1.2'],
  ])('with the version %s, as people write it', (text, minVersion) => {
    expect(load(`{ cert: a, key: b, minVersion: ${text} }`)).toMatchObject({ minVersion })
  })

  test.each([
    ['', true],
    [', clientCert: required', true],
    [', clientCert: optional', false],
  ])('with authorities of clients%s', (more, required) => {
    const clients = { ca: '/etc/iap/ca.pem', crl: [], required, path: ['listeners', 0, 'tls', 'clientCa'] }
    expect(load(`{ cert: a, key: b, clientCa: ca.pem${more} }`)).toMatchObject({ clients })
  })
})

test('with lists of those that were revoked', () => {
  const crl = ['1.pem', '2.pem'].map((name, index) => ({ file: `/etc/iap/${name}`, path: ['listeners', 0, 'tls', 'crl', index] }))
  expect(load('{ cert: a, key: b, clientCa: ca.pem, crl: [1.pem, ./2.pem] }')).toMatchObject({ clients: { crl } })
})

test.each([
  ['{}', '3:5: `listeners[0].tls` lacks `cert`: add it', '3:5: `listeners[0].tls` lacks `key`: add it'],
  ['{ cert: a }', '3:5: `listeners[0].tls` lacks `key`: add it'],
  [
    '{ certificates: [] }',
    '3:26: `listeners[0].tls.certificates` is empty: expected a list of certificates such as `[{ cert: ./tls/cert.pem, key: ./tls/key.pem }]`',
  ],
  ['{ certificates: [{ cert: a }] }', '3:27: `listeners[0].tls.certificates[0]` lacks `key`: add it'],
  [
    '{ cert: a, key: b, certificates: [{ cert: a, key: b }] }',
    '3:10: `listeners[0].tls` must have either `cert` and `key`, or `certificates`, not both',
  ],
  ['{ cert: a, key: b, minVersion: 1.1 }', '3:41: `listeners[0].tls.minVersion` must be `1.2` or `1.3`, not `1.1`'],
  [
    '{ cert: a, key: b, clientCa: c, clientCert: maybe }',
    '3:54: `listeners[0].tls.clientCert` must be `optional` or `required`, not `maybe`',
  ],
  [
    '{ cert: a, key: b, clientCert: optional }',
    '3:29: `listeners[0].tls.clientCert` needs `clientCa`: the authorities of client certificates',
  ],
  [
    '{ cert: a, key: b, ciphers: c }',
    '3:29: unknown key `ciphers` in `listeners[0].tls`: expected one of `cert`, `key`, `certificates`, `minVersion`, `clientCa`, `clientCert` and `crl`',
  ],
  ['{ cert: a, key: b, crl: [c] }', '3:29: `listeners[0].tls.crl` needs `clientCa`: the authorities of client certificates'],
  ['{ cert: a, key: b, clientCa: c, crl: [d, d] }', '3:51: `d` is listed twice'],
  [
    '{ cert: a, key: b, clientCa: c, crl: [] }',
    '3:47: `listeners[0].tls.crl` is empty: expected a list of files such as `[./tls/mesh.crl.pem]`',
  ],
  ['true', '3:10: `listeners[0].tls` must be an object such as `{ cert: ./tls/cert.pem, key: ./tls/key.pem }`, not `true`'],
])('%s is refused', (tls, ...messages) => {
  expect(load(tls)).toEqual(messages)
})
