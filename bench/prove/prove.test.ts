/**
 * What proofs take. Small here; with IAP_FULL=1 the goals: 20 invariants over 1,000 rules on 100 routes in a second, over 10,000 rules in 15 s and 1 GB.
 */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { measureProofs } from './index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

it('proves the invariants of 200 rules, and finds those that are broken', async () => {
  const [measured] = await measureProofs(root, [{ rules: 200, routes: 50, invariants: 10 }], 1)
  // Of five kinds, four hold whatever the rules are; what managers may do, no rule promises.
  const kinds = ['holds', 'holds', 'holds', 'holds', 'broken']
  expect([...(measured?.verdicts ?? [])].sort()).toEqual([...kinds, ...kinds].sort())
})

describe.runIf(process.env.IAP_FULL === '1')('20 invariants', () => {
  // Of the full size, three times.
  it.each([
    { rules: 1_000, routes: 100, most: 1_000 },
    { rules: 10_000, routes: 100, most: 15_000 },
    { rules: 10_000, routes: 1_000, most: 15_000 },
  ])('over $rules rules on $routes routes in $most ms and 1 GB', { timeout: 300_000 }, async ({ rules, routes, most }) => {
    const [measured] = await measureProofs(root, [{ rules, routes, invariants: 20 }], 3)
    console.log(JSON.stringify(measured))
    expect(measured?.cpu).toBeLessThan(most)
    expect(measured?.peak).toBeLessThan(1_000)
    expect(measured?.verdicts).not.toContain('unknown')
  })
})
