import { expect, test } from 'vitest'
import type { AuditConfig, Redactable } from './audit-config.ts'
import type { AuditRecord } from './audit-record.ts'
import { mismatchForLog, Redaction } from './redaction.ts'

/** Of a mismatch, by what the configuration leaves out or hashes. */
function shown(field: string, omit: readonly Redactable[], hash: readonly Redactable[] = []): readonly unknown[] {
  const record = { caller: null, mismatch: { field, seen: 's', expected: 'e', verified: true } }
  const { mismatch } = new Redaction({ omit, hash }, 'a key').of(record as unknown as AuditRecord)
  return [mismatch?.seen, mismatch?.expected]
}

test('what a refused credential had is redacted as the detail is', () => {
  expect(shown('aud', [])).toEqual(['s', 'e'])
  expect(shown('aud', ['detail'])).toEqual([null, 'e'])
  expect(shown('aud', [], ['detail'])).toEqual([{ hash: expect.any(String) }, 'e'])
  expect(shown('aud', ['host', 'path', 'caller.credential'])).toEqual(['s', 'e'])
})

test.each([
  ['htu', 'host'],
  ['htu', 'path'],
  ['ath', 'caller.credential'],
  ['jwk', 'caller.credential'],
  ['cnf.x5t#S256', 'caller.credential'],
] as const)('%s names what %s is, on both sides', (field, name) => {
  expect(shown(field, [name])).toEqual([null, null])
  expect(shown(field, [], [name])).toEqual([{ hash: expect.any(String) }, { hash: expect.any(String) }])
  // The stricter of two.
  expect(shown(field, [name], ['detail'])).toEqual([null, null])
})

test('the log leaves out what any sink redacts', () => {
  const sinks = [
    { redact: null },
    { redact: { omit: ['host'], hash: [], key: null } },
    { redact: { omit: [], hash: ['detail'], key: null } },
  ]
  const forLog = mismatchForLog(sinks as unknown as AuditConfig[])
  const mismatch = { field: 'aud', seen: 's', expected: 'e', verified: true }
  expect(forLog(mismatch)).toEqual({ seen: '[redacted]', expected: 'e' })
  expect(forLog({ ...mismatch, seen: null })).toEqual({ seen: null, expected: 'e' })
  expect(forLog({ ...mismatch, field: 'htu' })).toEqual({ seen: '[redacted]', expected: '[redacted]' })
  expect(mismatchForLog(sinks.slice(0, 1) as unknown as AuditConfig[])(mismatch)).toEqual({ seen: 's', expected: 'e' })
})
