/**
 * What is recorded of a request is enough to decide it again, or whoever replays it says that it is not. Seeds are fixed; `IAP_SEED` gives another, and
 * `IAP_FULL` a larger size.
 */
import { expect, test } from 'vitest'
import { replayRun } from './replayed.ts'

const seed = Number(process.env.IAP_SEED ?? 1)
/** `MOST`: milliseconds, of the full size most of an hour. */
const [WORLDS, REQUESTS, MOST] = process.env.IAP_FULL ? [600, 40, 3_000_000] : [8, 20, 300_000]

test.each([
  ['as its request would be decided', false],
  ['with hashes in place of values, where the key is there', true],
])('a record is replayed %s', { timeout: MOST }, async (_, hashes) => {
  const { counts, kinds, needs, wrong } = await replayRun(seed, WORLDS, REQUESTS, hashes)
  const lacking = [...needs].sort((a, b) => b[1] - a[1]).slice(0, 8)
  console.log(JSON.stringify({ ...counts, kinds: Object.fromEntries(kinds), lacking: Object.fromEntries(lacking) }))
  expect(wrong).toBeNull()
  // It says something, of a mixture.
  expect(counts.records).toBeGreaterThan(WORLDS * REQUESTS * 0.5)
  expect(counts.itself).toBeGreaterThan(counts.records * (hashes ? 0.5 : 0.9))
  expect(counts.same).toBeGreaterThan(0)
  expect(counts.changed).toBeGreaterThan(counts.records * 0.1)
})
