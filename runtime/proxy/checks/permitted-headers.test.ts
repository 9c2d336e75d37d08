import { expect, test } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import { envoyHeaders, permittedHeaders } from './permitted-headers.ts'

const ADDED = {
  ...{ requestId: 'id', assertion: 'signed', consumed: ['authorization'], allowed: new Set<string>() },
  permitted: { own: new Set(['x-tier']), headers: { 'x-tier': 'gold' } },
}
const SET = [
  ['x-iap-request-id', 'id'],
  ['x-iap-assertion', 'signed'],
  ['x-tier', 'gold'],
]

function changesOf(lines: readonly string[], front = envoyHeaders) {
  const rawHeaders = ['host', 'app.test', ...lines]
  const canonical = canonicalize({ method: 'GET', target: '/', httpVersion: '1.1', rawHeaders, peer: '127.0.0.1' })
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  return permittedHeaders(canonical.request, ADDED, front)
}

test.each<[string, readonly string[], readonly string[]]>([
  ['nothing', ['accept', '*/*'], []],
  ['a header of ours, in any spelling', ['x-iap-user', 'eve', 'x_iap_user', 'eve'], ['x-iap-user', 'x_iap_user']],
  ['the consumed credential', ['authorization', 'Bearer t'], ['authorization']],
  ['another spelling of a header that the policy sets', ['x_tier', 'gold'], ['x_tier']],
  ['an address that the client states', ['x-real-ip', '::1', 'forwarded', 'for=::1'], ['x-real-ip', 'forwarded']],
  ['another URL', ['x-original-url', '/admin', 'x-rewrite-url', '/admin'], ['x-original-url', 'x-rewrite-url']],
  ['nothing that Envoy writes', ['x-forwarded-for', '::1', 'x-envoy-external-address', '::1'], []],
  ['what `Connection` names', ['connection', 'close, X-Tenant', 'x-tenant', 'evil'], ['x-tenant']],
  ['nothing of the connection itself', ['connection', 'keep-alive, te, upgrade', 'te', 'trailers'], []],
  ['nothing that the policy sets', ['connection', 'x-tier, host'], []],
])('Envoy removes %s', (_, lines, removed) => {
  expect(changesOf(lines)).toMatchObject({ set: SET, remove: removed, kept: [] })
})

test('a front that cannot remove what `Connection` names must not forward the request', () => {
  const front = { writes: () => false, removes: (name: string) => name === 'x-other' }
  expect(changesOf(['connection', 'x-tenant, x-other'], front).kept).toEqual(['x-tenant'])
})
