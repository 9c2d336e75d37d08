import { expect, test } from 'vitest'
import { type Dated, dating, reportClock } from './check-clock.ts'

function reported(differences: readonly number[], skew = 30_000): string {
  let found = ''
  const dates = differences.map((difference): Dated => ({ theirs: 0, ours: difference }))
  reportClock('staff', dates, skew, (result, message) => {
    found = `${result}: ${message}`
  })
  return found
}

test.each([
  [[], 30_000, /^skipped: no response/],
  [[400], 30_000, /^ok/],
  [[-6_000], 30_000, /^warning: .* 6 s behind/],
  [[31_000], 30_000, /^problem: .* 31 s ahead of .*, more than the 30 s of `clockSkew`/],
  // A date that a cache has kept does not count if another is right.
  [[90_000, 500], 30_000, /^ok/],
  // Dates have whole seconds.
  [[1_400], 0, /^ok/],
])('%j ms with a skew of %i ms', (differences, skew, message) => {
  expect(reported(differences, skew)).toMatch(message)
})

test('the age of a cached response is added to its date', async () => {
  const dates: Dated[] = []
  const headers = { date: new Date(100_000).toUTCString(), age: '20' }
  const fetch = dating(
    async () => new Response('', { headers }),
    () => 120_000,
    dates,
  )
  await fetch('https://id.example')
  expect(dates).toEqual([{ theirs: 120_500, ours: 120_000 }])
  await dating(
    async () => new Response(''),
    () => 0,
    dates,
  )('https://id.example')
  expect(dates).toHaveLength(1)
})
