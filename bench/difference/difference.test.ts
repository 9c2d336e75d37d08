/** That a difference is told while a reviewer waits. Small here; with IAP_FULL=1 the sizes and bounds of its own goal: 1,000 rules in 1 s with one change, and in 2 s said in other words. */
import { describe, expect, it } from 'vitest'
import { measureDifference } from './measure.ts'

describe('a policy of 100 rules', () => {
  it('is told from one with a bound moved by one', async () => {
    const { verdicts } = await measureDifference(100, 'one change', 1)
    // `s0_r0_…` with a bound one lower or higher.
    expect(verdicts).toEqual(['s0.r0 partner less-permissive'])
  })

  it('is the same in twice as many rules', async () => {
    const { verdicts } = await measureDifference(100, 'a refactoring', 1)
    expect(verdicts).toEqual([])
  })
})

describe.runIf(process.env.IAP_FULL === '1')('a policy of 1,000 rules', () => {
  // Of the full size, ten times.
  it('is told from one with one change in a second, and from a refactored one in two', { timeout: 300_000 }, async () => {
    const [change, refactoring] = [
      await measureDifference(1_000, 'one change', 5),
      await measureDifference(1_000, 'a refactoring', 5),
    ]
    console.log(change, refactoring)
    expect(change.verdicts).toHaveLength(1)
    expect(refactoring.verdicts).toEqual([])
    expect(change.difference).toBeLessThan(1_000)
    expect(refactoring.difference).toBeLessThan(2_000)
  })
})
