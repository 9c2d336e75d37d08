import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RESETS, ResetBudget } from './reset-budget.ts'

test('a burst is allowed, and not one more', () => {
  const budget = new ResetBudget(() => 0)
  for (let reset = 0; reset < RESETS.burst; reset++) expect(budget.exceeds()).toBe(false)
  expect(budget.exceeds()).toBe(true)
})

test('each second allows some more', () => {
  let now = 0
  const budget = new ResetBudget(() => now)
  for (let reset = 0; reset < RESETS.burst; reset++) budget.exceeds()
  now = 2000
  for (let reset = 0; reset < 2 * RESETS.perSecond; reset++) expect(budget.exceeds()).toBe(false)
  expect(budget.exceeds()).toBe(true)
})

test('the documentation names these numbers', () => {
  const page = readFileSync(new URL('../../../docs/reference/running.md', import.meta.url), 'utf8')
  expect(page).toContain(
    `A client may reset ${RESETS.burst} requests, and ${RESETS.perSecond} more a second; then the connection is closed |`,
  )
})
