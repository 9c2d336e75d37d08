/**
 * What is linted exactly against every request: a rule that never applies applies to none, what changes no answer can be taken out, and so on; and what is so of every request is told.
 * Here with fixed seeds; with IAP_FULL=1 500 policies.
 */
import { expect, test } from 'vitest'
import { compareLint } from './compare-lint.ts'

const POLICIES = process.env.IAP_FULL === '1' ? 500 : 10

// Ten seconds of processor time; with IAP_FULL=1, minutes.
test(`what is told of ${POLICIES} small policies is what every request says`, { timeout: 900_000 }, () => {
  const all = Array.from({ length: POLICIES }, (_, seed) => compareLint(seed))
  expect(all.flatMap(({ wrong }) => wrong)).toEqual([])
  // A permit that those whom nobody knows are asked to sign in for may be left, in case others go, too.
  expect(all.flatMap(({ missed }) => missed).slice(POLICIES / 100)).toEqual([])
  // Of a rule beside others that are told it is looked at what is plain alone.
  expect(all.flatMap(({ more }) => more).length).toBeLessThanOrEqual(POLICIES / 30)
  const told = new Map<string, number>()
  for (const one of all) for (const [code, count] of one.told) told.set(code, (told.get(code) ?? 0) + count)
  console.log(JSON.stringify(Object.fromEntries([...told].sort())))
  // Enough of each that is common.
  for (const code of ['IAP5010', 'IAP5011', 'IAP5022', 'IAP5023', 'IAP5034'])
    expect(told.get(code) ?? 0, code).toBeGreaterThanOrEqual(POLICIES / 15)
})
