import { expect, test, vi } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import { responseHeaders } from './response-headers.ts'
import { isProxyClaim, type Permitted, upstreamHeaders } from './upstream-headers.ts'

test.each([
  'forwarded',
  'x-forwarded-for',
  'x_forwarded_for',
  'x.forwarded.host',
  'x--forwarded-proto',
  'x-forwarded',
  'x-real-ip',
  'x_real_ip',
  'true-client-ip',
  'x-client-ip',
  'x-original-url',
  'x_original_url',
  'x-rewrite-url',
  'x-http-method-override',
  'x_http_method',
  'x-method-override',
  'client-cert',
  'client_cert',
  'client-cert-chain',
  'x-client-cert',
  'x-client-certificate',
  'x-forwarded-client-cert',
  'x_forwarded_client_cert',
  'ssl-client-verify',
  'x-ssl-client-s-dn',
  'x_ssl_cert',
  'x-arr-clientcert',
  'x-amzn-mtls-clientcert-leaf',
  'cf-connecting-ip',
  'x-envoy-internal',
  'fly-client-ip',
])('%s claims what only a proxy knows, or another request', (name) => expect(isProxyClaim(name)).toBe(true))

test.each([
  'x-forward',
  'forwarded-to',
  'x-real-time',
  'x-original-filename',
  'x-client-id',
  'access-control-request-method',
  'x-methods',
  'client-certainty',
  'x-ssl-cipher',
])('%s does not', (name) => expect(isProxyClaim(name)).toBe(false))

const NOTHING: Permitted = { own: new Set(), headers: {} }

function toUpstream(consumed: string | null, ...lines: string[]) {
  return permittedToUpstream(NOTHING, consumed, ...lines)
}

function permittedToUpstream(permitted: Permitted, consumed: string | null, ...lines: string[]) {
  return allowedToUpstream([], permitted, consumed, ...lines)
}

function allowedToUpstream(allowed: readonly string[], permitted: Permitted, consumed: string | null, ...lines: string[]) {
  const canonical = canonicalize({
    method: 'GET',
    target: '/',
    httpVersion: '1.1',
    rawHeaders: ['Host', 'App.Test.:81', ...lines.flatMap((line) => line.split(': '))],
    peer: '::1',
  })
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  return upstreamHeaders(canonical.request, {
    requestId: 'id',
    scheme: 'http',
    assertion: 'signed',
    consumed: consumed === null ? [] : [consumed],
    allowed: new Set(allowed),
    permitted,
  })
}

const added = ['x-forwarded-for', '::1', 'x-forwarded-proto', 'http', 'x-forwarded-host', 'app.test:81']
const ours = ['x-iap-request-id', 'id', 'x-iap-assertion', 'signed']

test('a credential that was consumed is not the service’s, in no spelling of its header', () => {
  const lines = [
    'X-API-Key: a',
    'x_api_key: b',
    '_X.Api.Key: c',
    'x--api-key_: d',
    'X-API-Keys: e',
    'My-X-API-Key: f',
    'XAPIKey: g',
  ]
  const kept = (consumed: string | null) =>
    toUpstream(consumed, ...lines)
      .headers.filter((text) => /^[a-g]$/.test(text))
      .join('')
  expect([kept('x-api-key'), kept('authorization'), kept(null)]).toEqual(['efg', 'abcdefg', 'abcdefg'])
})

test('what a service gets: the canonical host first, the client’s headers in order, ours last', () => {
  expect(toUpstream(null, 'B: 1', 'A: 2', 'B: 3')).toEqual({
    headers: ['host', 'app.test:81', 'b', '1', 'a', '2', 'b', '3', ...added, ...ours],
    stripped: [],
  })
})

test('only a credential that was consumed is kept from it', () => {
  const lines = ['Authorization: Basic x', 'Cookie: y']
  expect(toUpstream('authorization', ...lines).headers).not.toContain('authorization')
  expect(toUpstream(null, ...lines).headers.slice(2, 6)).toEqual(['authorization', 'Basic x', 'cookie', 'y'])
})

test('a proof of what was consumed is kept from it in every spelling, and other headers are not', () => {
  const lines = ['DPoP: a', '_dpop: b', 'dpop.: c', 'X-DPoP: d', 'd-pop: e', 'dpop-nonce: f']
  expect(toUpstream('authorization', ...lines).headers.slice(2, 8)).toEqual(['x-dpop', 'd', 'd-pop', 'e', 'dpop-nonce', 'f'])
  expect(toUpstream(null, ...lines).headers).toContain('dpop')
})

test('identity headers of other proxies are removed in every spelling, unless they are allowed', () => {
  const lines = [
    'X-Auth-Request-User: a',
    'x_auth_request_user: b',
    '_X.Auth--Request.User_: c',
    'REMOTE_USER: d',
    'X-Auth-Token: e',
  ]
  expect(toUpstream(null, ...lines)).toEqual({
    headers: ['host', 'app.test:81', 'x-auth-token', 'e', ...added, ...ours],
    stripped: ['x-auth-request-user', 'x_auth_request_user', '_x.auth--request.user_', 'remote_user'],
  })
  const { headers, stripped } = allowedToUpstream(['x-auth-request-user'], NOTHING, null, ...lines)
  expect(headers.filter((text) => /^[a-e]$/.test(text))).toEqual(['a', 'b', 'c', 'e'])
  expect(stripped).toEqual(['remote_user'])
})

test('no more names are remembered than fit', () => {
  for (let i = 0; i < 3000; i++) toUpstream(null, `X-Name-${i}: 1`)
  expect(toUpstream(null, 'X-Webauth-Role: admin').stripped).toEqual(['x-webauth-role'])
})

test('names that come after many others are remembered as well', () => {
  for (let i = 0; i < 3000; i++) toUpstream(null, `X-Other-Name-${i}: 1`)
  const set = vi.spyOn(Map.prototype, 'set')
  try {
    for (let i = 0; i < 2; i++) toUpstream(null, 'X-Late: 1')
    expect(set.mock.calls.filter(([name]) => name === 'x-late')).toEqual([['x-late', 'plain']])
  } finally {
    set.mockRestore()
  }
})

test('Connection cannot take our headers away, and takes the client’s', () => {
  const { headers } = toUpstream(null, 'Connection: close, X-Iap-Assertion, X-Forwarded-For, X-Hop', 'X-Hop: 1')
  expect(headers).toEqual(['host', 'app.test:81', ...added, ...ours])
})

test('what rules of the service set comes from them alone, in whatever spelling a client sends it', () => {
  const lines = ['X-Tier: 1', 'x_tier: 2', 'X.TIER: 3', '_x-tier: 4', 'x-tier-: 5', 'x-tiers: 6', 'x-ti-er: 7']
  const permitted = { own: new Set(['x-tier']), headers: { 'x-tier': 'gold' } }
  expect(permittedToUpstream(permitted, null, ...lines)).toEqual({
    headers: ['host', 'app.test:81', 'x-tiers', '6', 'x-ti-er', '7', ...added, ...ours, 'x-tier', 'gold'],
    stripped: ['x-tier', 'x_tier', 'x.tier', '_x-tier', 'x-tier-'],
  })
  const other = { own: new Set(['x-tier']), headers: {} }
  expect(permittedToUpstream(other, null, 'X-Tier: 1').headers).toEqual(['host', 'app.test:81', ...added, ...ours])
})

test.each([
  [['A', '1', 'Connection', 'close', 'Keep-Alive', 'timeout=5'], 200, ['A', '1']],
  [['Connection', 'A, keep-alive', 'a', '1', 'B', '2'], 200, ['B', '2']],
  [['Connection', 'content-length', 'Content-Length', '3'], 200, ['Content-Length', '3']],
  [['Content-Length', '3', 'Transfer-Encoding', 'chunked'], 200, []],
  [['Content-Length', '0'], 204, []],
  [['Content-Length', '9'], 304, ['Content-Length', '9']],
  [['X_IAP_Error', 'x', 'Trailer', 'x', 'Upgrade', 'x', 'Proxy-Authenticate', 'x'], 200, []],
  [['Set-Cookie', 'a', 'Set-Cookie', 'b'], 200, ['Set-Cookie', 'a', 'Set-Cookie', 'b']],
  [['A', 'ü'], 200, ['A', 'Ã¼']],
])('of an answer with %j and status %i the client gets %j', (raw, status, expected) => {
  const buffers = raw.map((text) => Buffer.from(text))
  expect(responseHeaders(buffers, status)).toEqual(expected)
})
