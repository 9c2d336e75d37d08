import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { nobody, outcome, policyWith, proxyWith } from '../../../tests/support/fake-proxy.ts'
import { until } from '../../../tests/support/until.ts'
import type { Trace } from '../../abi/index.ts'
import type { LogFields } from '../../base/log.ts'
import type { Authentication } from '../../identity/index.ts'
import type { Policy } from '../../policy/index.ts'
import type { AuditRecord } from '../../telemetry/audit/index.ts'
import { Learner } from '../discovery/index.ts'
import { createHttpServer } from '../listeners/http-server.ts'
import type { ProxyContext } from '../proxy-context.ts'

let server: Server | undefined
let records: AuditRecord[]

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function ask(
  changes: Partial<ProxyContext>,
): Promise<[status: number, code: string | null, record: AuditRecord | undefined]> {
  records = []
  const context = proxyWith({ policies: { current: policyWith([outcome('permit')], () => 0) }, ...changes }, records)
  server = createHttpServer(context, { http2: false, trust: null, proxyProtocol: null, tls: null }).server
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`)
  await response.text()
  if (changes.audit === undefined) await until(() => records.length > 0)
  return [response.status, response.headers.get('x-iap-error'), records[0]]
}

const throws = (): never => {
  throw new Error('no')
}

test('no policy: nothing passes', async () => {
  const [status, code, record] = await ask({ policies: { current: null } })
  expect([status, code, record?.effect]).toEqual([503, 'no-policy', 'reject'])
})

test('a decision that throws denies, and is recorded with why', async () => {
  const said: (LogFields | undefined)[] = []
  const log = { info: () => {}, warn: () => {}, error: (_: string, fields?: LogFields) => void said.push(fields) }
  const [status, code, record] = await ask({ policies: { current: policyWith([outcome('permit')], throws) }, log })
  expect([status, code]).toEqual([403, 'decision-failed'])
  expect(said).toMatchObject([{ route: 'app.any', error: 'no', stack: 'no at policies/orders.iap:12:3' }])
  expect(record).toMatchObject({ effect: 'deny', detail: 'no', route: 'app.any', revision: `sha256:${'0'.repeat(64)}` })
})

test.each([
  ['an outcome that is not there', [outcome('permit')], 7, 'decision-failed'],
  ['no number', [outcome('permit')], undefined as unknown as number, 'decision-failed'],
  ['an effect of a later version', [outcome('maybe' as 'deny')], 0, 'decision-failed'],
  ['a challenge', [outcome('challenge')], 0, 'insufficient-authentication'],
])('%s is no permit', async (_, outcomes, index, code) => {
  const answer = await ask({ policies: { current: policyWith(outcomes, () => index) } })
  expect(answer[1]).toBe(code)
})

test.each<[string, Partial<Trace>]>([
  ['another effect', { effect: 'deny', reason: 'default' }],
  ['another reason', { reason: 'default' }],
  ['other rules', { rules: ['p'] }],
  ['other obligations', { obligations: { headers: { 'x-a': '1' }, limits: [] } }],
])('a permit that is explained with %s is none', async (_, traced) => {
  const policy = policyWith([outcome('permit')], () => 0, { traced })
  expect((await ask({ policies: { current: policy } })).slice(0, 2)).toEqual([403, 'decision-failed'])
})

test('a permit with a limit takes no token where nothing binds the service', async () => {
  const obligations = { headers: {}, limits: [{ rule: 'p', count: 1, per: 1000, key: null }] }
  const policy = policyWith([outcome('permit')], () => 0, { traced: { obligations }, obliges: true })
  const limiting = { buckets: { take: throws }, whenUnavailable: 'refuse' } as const
  const [status, code, record] = await ask({ policies: { current: policy }, limiting })
  expect([status, code, record?.detail, record?.obligations.limits]).toEqual([503, 'no-upstream', null, ['p']])
})

test('a route whose data never arrived is denied, and the record says so', async () => {
  const policy = policyWith([outcome('permit')], () => 0, { data: ['assigned'] })
  const [status, code, record] = await ask({ policies: { current: policy } })
  expect([status, code, record?.effect, record?.reason]).toEqual([403, 'denied', 'deny', 'data'])
})

test('shadow rules and obligations stand in the record by name', async () => {
  const obligations = { headers: { 'x-a': 'secret' }, limits: [] }
  const policy = policyWith([outcome('permit', { rule: 'p' })], () => 0, {
    traced: { rules: ['o', 'p'], obligations, shadow: ['later'] },
    obliges: true,
  })
  const [, , record] = await ask({ policies: { current: policy } })
  expect(record).toMatchObject({
    rules: ['p'],
    obligations: { headers: ['x-a'], limits: [] },
    shadow: ['later'],
    challenge: null,
  })
  expect(JSON.stringify(record)).not.toContain('secret')
})

test('a service that nothing binds', async () => {
  const [status, code, record] = await ask({})
  expect([status, code, record?.effect]).toEqual([503, 'no-upstream', 'permit'])
})

test('what cannot be recorded is not served', async () => {
  const audit = { write: () => {}, note: () => {}, redacted: <One>(sample: One) => sample }
  expect((await ask({ audit: { ...audit, hasCapacity: async () => false } })).slice(0, 2)).toEqual([503, 'audit-full'])
  expect((await ask({ audit: { ...audit, hasCapacity: async () => true } })).slice(0, 2)).toEqual([503, 'no-upstream'])
})

test.each([
  ['throws', throws],
  ['rejects', async () => throws()],
])('an authenticator that %s lets nobody pass', async (_, authenticate: () => Authentication | Promise<Authentication>) => {
  const [status, code, record] = await ask({ authenticator: { ...nobody, authenticate } })
  expect([status, code]).toEqual([500, 'internal'])
  expect(record).toMatchObject({ effect: 'reject', detail: 'no' })
})

test('an issuer that does not answer is a 503, not a 401', async () => {
  const refused: Authentication = { kind: 'refused', status: 503, code: 'identity-provider-unavailable', message: 'x' }
  const [status, code] = await ask({
    authenticator: { ...nobody, authenticate: async () => refused },
  })
  expect([status, code]).toEqual([503, 'identity-provider-unavailable'])
})

test('whoever learns asks nobody who calls where there is no route, and answers and records the same', async () => {
  const policy = { ...policyWith([outcome('permit')], throws), route: () => -1 } as unknown as Policy
  const asked = { policies: { current: policy }, authenticator: { ...nobody, authenticate: throws } }
  const told = async (changes: Partial<ProxyContext>) => {
    const [status, code, record] = await ask({ ...asked, ...changes })
    const { time, requestId, durations, ...same } = (record ?? {}) as unknown as Record<string, unknown>
    return [status, code, same]
  }
  const without = await told({})
  expect(without).toMatchObject([403, 'no-route', { reason: 'no-route', caller: null }])
  const learner = new Learner()
  expect(await told({ learner })).toEqual(without)
  expect(await told({ learner, authenticator: { ...asked.authenticator, shows: () => true } })).toEqual(without)
  expect(learner.learned().unrouted).toMatchObject([{ template: '/x', count: 2, callers: { anonymous: 1, credential: 1 } }])
})
