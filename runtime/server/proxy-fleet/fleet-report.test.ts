import { describe, expect, test } from 'vitest'
import { overviewOf } from './fleet-overview.ts'
import { configDigest, type FleetReport, isFleetId, parseReport, renderReport } from './fleet-report.ts'

const REPORT: FleetReport = {
  instance: 'abcdefgh12345678',
  version: '0.1.0',
  policy: { revision: `sha256:${'a'.repeat(64)}`, sequence: 3, since: 1_700_000_000_000 },
  config: 'c'.repeat(64),
  ready: true,
  reasons: [],
  lastError: { code: 'signature', at: 1_700_000_000_000 },
  isShared: false,
}

test('a report is read as it was written', () => {
  expect(parseReport(renderReport(REPORT))).toEqual(REPORT)
  const empty = { ...REPORT, policy: null, lastError: null, ready: false, reasons: ['it is shutting down'] }
  expect(parseReport(renderReport(empty))).toEqual(empty)
})

test('reasons that are long or many are cut, so that the report stays readable', () => {
  const ascii = parseReport(renderReport({ ...REPORT, reasons: Array(50).fill('x'.repeat(1000)) }))
  expect(ascii?.reasons).toEqual(Array(4).fill('x'.repeat(200)))
})

test.each<[string, object]>([
  ['another version', { v: 2 }],
  ['a version that is no text', { version: 1 }],
  ['a short instance', { instance: 'a' }],
  ['a revision of another form', { policy: { ...REPORT.policy, revision: 'sha256:a' } }],
  ['a negative sequence', { policy: { ...REPORT.policy, sequence: -1 } }],
  ['a fraction', { policy: { ...REPORT.policy, sequence: 1.5 } }],
  ['a time that is none', { policy: { ...REPORT.policy, since: 9e15 } }],
  ['no policy', { policy: undefined }],
  ['a list', { lastError: [] }],
  ['a code with a line break', { lastError: { code: 'a\nb', at: 1 } }],
  ['a digest of another form', { config: 'C'.repeat(64) }],
  ['a text for a flag', { ready: 'true' }],
  ['too many reasons', { reasons: Array(5).fill('x') }],
  ['a reason that is no text', { reasons: [1] }],
])('a report with %s is none', (_, change) => {
  expect(parseReport(JSON.stringify({ v: 1, ...REPORT, ...change }))).toBeNull()
})

describe('the digest of a configuration', () => {
  test('has no user and no password of a URL', () => {
    const digest = configDigest('redis: rediss://iap:secret@redis.test:6379')
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(configDigest('redis: rediss://iap:other@redis.test:6379')).toBe(digest)
    expect(configDigest('redis: rediss://iap:secret@redis.other:6379')).not.toBe(digest)
  })
})

test.each([
  ['eu-1', true],
  ['pod-7f9c.shop_1', true],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['', false],
  ['-a', false],
  ['a b', false],
  ['a\n', false],
])('%j identifies a proxy: %s', (id, expected) => {
  expect(isFleetId(id)).toBe(expected)
})

test('the newest policy is the one with the highest sequence, and of several the latest', () => {
  const of = (id: string, sequence: number, since: number, digit: string) => ({
    id,
    age: 1,
    text: renderReport({ ...REPORT, policy: { revision: `sha256:${digit.repeat(64)}`, sequence, since } }),
  })
  const reports = [of('a', 2, 5, 'a'), of('b', 3, 1, 'b'), of('c', 3, 2, 'c'), { id: 'd', age: 1, text: 'x' }]
  const overview = overviewOf('a', { reports, unreadable: 2 })
  expect(overview.newest).toEqual({ revision: `sha256:${'c'.repeat(64)}`, sequence: 3 })
  expect(overview.proxies.map(({ state }) => state)).toEqual(['lagging', 'lagging', 'current'])
  expect(overview.unreadable).toBe(3)
  expect(overviewOf('a', null)).toMatchObject({ configured: true, available: false, proxies: [], newest: null })
})
