import { expect, test } from 'vitest'
import { PARTS, partOf } from './part-of.ts'

const REVISION = `sha256:${'a'.repeat(64)}`
const subjects = Array.from({ length: 20_000 }, (_, at) => `subject-${at}`)
const within = (parts: number, revision = REVISION) => subjects.filter((one) => partOf(revision, ['user', one]) < parts)

test('of 20,000 subjects one in ten is within 10 %, and 10 % of any other share', () => {
  for (const parts of [100, 1000, 5000]) {
    const share = within(parts).length / subjects.length
    expect(share).toBeGreaterThan((parts / PARTS) * 0.9)
    expect(share).toBeLessThan((parts / PARTS) * 1.1)
  }
  expect([within(0).length, within(PARTS).length]).toEqual([0, subjects.length])
})

test('who is in stays in while the share grows', () => {
  const first = within(1000)
  const later = new Set(within(2500))
  expect(first.every((one) => later.has(one))).toBe(true)
})

test('all proxies find the same: what it is made of is fixed (worked out by Python from the same words)', () => {
  expect(['ann', 'ben', null].map((one) => partOf(REVISION, ['user', one]))).toEqual([6613, 9213, 2386])
})

test('another policy on trial begins with others, and names do not run into each other', () => {
  const other = new Set(within(1000, `sha256:${'b'.repeat(64)}`))
  const both = within(1000).filter((one) => other.has(one)).length
  expect(both).toBeGreaterThan(100)
  expect(both).toBeLessThan(400)
  expect(partOf(REVISION, ['us', 'er'])).not.toBe(partOf(REVISION, ['user', '']))
})
