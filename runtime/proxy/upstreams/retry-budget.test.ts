import { beforeEach, expect, test } from 'vitest'
import { RetryBudget } from './retry-budget.ts'

let now: number
let budget: RetryBudget

beforeEach(() => {
  now = 12_345
  budget = new RetryBudget(0.2, () => now)
})

function requests(count: number): void {
  for (let i = 0; i < count; i++) budget.request()
}

/** How many more are allowed now. */
function spendAll(): number {
  for (let spent = 0; ; spent++) {
    if (!budget.allows()) return spent
    budget.spend()
  }
}

test('ten in ten seconds, however few requests there are', () => {
  expect(spendAll()).toBe(10)
  now += 9_000
  expect(spendAll()).toBe(0)
  now += 1_000
  expect(spendAll()).toBe(10)
})

test('a share of the requests of the last ten seconds', () => {
  for (let i = 0; i < 10; i++) {
    requests(100)
    now += 1000
  }
  // The first hundred are too long ago by now.
  expect(spendAll()).toBe(180)
  requests(50)
  expect(spendAll()).toBe(10)
})

test('what was spent comes back when it is ten seconds ago', () => {
  requests(1000)
  expect(spendAll()).toBe(200)
  now += 5_000
  requests(1000)
  expect(spendAll()).toBe(200)
  now += 5_000
  // 1000 requests are left, and so are 200 retries.
  expect(spendAll()).toBe(0)
  now += 5_000
  expect(spendAll()).toBe(10)
})

test('long silence is as good as none', () => {
  requests(1000)
  spendAll()
  now += 3_600_000
  expect(spendAll()).toBe(10)
})
