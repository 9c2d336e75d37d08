/** What is recorded of a request is enough to decide it again, or whoever replays it says that it is not. */
import { expect, test } from 'vitest'
import { replayRun } from './replayed.ts'

const seed = Number(process.env.IAP_SEED ?? 1)

test('a record is replayed as its request would be decided', { timeout: 300_000 }, async () => {
  const { counts, kinds, needs, wrong } = await replayRun(seed, 60, 40, false)
  console.log(counts, [...kinds], [...needs].sort((a, b) => b[1] - a[1]).slice(0, 12))
  expect(wrong).toBeNull()
})

test('and with hashes in place of values, where the key is there', { timeout: 300_000 }, async () => {
  const { counts, kinds, needs, wrong } = await replayRun(seed, 60, 40, true)
  console.log(counts, [...kinds], [...needs].sort((a, b) => b[1] - a[1]).slice(0, 12))
  expect(wrong).toBeNull()
})
