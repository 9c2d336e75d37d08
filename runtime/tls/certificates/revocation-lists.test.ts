import { expect, test } from 'vitest'
import { testAuthority } from '../../../tests/support/test-authority.ts'
import { readRevocationLists } from './revocation-lists.ts'

const DAY = 86_400_000

test('a list counts from the second in which it begins until the one in which it ends', () => {
  const list = Buffer.from(testAuthority().revoked([], { from: -1, to: 1 }))
  const read = readRevocationLists(list, Date.now())
  if (!read.ok) throw new Error(read.message)
  const { until } = read.value
  const from = until - 2 * DAY
  const outcomes = [from - 1, from, until - 1, until].map((now) => readRevocationLists(list, now))
  expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.message))).toEqual([
    `holds a list that is valid only from ${new Date(from).toISOString()} on`,
    'ok',
    'ok',
    `holds a list that expired on ${new Date(until).toISOString()}`,
  ])
})
