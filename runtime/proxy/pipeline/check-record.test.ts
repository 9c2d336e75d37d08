import { expect, test } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import { outcome, policyWith, proxyWith } from '../../../tests/support/fake-proxy.ts'
import { auditLine } from '../../telemetry/audit/audit-line.ts'
import type { AuditRecord } from '../../telemetry/audit/index.ts'
import { CheckAnswer, CheckIncoming, type CheckSource, type CheckVerdict } from '../checks/index.ts'
import { checkListenerOf } from './check-pipeline.ts'
import { handleRequest } from './pipeline.ts'

const OUTCOMES = [
  outcome('deny', { reason: 'no-route' }),
  outcome('deny', { reason: 'default' }),
  outcome('permit', { rule: 'r' }),
]
const source: CheckSource = { protocol: 'forward-auth', listener: 'unix:/run/iap/check.sock' }

async function check(decision: number, target = '/a'): Promise<{ verdict: CheckVerdict | null; records: AuditRecord[] }> {
  const records: AuditRecord[] = []
  const policy = policyWith(OUTCOMES, () => decision, { traced: { rules: decision === 2 ? ['r'] : [] } })
  const listener = checkListenerOf(proxyWith({ policies: { current: policy } }, records), source)
  const raw = { method: 'GET', target, httpVersion: '1.1', rawHeaders: ['host', 'app.test'], peer: '192.0.2.7', trust: null }
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
