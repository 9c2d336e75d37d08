/** Compiled ≡ interpreted on a few generated policies, for `npm test`; `differential.test.ts` has more of them. Twenty with IAP_FULL=1. */
import { expect, test } from 'vitest'
import { compilations } from './compilations.ts'
import { explain } from './replay.ts'
import { run } from './run.ts'

const [POLICIES, REQUESTS] = process.env.IAP_FULL === '1' ? [20, 51] : [8, 17]

test(`${POLICIES * REQUESTS} decisions over ${POLICIES} policies are the same interpreted and compiled, with all passes, none, and each alone`, async () => {
  const { counterexample, rejected, compared } = await run(2, ({ policies }) => policies >= POLICIES, REQUESTS)
  expect(counterexample === null ? null : explain(counterexample)).toBeNull()
  expect(rejected).toEqual([])
  expect([...compared]).toEqual(compilations.map(({ name }) => [name, POLICIES * REQUESTS]))
})
