import { describe, expect, it, test } from 'vitest'
import { richInput, richPolicy } from '../../../tests/bundles/rich-policy.ts'
import type { EvalRequest } from '../../abi/index.ts'
import { assemble, evaluate, noData, warm } from '../index.ts'

const policy = assemble(richInput)
const STAFF = { identity: 'staff', claims: { sub: 'ann' } }
const ask = (path: string, more: Partial<EvalRequest> = {}) =>
  evaluate(policy, { method: 'GET', url: `https://shop.example${path}`, ...more })
const pay = (more: Partial<EvalRequest>) => ask('/pay', { method: 'POST', caller: STAFF, ...more })
const json = { 'content-type': 'application/json' }

describe('a query', () => {
  it('is read as it is declared', () => {
    expect(ask('/list?customer=c+1&tag=a&tag=b&x=%20')).toMatchObject({ effect: 'permit' })
    expect(ask('/list?customer=c+1&tag=b&tag=a')).toMatchObject({ effect: 'deny' })
  })

  it.each([
    ['?tag=a', 'the key `customer` of the query is missing'],
    [
      '?customer=1&page=x',
      'a query key has a value that its declared type does not allow; the keys of the route are `customer`, `tag`, `page`',
    ],
    ['?customer=1&customer=1', 'the key `customer` of the query is given twice: give it once'],
    ['?customer=1&Page=1', 'the query has the key `page` in another spelling: write it exactly so'],
    ['?customer=1&%ff', 'the query is not valid percent-encoded UTF-8: encode it as UTF-8, and write a literal `%` as `%25`'],
  ])('%s is refused, before the caller is looked at', (query, message) => {
    const answer = ask(`/list${query}`, { caller: { identity: 'staff', claims: {} } })
    expect(answer).toMatchObject({ effect: 'reject', status: 400, code: 'query', message, route: null, rules: [] })
  })

  it('is not looked at where none is declared', () => {
    expect(ask('/mesh?customer=1&customer=2&%ff')).toMatchObject({ effect: 'deny', reason: 'default' })
  })
})

describe('a body', () => {
  it('is what decides, and what obliges', () => {
    expect(pay({ body: { amount: 100 } })).toMatchObject({
      effect: 'permit',
      rules: ['pays'],
      obligations: { headers: { 'x-tier': 'gold' }, limits: [] },
    })
    expect(pay({ body: { amount: 1 } })).toMatchObject({ obligations: { headers: { 'x-tier': 'plain' } } })
    expect(pay({ body: { amount: 101 } })).toMatchObject({ effect: 'deny', reason: 'default' })
  })

  it('comes as a text as well, whose type is to be said', () => {
    expect(pay({ rawBody: ' {"amount":1.0e2}', headers: json })).toMatchObject({ effect: 'permit' })
    expect(pay({ rawBody: '{"amount":1}' })).toMatchObject({ effect: 'reject', status: 415, code: 'body-type' })
  })

  it('is not read where it does not matter', () => {
    expect(pay({ caller: null, rawBody: '{' })).toMatchObject({ effect: 'unauthenticated', route: 'shop.pay' })
    expect(ask('/mesh', { rawBody: '{' })).toMatchObject({ effect: 'deny' })
  })

  it.each<[Partial<EvalRequest>, number, string, string | RegExp]>([
    [{}, 415, 'body-type', /must be `application\/json`/],
    [{ headers: json }, 400, 'body', 'the body cannot be read: it is not JSON'],
    [{ body: { amount: 1 }, headers: { 'Content-Type': 'text/plain' } }, 415, 'body-type', /application\/json/],
    [{ body: { amount: 1 }, headers: { 'content-encoding': 'gzip' } }, 415, 'body-type', /content coding/],
    [
      { rawBody: '{"amount":1,"amount":2}', headers: json },
      400,
      'body',
      'the body cannot be read: an object has the same name twice',
    ],
    [{ rawBody: '\ufeff{"amount":1}', headers: json }, 400, 'body', 'the body cannot be read: it is not JSON'],
    [{ body: { amount: 1, note: '\ud800' } }, 400, 'body', /half of a surrogate pair/],
    [{ body: null }, 400, 'body', 'the body at `/amount` must be integer'],
    [{ body: { amount: 'secret' } }, 400, 'body', 'the body at `/amount` must be integer'],
    [
      { body: { amount: 13 } },
      400,
      'body',
      'the body contains a value that its declared type does not allow: send the declared `body`',
    ],
  ])('%j', (more, status, code, message) => {
    const answer = pay(more)
    expect(answer).toMatchObject({ effect: 'reject', status, code, route: null })
    if (typeof message === 'string') expect(answer.message).toBe(message)
    else expect(answer.message).toMatch(message)
  })

  it('nests as deep as it may, and no deeper, however deep it was written', () => {
    const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown
    expect(pay({ body: { amount: 1, more: nested(63) } })).toMatchObject({ effect: 'permit' })
    expect(pay({ body: { amount: 1, more: nested(64) } })).toMatchObject({ effect: 'reject', code: 'body' })
    let deep: unknown = 1
    for (let i = 0; i < 1e5; i++) deep = [deep]
    expect(pay({ body: deep })).toMatchObject({ effect: 'reject', code: 'body' })
  })
})

describe('data', () => {
  it('that a route reads and that never arrived denies, after the caller was looked at', () => {
    expect(ask('/assigned')).toMatchObject({ effect: 'deny', reason: 'data', route: 'shop.assigned', rules: [] })
    expect(ask('/assigned', { caller: { identity: 'staff', claims: {} } })).toMatchObject({ effect: 'reject', status: 401 })
    expect(ask('/mesh')).toMatchObject({ effect: 'deny', reason: 'default' })
  })

  it('comes with the request, or lies there', () => {
    const request = { method: 'GET', url: 'https://shop.example/assigned', caller: STAFF }
    const there = policy.prepare({ assigned: { ann: 'c1' } }, noData)
    if (!there.ok) throw new Error(there.message)
    expect(evaluate(policy, { ...request, data: { assigned: { ann: 'c1' } } })).toMatchObject({ effect: 'permit' })
    expect(evaluate(policy, request, { data: there.data })).toMatchObject({ effect: 'permit' })
    expect(evaluate(policy, { ...request, data: { assigned: {} } }, { data: there.data })).toMatchObject({ reason: 'default' })
  })

  it('that does not fit is named, and replaces nothing', () => {
    expect(policy.prepare({ assigned: { ann: 7 } }, noData)).toEqual({
      ok: false,
      datum: 'assigned',
      pointer: '/ann',
      message: 'data `assigned/ann` must be string',
    })
    expect(policy.prepare({ assigned: { ann: 'nobody' } }, noData)).toMatchObject({ ok: false, pointer: '' })
    expect(policy.prepare({ constructor: {} }, noData)).toMatchObject({ ok: false, datum: 'constructor' })
    expect(ask('/assigned', { data: { assigned: { ann: 7 } } })).toMatchObject({
      effect: 'reject',
      code: 'bad-eval-request',
      message: 'data `assigned/ann` must be string',
    })
  })
})

test('the time and the certificate are those of the request, whoever the caller is', () => {
  const mtls = { spiffe_id: 'spiffe://prod.example/ns/shop' }
  expect(ask('/mesh', { mtls, time: '2026-03-02T09:00:00+01:00' })).toMatchObject({ effect: 'permit', shadow: ['later'] })
  expect(ask('/mesh', { mtls, time: '2026-03-02T08:00:00.000000001Z' })).toMatchObject({ effect: 'deny' })
  expect(ask('/mesh', { time: '2026-03-02T08:00:00Z', caller: STAFF })).toMatchObject({ effect: 'deny' })
})

test.each<[NonNullable<EvalRequest['caller']>['auth'], string]>([
  [undefined, 'challenge'],
  [{}, 'challenge'],
  [{ time: '2026-01-01T11:50:00Z', acr: 'mfa' }, 'permit'],
  [{ time: '2026-01-01T11:50:00Z', amr: ['pwd', 'mfa'] }, 'permit'],
  [{ time: '2026-01-01T11:49:59.999999999Z', acr: 'mfa' }, 'challenge'],
  [{ time: '2026-01-01T11:50:00Z', acr: 'gold', amr: ['otp'] }, 'challenge'],
  [{ acr: 'mfa' }, 'challenge'],
])('authenticated %j: %s', (auth, effect) => {
  const answer = ask('/secret', { caller: { ...STAFF, ...(auth && { auth }) } })
  expect(answer.effect).toBe(effect)
  expect(answer.challenge).toEqual(effect === 'challenge' ? [{ what: 'mfa', values: [], within: 600_000 }] : null)
})

describe('a module that contradicts itself', () => {
  it.each([
    ['obligations', 'obligations: tier,', 'obligations: null,', { body: { amount: 1 } }],
    ['rules', 'rules: ["pays"] }', 'rules: ["other"] }', { body: { amount: 1 } }],
    ['reasons', 'effect: "deny", reason: "default" }', 'effect: "deny" }', { body: { amount: 101 } }],
    ['what it decides early', 'traces[early(facts)]', 'traces[0]', { caller: null }],
    ['a permit without the body', '-1 ? 2 : -1)', '-1 ? 1 : -1)', { caller: null }],
    ['a challenge without the body', '-1 ? 2 : -1)', '-1 ? 3 : -1)', { caller: null }],
  ])('%s', (_, from, to, more) => {
    expect(richPolicy).toContain(from)
    const lying = assemble({ ...richInput, policy: richPolicy.replace(from, to) })
    const request = { method: 'POST', url: 'https://shop.example/pay', caller: STAFF, ...more }
    expect(() => evaluate(lying, request)).toThrow('a bug in the compiler')
  })
})

test('warming needs neither a body, nor data, nor a query, and still finds what throws', async () => {
  await expect(warm(policy)).resolves.toBeUndefined()
  const broken = (from: string, to: string) => warm(assemble({ ...richInput, policy: richPolicy.replace(from, to) }))
  await expect(broken('const early = (facts) =>', 'const early = (facts) => null.x ??')).rejects.toThrow()
  await expect(broken('? 2 : -1', '? 9 : -1')).rejects.toThrow()
  await expect(broken('is(mtls?.path', 'is(mtls.path')).rejects.toThrow()
})
