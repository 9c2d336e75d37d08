/**
 * Proofs against every request. Small policies, each thing in which can be few things, are proved, and every request to them is asked of the interpreter:
 * what holds is broken by none of them, and what is broken by one. Here with fixed seeds; with IAP_FULL=1 the 2,000 of the issue.
 */
import { expect, test } from 'vitest'
import { compareWithEvery } from './compare.ts'

const POLICIES = process.env.IAP_FULL === '1' ? 2_000 : 15

// Some seconds of processor time; with IAP_FULL=1, minutes.
test(`${POLICIES} small policies are proved to be what every request says`, { timeout: 900_000 }, () => {
  const all = Array.from({ length: POLICIES }, (_, seed) => compareWithEvery(seed))
  expect(all.flatMap(({ different }) => different)).toEqual([])
  const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((before, one) => before + of(one), 0)
  const [holds, broken, unknown] = (['holds', 'broken', 'unknown'] as const).map((verdict) =>
    sum(({ verdicts }) => verdicts[verdict]),
  )
  console.log(`${sum(({ requests }) => requests)} requests: ${holds} invariants hold, ${broken} broken, ${unknown} unknown`)
  // Enough of each, so that neither is proved of everything.
  expect(holds).toBeGreaterThan(POLICIES / 4)
  expect(broken).toBeGreaterThan(POLICIES / 2)
  expect(unknown).toBeLessThan(POLICIES / 10)
})
