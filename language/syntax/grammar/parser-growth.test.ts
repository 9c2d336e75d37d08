/** In a file of its own, as counting steps slows the tests of `parser.test.ts`. */
import { expect, test } from 'vitest'
import { stepsOf } from '../../../tests/support/steps.ts'
import { parse } from '../../parse.ts'

test('the work for a rule does not grow with their number', () => {
  const rules = Array.from(
    { length: 10_000 },
    (_, at) =>
      `permit rule_${at}\n  on orders.read_${at}, label pii\n  to staff\n  when caller.level >= ${at} && "a" in caller.groups\n`,
  )
  const steps = (count: number) =>
    stepsOf(() =>
      expect(parse({ name: 'a.iap', text: rules.slice(0, count).join('\n') }).result.declarations).toHaveLength(count),
    )
  expect(steps(10_000)).toBeLessThan(5 * steps(2_500))
})
