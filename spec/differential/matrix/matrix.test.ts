/**
 * Cells against requests. Of small policies every request is asked of the interpreter: a cell says `always` or `never` of just those that are so, and its condition, read back as a policy,
 * decides each as the first one does. Of policies of all that the language has, requests aimed at them find no cell wrong. Here with fixed seeds; with IAP_FULL=1 more of them.
 */
import { expect, test } from 'vitest'
import { compareMatrixWithEvery } from './compare-every.ts'
import { compareMatrixWithSome } from './compare-some.ts'

const isFull = process.env.IAP_FULL === '1'
const POLICIES = isFull ? 2_000 : 12
const LARGER = isFull ? 400 : 3

// With IAP_FULL=1, minutes.
test(`cells of ${POLICIES} small policies say what every request says`, { timeout: 900_000 }, () => {
  const all = Array.from({ length: POLICIES }, (_, seed) => compareMatrixWithEvery(seed))
  expect(all.flatMap(({ different }) => different)).toEqual([])
  const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((before, one) => before + of(one), 0)
  const verdicts = Object.fromEntries(
    (['always', 'never', 'if', 'may'] as const).map((verdict) => [verdict, sum((one) => one.verdicts[verdict])]),
  )
  const [readBack, unsaid] = [sum((one) => one.readBack), sum((one) => one.unsaid)]
  console.log(JSON.stringify({ verdicts, readBack, unsaid }))
  // Enough of each, so that nothing is proved of nothing.
  for (const verdict of ['always', 'never', 'if']) expect(verdicts[verdict]).toBeGreaterThan(POLICIES / 4)
  expect(verdicts.may).toBeLessThan(POLICIES / 10)
  expect(unsaid).toBeLessThan(readBack / 5)
})

// With IAP_FULL=1, minutes.
test(`no request finds a cell of ${LARGER} larger policies wrong`, { timeout: 900_000 }, () => {
  const all = Array.from({ length: LARGER }, (_, seed) => compareMatrixWithSome(1_000 + seed, 150))
  expect(all.flatMap((one) => one?.different ?? [])).toEqual([])
  const answers = all.reduce((sum, one) => sum + (one?.answers ?? 0), 0)
  console.log(`${answers} answers were as a cell has it`)
  expect(answers).toBeGreaterThan(50 * LARGER)
})
