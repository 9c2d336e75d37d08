import { expect, test } from 'vitest'
import type { Redactable } from './audit-config.ts'
import type { AuditRecord } from './audit-record.ts'
import { Redaction } from './redaction.ts'

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
