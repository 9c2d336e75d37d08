/** Which rules ever apply: what is proved, against every request. Here with fixed seeds; with IAP_FULL=1 the 2,000 of the issue. */
import { expect, test } from 'vitest'
import { reachOfEvery } from './reachability.ts'

const FULL = process.env.IAP_FULL === '1'
/** The last of the small size is one that found a mistake. */
const SEEDS = FULL ? Array.from({ length: 2_000 }, (_, seed) => seed) : [...Array(10).keys(), 140]
const POLICIES = SEEDS.length

// With IAP_FULL=1, the better part of an hour.
test(`the rules of ${POLICIES} small policies apply where some request says so`, { timeout: 3_600_000 }, () => {
  const all = SEEDS.map((seed) => reachOfEvery(seed))
  expect(all.flatMap(({ different }) => different)).toEqual([])
  const [applies, never, unknown] = (['applies', 'never', 'unknown'] as const).map((reach) =>
    all.reduce((sum, { counts }) => sum + counts[reach], 0),
  )
  console.log(`${applies} rules apply, ${never} never, of ${unknown} nobody can tell`)
  // Enough of each, so that neither is said of everything.
  expect(applies).toBeGreaterThan(POLICIES)
  expect(never).toBeGreaterThan(POLICIES / 20)
  expect(unknown).toBeLessThan(POLICIES / 10)
})
