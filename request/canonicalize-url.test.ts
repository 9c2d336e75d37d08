import { expect, test } from 'vitest'
import { canonicalizeUrl, type WrittenRequest } from './canonicalize-url.ts'

function codeOf(written: Partial<WrittenRequest>): string {
  const canonical = canonicalizeUrl({ method: 'GET', url: 'https://app.test/', ...written })
  return canonical.ok ? 'accepted' : canonical.refusal.code
}

test('a URL is a Host line and a target, byte for byte', () => {
  const canonical = canonicalizeUrl({
    method: 'GET',
    url: 'https://Orders.Shop.Example:8443/orders/%37?x=%2f',
    headers: { 'X-Tenant': 'a', accept: ['b', 'c'] },
    sourceIp: '::ffff:192.0.2.9',
  })
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  const { headers, ...rest } = canonical.request
  expect(rest).toEqual({
    method: 'GET',
    host: 'orders.shop.example',
    port: 8443,
    rawPath: '/orders/%37',
    rawQuery: '?x=%2f',
    segments: ['orders', '7'],
    path: '/orders/7',
    sourceIp: '192.0.2.9',
    scheme: null,
    certificateIn: null,
  })
  expect(headers.get('x-tenant')).toBe('a')
  expect(headers.count('accept')).toBe(2)
})

test.each([
  ['http://app.test', '/', ''],
  ['http://app.test?x', '/', '?x'],
  ['http://app.test/?x', '/', '?x'],
  ['http://[::1]:80/a', '/a', ''],
])('%s has the target of a client', (url, rawPath, rawQuery) => {
  expect(canonicalizeUrl({ method: 'GET', url })).toMatchObject({
    ok: true,
    request: { rawPath, rawQuery, sourceIp: '192.0.2.1' },
  })
})

test.each([
  ['', 'url-invalid'],
  ['/orders', 'url-invalid'],
  ['ftp://app.test/', 'url-invalid'],
  ['HTTPS://app.test/', 'url-invalid'],
  [' https://app.test/', 'url-invalid'],
  ['https:app.test', 'url-invalid'],
  ['https://', 'host-invalid'],
  ['https:///x', 'host-invalid'],
  ['https://user@app.test/', 'host-invalid'],
  ['https://app.test:99999/', 'host-invalid'],
  ['https://app.test//x', 'empty-segment'],
  ['https://app.test/a/../b', 'dot-segment'],
  ['https://app.test/a#b', 'fragment'],
  ['https://app.test\\evil.test/', 'target-form'],
  ['https://app.test/é', 'target-non-ascii'],
])('%j: %s', (url, code) => expect(codeOf({ url })).toBe(code))

test('a Host header that is written out must name the URL’s authority', () => {
  expect(codeOf({ headers: { Host: 'APP.test.' } })).toBe('accepted')
  expect(codeOf({ headers: { host: 'other.test' } })).toBe('host-mismatch')
  expect(codeOf({ headers: { host: 'app.test:443' } })).toBe('host-mismatch')
  expect(codeOf({ headers: { host: ['app.test', 'app.test'] } })).toBe('host-repeated')
  expect(codeOf({ url: 'https://a@app.test/', headers: { host: 'app.test' } })).toBe('host-invalid')
})

test('a method or source address that is none', () => {
  expect(codeOf({ method: 'get' })).toBe('method-invalid')
  expect(codeOf({ sourceIp: 'garbage' })).toBe('source-address')
})

test.each(['https://app.test\t/', 'https://\tapp.test/', 'https://app.test /', 'https:// app.test/'])(
  'the authority of %j is not trimmed, as the value of a header line is',
  (url) => expect(codeOf({ url })).toBe('host-invalid'),
)
