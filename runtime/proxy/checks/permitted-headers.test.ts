import { expect, test } from 'vitest'
import { canonicalize, isIdentityHeader, isOwnHeader } from '../../../request/index.ts'
import { isProxyClaim } from '../forwarding/upstream-headers.ts'
import { ALWAYS_REMOVED } from './always-removed.ts'
import { frontHeadersOf } from './forward-auth/cleared-headers.ts'
import { envoyHeaders, envoyWithAllHeaders, permittedHeaders } from './permitted-headers.ts'

const ADDED: Parameters<typeof permittedHeaders>[1] = {
  ...{ requestId: 'id', assertion: 'signed', consumed: ['authorization'], allowed: new Set<string>() },
  permitted: { own: new Set(['x-tier', 'x-other-tier']), headers: { 'x-tier': 'gold' } },
}
const SET = [
  ['x-forwarded-for', '127.0.0.1'],
  ['x-forwarded-proto', 'https'],
  ['x-iap-request-id', 'id'],
  ['x-iap-assertion', 'signed'],
  ['x-tier', 'gold'],
]

function changesOf(lines: readonly string[], front = envoyHeaders, added = ADDED) {
  const rawHeaders = ['host', 'app.test', ...lines]
  const canonical = canonicalize({ method: 'GET', target: '/', httpVersion: '1.1', rawHeaders, peer: '127.0.0.1' })
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  return permittedHeaders({ ...canonical.request, scheme: 'https' }, added, front)
}

const { alwaysRemove: ALWAYS } = changesOf([])

test.each<[string, readonly string[], readonly string[]]>([
  ['nothing', ['accept', '*/*'], []],
  ['a header of ours, in any spelling', ['x-iap-user', 'eve', 'x.iap.user', 'eve'], ['x.iap.user']],
  ['the consumed credential', ['authorization', 'Bearer t'], ['authorization']],
  ['another spelling of a header that the policy sets', ['x.tier', 'gold'], ['x.tier']],
  ['an address that the client states', ['x_real_ip', '::1', 'x-forwarded-by', '::1'], ['x_real_ip', 'x-forwarded-by']],
  ['another URL', ['x_original_url', '/admin', 'x_rewrite_url', '/admin'], ['x_original_url', 'x_rewrite_url']],
  ['what Istio believes', ['x-envoy-peer-metadata-x', 'evil'], ['x-envoy-peer-metadata-x']],
  ['nothing that Envoy writes or the answer replaces', ['x-forwarded-for', '::1', 'x-forwarded-client-cert', 'By=x'], []],
  ['what `Connection` names', ['connection', 'close, X-Tenant', 'x-tenant', 'evil'], ['x-tenant']],
  ['nothing of the connection itself', ['connection', 'keep-alive, te, upgrade', 'te', 'trailers'], []],
  ['nothing that the policy or the proxy sets', ['connection', 'x-tier, host, x-forwarded-for, x-forwarded-client-cert'], []],
])('Envoy removes %s', (_, lines, removed) => {
  const { remove, alwaysRemove, ...others } = changesOf(lines)
  expect(others).toMatchObject({ set: SET, kept: [] })
  expect(remove).toEqual(removed)
  // Its encoding is kept.
  expect(alwaysRemove).toBe(ALWAYS)
})

test('Envoy removes reserved headers that a check does not show', () => {
  expect(ALWAYS).toEqual(
    expect.arrayContaining([
      ...['x-iap-user', 'x_iap_user', 'x_iap_assertion', 'x-iap_assertion', 'x-real-ip', 'x-original-url', 'x-forwarded-port'],
      ...[
        'x-envoy-original-host',
        'x-envoy-peer-metadata',
        'remote-user',
        'remote_user',
        'proxy-authorization',
        'http2-settings',
      ],
      ...['x-other-tier', 'x_other_tier', 'x_tier', 'x-webauth-user'],
    ]),
  )
  const isNeeded = ['x-iap-assertion', 'x-iap-request-id', 'x-tier', 'x-forwarded-for', 'x-forwarded-client-cert', 'host']
  expect(ALWAYS.filter((name) => isNeeded.includes(name))).toEqual([])
  const allowed = { ...ADDED, allowed: new Set(['x-webauth-user']) }
  expect(changesOf([], envoyHeaders, allowed).alwaysRemove).not.toContain('x-webauth-user')
  // A header that a permit does not set, of those that its rules set.
  const other = { ...ADDED, permitted: { ...ADDED.permitted, headers: { 'x-other-tier': 'gold' } } }
  const removed = changesOf([], envoyHeaders, other).alwaysRemove
  expect([removed.includes('x-tier'), removed.includes('x-other-tier')]).toEqual([true, false])
  expect([ALWAYS.includes('x-tier'), ALWAYS.includes('x-other-tier')]).toEqual([false, true])
})

test('Envoy that sends all headers only removes those that it sends', () => {
  const lines = ['x-iap-user', 'eve', 'x_real_ip', '::1', 'x-other-tier', 'gold', 'x.tier', 'gold', 'authorization', 'Bearer t']
  const { set, remove, alwaysRemove, stripped, kept } = changesOf(lines, envoyWithAllHeaders)
  expect([alwaysRemove, kept]).toEqual([['proxy-authorization', 'http2-settings'], []])
  expect(set).toEqual(SET)
  expect(remove).toEqual(['x-iap-user', 'x_real_ip', 'x-other-tier', 'x.tier', 'authorization'])
  expect(stripped).toEqual(['x-iap-user', 'x_real_ip', 'x-other-tier', 'x.tier'])
})

test('each of them is reserved', () => {
  expect(ALWAYS_REMOVED.filter((name) => !isOwnHeader(name) && !isProxyClaim(name) && !isIdentityHeader(name))).toEqual([])
})

test('a record has reserved headers of the client, and not those that Envoy adds', () => {
  const lines = ['x-forwarded-for', '::1', 'x-forwarded-proto', 'http', 'x-envoy-external-address', '::1', 'x-real-ip', '::1']
  expect(changesOf(lines).stripped).toEqual(['x-real-ip'])
})

test('a record has reserved headers of the client, and not those that Traefik adds', () => {
  const lines = ['x-forwarded-port', '80', 'x-real-ip', '::1', 'x-forwarded-server', 'edge', 'x-original-url', '/']
  const { stripped, remove } = changesOf(lines, frontHeadersOf('x-forwarded', undefined))
  expect([stripped, remove]).toEqual([
    ['x-real-ip', 'x-original-url'],
    ['x-forwarded-port', 'x-real-ip', 'x-forwarded-server', 'x-original-url'],
  ])
  expect(changesOf(lines, frontHeadersOf('x-original', undefined)).stripped).toHaveLength(4)
})

test('a front that cannot remove what `Connection` names must not forward the request', () => {
  const front = { writes: () => false, removes: (name: string) => name === 'x-other' }
  expect(changesOf(['connection', 'x-tenant, x-other'], front).kept).toEqual(['x-tenant'])
})

test('a front that makes configured changes only gets those of headers in the check', () => {
  const { set, remove } = changesOf(['x-real-ip', '::1', 'proxy-authorization', 'Basic x'], {
    writes: () => false,
    removes: () => true,
  })
  expect([set.map(([name]) => name), remove]).toEqual([
    ['x-iap-request-id', 'x-iap-assertion', 'x-tier'],
    ['x-real-ip', 'proxy-authorization'],
  ])
})
