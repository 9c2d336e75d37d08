import { describe, expect, test } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import { nobodyLike } from '../../../tests/support/facts.ts'
import { nobody, outcome, policyWith, proxyWith } from '../../../tests/support/fake-proxy.ts'
import { auditLine } from '../../telemetry/audit/audit-line.ts'
import type { AuditRecord } from '../../telemetry/audit/index.ts'
import { CheckAnswer, CheckIncoming, type CheckSource, type CheckVerdict } from '../checks/index.ts'
import { Cors } from '../cors/cors.ts'
import type { ProxyContext } from '../proxy-context.ts'
import { checkListenerOf } from './check-pipeline.ts'
import { handleRequest } from './pipeline.ts'

const OUTCOMES = [
  outcome('deny', { reason: 'no-route' }),
  outcome('deny', { reason: 'default' }),
  outcome('permit', { rule: 'r' }),
]
const source: CheckSource = { protocol: 'forward-auth', listener: 'unix:/run/iap/check.sock' }

async function check(
  decision: number,
  target = '/a',
  more: Partial<ProxyContext> = {},
): Promise<{ verdict: CheckVerdict | null; records: AuditRecord[] }> {
  const records: AuditRecord[] = []
  const policy = policyWith(OUTCOMES, () => decision, { traced: { rules: decision === 2 ? ['r'] : [] } })
  const listener = checkListenerOf(proxyWith({ policies: { current: policy }, ...more }, records), source)
  const raw = {
    method: 'GET',
    target,
    httpVersion: '1.1',
    rawHeaders: ['host', 'app.test', 'origin', 'https://spa.test'],
    peer: '192.0.2.7',
    trust: null,
  }
  let verdict: CheckVerdict | null = null
  const answer = new CheckAnswer((given) => {
    verdict = given
  })
  const incoming = new CheckIncoming({ ...raw, body: null, canonicalize: () => canonicalize(raw) })
  await handleRequest(listener, incoming, answer)
  return { verdict, records }
}

test.each([
  ['permitted', 2, '/a', { kind: 'permitted' }, { effect: 'permit', status: 200, code: null }],
  ['denied', 1, '/a', { kind: 'refused', status: 403 }, { effect: 'deny', status: 403, code: 'denied' }],
  ['malformed', 2, '/a%zz', { kind: 'refused', status: 400 }, { effect: 'reject', status: 400 }],
])('the record of a %s check names its listener', async (_, decision, target, expected, record) => {
  const { verdict, records } = await check(decision, target)
  expect(verdict).toMatchObject(expected)
  expect(records).toEqual([
    expect.objectContaining({ ...record, check: source, source: '192.0.2.7', upstream: null, responseBytes: 0, complete: true }),
  ])
  expect(JSON.parse(auditLine(records[0] as AuditRecord)).check).toEqual(source)
})

test.each(['/.iap/', '/.iap/me', '/%2eiap/me', '/.well-known/iap/jwks.json', '/.well-known/iap/none'])(
  '%s belongs to the proxy, so no service may answer it',
  async (target) => {
    const { verdict, records } = await check(2, target)
    expect([verdict, records[0]]).toMatchObject([{ kind: 'refused', status: 404 }, { code: 'page-not-found' }])
  },
)

test('a permit has the CORS headers of the response', async () => {
  const config = { origins: ['https://spa.test'], methods: null, headers: [], expose: ['x-a'], credentials: true, maxAge: 0 }
  const service = { cors: new Cors(config), origins: [], identityHeaders: new Set(), tokenExchange: null }
  const { verdict } = await check(2, '/a', { services: new Map([['app', service]]) as never })
  expect(verdict).toMatchObject({
    kind: 'permitted',
    response: [
      ...['access-control-allow-origin', 'https://spa.test', 'access-control-allow-credentials', 'true'],
      ...['access-control-expose-headers', 'x-a', 'vary', 'Origin'],
    ],
  })
})

describe('the policy changes while a check waits', () => {
  const before = policyWith(OUTCOMES, () => 2, { traced: { rules: ['r'] } })

  test.each([
    ['still permits', policyWith(OUTCOMES, () => 2), 'permitted', null],
    ['denies', policyWith(OUTCOMES, () => 1), 'refused', 'policy-changed'],
    ['sets other headers', policyWith(OUTCOMES, () => 2, { ownHeaders: ['x-tier'] }), 'refused', 'policy-changed'],
    ['is suspended', null, 'refused', 'no-policy'],
    [
      'throws',
      policyWith(OUTCOMES, () => {
        throw new Error('no')
      }),
      'refused',
      'decision-failed',
    ],
  ])('the current one %s', async (_, after, kind, code) => {
    const policies = { current: before as typeof after }
    const authenticator = {
      ...nobody,
      authenticate: async () => {
        policies.current = after
        return { kind: 'anonymous', facts: nobodyLike }
      },
    }
    const { verdict, records } = await check(2, '/a', { policies, authenticator: authenticator as never })
    expect([verdict?.kind, records[0]?.code]).toEqual([kind, code])
  })
})
