import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { percentileOf } from './load.ts'

/** As `h2load --log-file` writes it: when, status, microseconds. */
function logOf(times: readonly number[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-load-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'log')
  writeFileSync(file, times.map((time, at) => `${1_000_000 + at}\t200\t${time}\n`).join(''))
  return file
}

test('a percentile is of the requests after the first tenth, in milliseconds', () => {
  const log = logOf([...Array.from({ length: 10 }, () => 90_000), ...Array.from({ length: 90 }, (_, at) => (at + 1) * 100)])
  expect(percentileOf(log, 0.5)).toBe(4.6)
  expect(percentileOf(log, 0.99)).toBe(9)
  expect(percentileOf(log, 1)).toBe(9)
})
