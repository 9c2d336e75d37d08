import { expect, test } from 'vitest'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { paint } from '../style.ts'
import { requestLine } from './request-line.ts'

const RECORD = {
  time: '2026-03-02T09:00:00.000Z',
  ...{ method: 'GET', host: 'hello.localhost', path: '/hello/ann', rawPath: '/hello/ann', query: false },
  ...{ effect: 'permit', status: 200, code: null, detail: null, rules: ['greetings'], reason: null },
  caller: { identity: 'staff', subject: 'ann', credential: null },
  durations: { decision: 0.4, upstream: 3, total: 3.6 },
} as unknown as AuditRecord

const lineOf = (changes: Partial<AuditRecord>) => requestLine({ ...RECORD, ...changes }, paint({ color: false }))

test.each<[string, Partial<AuditRecord>, string]>([
  ['a permit', {}, '200 GET hello.localhost/hello/ann staff:ann permit by greetings 4 ms'],
  [
    'a permit that the service did not answer',
    { status: 502, code: 'upstream-unreachable', query: true },
    '502 GET hello.localhost/hello/ann?… staff:ann permit by greetings (upstream-unreachable) 4 ms',
  ],
  [
    'a deny by default',
    { effect: 'deny', status: 403, code: 'denied', rules: [], reason: 'default' },
    '403 GET hello.localhost/hello/ann staff:ann deny (no rule permits it) 4 ms',
  ],
  [
    'a forbid with its reason',
    { effect: 'deny', status: 403, code: 'denied', rules: ['closed'], reason: 'Closed on Sundays.' },
    '403 GET hello.localhost/hello/ann staff:ann deny by closed (Closed on Sundays.) 4 ms',
  ],
  [
    'no credential',
    { effect: 'unauthenticated', status: 401, code: 'unauthenticated', rules: [], caller: null },
    '401 GET hello.localhost/hello/ann anonymous unauthenticated 4 ms',
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
      caller: null,
    },
    'no answer - - anonymous reject (bad-request: a\\u001b[2J) 4 ms',
  ],
])('%s', (_, changes, line) => {
  expect(lineOf(changes)).toBe(`09:00:00Z ${line}\n`)
})

test('a subject cannot change the terminal', () => {
  const subject = 'a\u001b[2J\n09:00:00Z 200'
  expect(lineOf({ caller: { identity: 'staff', subject, credential: null } })).toContain('staff:a\\u001b[2J\\u000a09:00:00Z 200 ')
})

test('colors are those of the result, on a terminal alone', () => {
  const colored = (changes: Partial<AuditRecord>) => requestLine({ ...RECORD, ...changes }, paint({ color: true }))
  expect(colored({})).toContain('\u001b[32m200\u001b[39m')
  expect(colored({ status: 502, code: 'upstream-unreachable' })).toContain('\u001b[33m502\u001b[39m')
  expect(colored({ effect: 'deny', status: 403, code: 'denied' })).toContain('\u001b[31m403\u001b[39m')
  expect(lineOf({})).not.toContain('\u001b')
})

test('a long URL is cut', () => {
  expect(lineOf({ rawPath: `/${'x'.repeat(10_000)}` }).length).toBeLessThan(300)
})
