import { expect, test } from 'vitest'
import { RandomExpressions, random, randomWorld } from '../testing/random-expression/index.ts'
import { ERROR, evaluateIr } from './evaluation/evaluate.ts'
import { printExpression } from './index.ts'
import { rangeOf } from './int-range.ts'

test('an int is within its range, whatever it is made of', () => {
  let known = 0
  let values = 0
  for (let round = 0; round < 3_000; round += 1) {
    const next = random(round)
    const expression = new RandomExpressions(next).int(1 + next(3))
    const { least, most } = rangeOf(expression)
    if (least > Number.MIN_SAFE_INTEGER || most < Number.MAX_SAFE_INTEGER) known += 1
    for (let request = 0; request < 3; request += 1) {
      const value = evaluateIr(expression, randomWorld(next))
      if (value === ERROR) {
        expect(expression.fails, printExpression(expression)).toBe(true)
        continue
      }
      values += 1
      expect(value, printExpression(expression)).toBeGreaterThanOrEqual(least)
      expect(value, printExpression(expression)).toBeLessThanOrEqual(most)
    }
  }
  // A test of the test.
  expect(known).toBeGreaterThan(500)
  expect(values).toBeGreaterThan(3_000)
})
