import { expect, test } from 'vitest'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { paint } from '../style.ts'
import { requestLine } from './request-line.ts'

const RECORD = {
  time: '2026-03-02T09:00:00.000Z',
  ...{ method: 'GET', host: 'hello.localhost', path: '/hello/ann', rawPath: '/hello/ann', query: false },
  ...{ effect: 'permit', status: 200, code: null, detail: null, rules: ['greetings'], reason: null },
  durations: { decision: 0.4, upstream: 3, total: 3.6 },
} as unknown as AuditRecord

const lineOf = (changes: Partial<AuditRecord>) => requestLine({ ...RECORD, ...changes }, paint({ color: false }))

test.each<[string, Partial<AuditRecord>, string]>([
  ['a permit', {}, 'GET hello.localhost/hello/ann permit by greetings 200 4 ms'],
  [
    'a permit that the service did not answer',
    { status: 502, code: 'upstream-unreachable', query: true },
    'GET hello.localhost/hello/ann?… permit by greetings (upstream-unreachable) 502 4 ms',
  ],
  [
    'a deny by default',
    { effect: 'deny', status: 403, code: 'denied', rules: [], reason: 'default' },
    'GET hello.localhost/hello/ann deny (no rule permits it) 403 4 ms',
  ],
  [
    'a forbid with its reason',
    { effect: 'deny', status: 403, code: 'denied', rules: ['closed'], reason: 'Closed on Sundays.' },
    'GET hello.localhost/hello/ann deny by closed (Closed on Sundays.) 403 4 ms',
  ],
  [
    'no credential',
    { effect: 'unauthenticated', status: 401, code: 'unauthenticated', rules: [] },
    'GET hello.localhost/hello/ann unauthenticated (unauthenticated) 401 4 ms',
  ],
  [
    'a request that cannot be read',
    {
      effect: 'reject',
      status: null,
      code: 'bad-request',
      detail: 'a\u001b[2J',
      rules: [],
      method: null,
      host: null,
      rawPath: null,
      path: null,
    },
    '- - reject (bad-request: a\\u001b[2J) no answer 4 ms',
  ],
])('%s', (_, changes, line) => {
  expect(lineOf(changes)).toBe(`09:00:00Z ${line}\n`)
})

test('a long URL is cut', () => {
  expect(lineOf({ rawPath: `/${'x'.repeat(10_000)}` }).length).toBeLessThan(300)
})
