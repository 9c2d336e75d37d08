import { beforeAll, describe, expect, it } from 'vitest'
import { tinyBundle, tinyPolicy } from '../../../tests/bundles/tiny-policy.ts'
import type { EvalRequest } from '../../abi/index.ts'
import { type Bundle, evaluate, instantiate, type Policy, readBundle } from '../index.ts'

let bundle: Bundle
let policy: Policy

beforeAll(async () => {
  const read = await readBundle(await tinyBundle(), { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  bundle = read.bundle
  policy = instantiate(bundle)
})

const ann = { identity: 'staff', claims: { sub: 'ann', groups: ['readers'] } }
const get = (path: string, more: object = {}): EvalRequest => ({ method: 'GET', url: `https://shop.example${path}`, ...more })

describe('evaluate', () => {
  it('answers with everything that an answer has', () => {
    expect(evaluate(policy, get('/orders/7', { id: '1', caller: ann }))).toEqual({
      id: '1',
      effect: 'permit',
      route: 'shop.read',
      rules: ['reads'],
      obligations: { headers: {}, limits: [] },
      challenge: null,
      shadow: [],
      errors: [],
      reason: null,
      revision: bundle.manifest.revision,
    })
  })

  it.each<[string, () => EvalRequest, object]>([
    ['an open route', () => get('/healthz'), { effect: 'permit', rules: ['health'] }],
    ['nobody where somebody may', () => get('/orders/7'), { effect: 'unauthenticated', rules: [], reason: null }],
    [
      'somebody without the role',
      () => get('/orders/7', { caller: { ...ann, claims: { sub: 'a', groups: [] } } }),
      { effect: 'deny', reason: 'default' },
    ],
    [
      'a forbid',
      () => get('/orders/7', { caller: ann, headers: { 'X-Tenant': 'evil' } }),
      { effect: 'deny', rules: ['no_evil'], reason: 'Not for you.' },
    ],
    ['no route', () => get('/nothing', { caller: ann }), { effect: 'deny', reason: 'no-route', route: null, rules: [] }],
    ['a caller that is null', () => get('/healthz', { caller: null }), { effect: 'permit' }],
    ['a path with two readings', () => get('/orders/../healthz'), { effect: 'reject', status: 400, route: null }],
    ['a method that is none', () => ({ ...get('/healthz'), method: 'TRACE' }), { effect: 'reject', status: 405 }],
    [
      'claims that do not fit',
      () => get('/healthz', { caller: { identity: 'staff', claims: {} } }),
      { effect: 'reject', status: 401, code: 'claims' },
    ],
    [
      'an identity that the policy lacks',
      () => get('/healthz', { caller: { identity: 'robot', claims: {} } }),
      { effect: 'reject', status: 401, code: 'claims' },
    ],
    [
      'a header that is read and comes twice',
      () => get('/orders/7', { headers: { 'x-tenant': ['a', 'b'] } }),
      { effect: 'reject', status: 400, code: 'header-repeated' },
    ],
    [
      'a header that is not read and comes twice',
      () => get('/healthz', { headers: { 'x-tenant': ['a', 'b'] } }),
      { effect: 'permit' },
    ],
    [
      'no route before claims that do not fit',
      () => get('/nothing', { caller: { identity: 'staff', claims: {} } }),
      { effect: 'deny', reason: 'no-route' },
    ],
    [
      'a repeated header before claims that do not fit',
      () => get('/orders/7', { headers: { 'x-tenant': ['a', 'b'] }, caller: { identity: 'staff', claims: {} } }),
      { effect: 'reject', code: 'header-repeated' },
    ],
  ])('%s', (_, request, expected) => {
    expect(evaluate(policy, request())).toMatchObject(expected)
  })

  it.each<[unknown, string]>([
    [null, 'the request must be an object'],
    [[], 'the request must be an object'],
    [{ url: 'https://a/' }, 'method is missing'],
    [{ method: 'GET' }, 'url is missing'],
    [{ ...get('/'), method: 1 }, 'method must be a string'],
    [{ ...get('/'), id: 7 }, 'id must be a string'],
    [{ ...get('/'), headers: { a: 1 } }, 'headers["a"] must be a string or a list of strings'],
    [{ ...get('/'), headers: [] }, 'headers must be an object'],
    [{ ...get('/'), caller: 'ann' }, 'caller must be an object'],
    [{ ...get('/'), caller: { claims: {} } }, 'caller.identity is missing'],
    [{ ...get('/'), caller: { identity: 'staff' } }, 'caller.claims is missing'],
    [{ ...get('/'), caller: { ...ann, auth: { amr: 'otp' } } }, 'caller.auth.amr must be a list of strings'],
    [
      { ...get('/'), caller: { ...ann, auth: { time: 'yesterday' } } },
      'caller.auth.time must be a time like `2026-03-02T09:00:00Z`',
    ],
    [{ ...get('/'), time: '2026-13-02T09:00:00Z' }, 'time must be a time like `2026-03-02T09:00:00Z`'],
    [{ ...get('/'), source: {} }, 'source.ip is missing'],
    [{ ...get('/'), data: [] }, 'data must be an object'],
    [{ ...get('/'), data: { assigned: {} } }, 'the policy has no datum `assigned`: name data that it declares'],
    [{ ...get('/'), data: JSON.parse('{"__proto__":{}}') }, 'the policy has no datum `__proto__`: name data that it declares'],
    [{ ...get('/'), rawBody: {} }, 'rawBody must be a string'],
    [{ ...get('/'), body: 1, rawBody: '1' }, 'body and rawBody cannot be combined'],
    [{ ...get('/'), mtls: {} }, 'mtls.spiffe_id is missing'],
    [
      { ...get('/'), mtls: { spiffe_id: 'spiffe://a/../b' } },
      '`mtls.spiffe_id` is not the SPIFFE ID of a workload: expected `spiffe://domain/path`',
    ],
    [{ ...get('/'), mtls: { spiffe_id: 'spiffe://a/b', dns_names: 'x' } }, 'mtls.dns_names must be a list of strings'],
    [{ ...get('/'), time: '2026-02-29T09:00:00Z' }, 'time must be a time like `2026-03-02T09:00:00Z`'],
    [{ ...get('/'), callr: ann }, 'the request has no member "callr"'],
    [{ ...get('/'), caller: { ...ann, roles: [] } }, 'caller has no member "roles"'],
  ])('names the field of %j', (request, message) => {
    expect(evaluate(policy, request as EvalRequest)).toMatchObject({
      effect: 'reject',
      status: 400,
      code: 'bad-eval-request',
      message,
    })
  })

  it('reads everything that the shape allows', () => {
    const auth = { time: '2026-03-02T08:55:00Z', acr: 'mfa', amr: ['otp'] }
    const mtls = { spiffe_id: 'spiffe://prod.example/ns/shop', dns_names: ['a.example'] }
    const more = { body: null, mtls, time: '2026-03-02T09:00:00+01:00', source: { ip: '10.1.2.3' }, data: {} }
    expect(evaluate(policy, get('/orders/7', { ...more, caller: { ...ann, auth } }))).toMatchObject({ effect: 'permit' })
  })

  it('does not hide that the fast and the tracing function disagree', () => {
    const liar = tinyPolicy().replace('decide: decide$shop$read', 'decide: decide$shop$health')
    const lying = instantiate({ ...bundle, policy: liar })
    expect(() => evaluate(lying, get('/orders/7'))).toThrow(/compiler/)
  })
})
