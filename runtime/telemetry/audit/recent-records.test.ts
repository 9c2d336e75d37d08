import { expect, test } from 'vitest'
import { auditRecord } from '../../../tests/support/audit-record.ts'
import type { AuditRecord } from './audit-record.ts'
import { RecentRecords } from './recent-records.ts'

const record = (effect: AuditRecord['effect'], path: string): AuditRecord => ({ ...auditRecord(), effect, path })
const paths = ({ records }: ReturnType<RecentRecords['after']>) => records.map(({ path }) => path)
const START = { permits: 0, others: 0 }

test('those after a place, of each kind in order', () => {
  const recent = new RecentRecords()
  expect(recent.after(START)).toEqual({ records: [], missed: 0 })
  recent.add(record('permit', 'a'))
  recent.add(record('deny', 'b'))
  recent.add(record('permit', 'c'))
  expect(paths(recent.after(START))).toEqual(['a', 'c', 'b'])
  const { place } = recent
  expect(place).toEqual({ permits: 2, others: 1 })
  expect(paths(recent.after(place))).toEqual([])
  recent.add(record('reject', 'd'))
  expect(paths(recent.after(place))).toEqual(['d'])
})

test('a flood of permits washes away permits alone, and what is gone is counted', () => {
  const recent = new RecentRecords()
  recent.add(record('deny', 'refused'))
  for (let at = 0; at < 1000; at++) recent.add(record('permit', `p${at}`))
  const { records, missed } = recent.after(START)
  expect([records.length, missed]).toEqual([129, 872])
  expect(paths({ records, missed }).slice(-2)).toEqual(['p999', 'refused'])
  expect(records[0]?.path).toBe('p872')
  expect(recent.after({ permits: 990, others: 1 })).toMatchObject({ missed: 0 })
})

test('a place that nobody has come to yet is that of another process: all is told', () => {
  const recent = new RecentRecords()
  recent.add(record('permit', 'a'))
  expect(paths(recent.after({ permits: 50, others: 9 }))).toEqual(['a'])
})
