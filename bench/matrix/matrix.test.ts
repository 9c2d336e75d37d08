/** What a matrix takes. Small here; with IAP_FULL=1 the goal: 1,000 rules on 100 routes, from texts to the page, in 5 s. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { measureMatrix } from './index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

it('tells of each cell of 100 rules that it depends, or is never', async () => {
  const [measured] = await measureMatrix(root, [{ rules: 100, routes: 20 }], 1)
  // Nobody who is not known may do anything; what others may, each rule has conditions of.
  expect(measured?.verdicts).toEqual({ never: expect.any(Number), if: expect.any(Number) })
  expect(measured?.verdicts.never).toBeGreaterThanOrEqual(20)
})

// Of the full size, three times.
it.runIf(process.env.IAP_FULL === '1')('1,000 rules on 100 routes in 5 s', { timeout: 300_000 }, async () => {
  const [measured] = await measureMatrix(root, [{ rules: 1_000, routes: 100 }], 3)
  console.log(JSON.stringify(measured))
  expect(measured?.cpu).toBeLessThan(5_000)
  expect(measured?.verdicts).toEqual({ never: 100, if: 300 })
})
