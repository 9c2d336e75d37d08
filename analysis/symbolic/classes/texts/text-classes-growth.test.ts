/** In a file of its own, as counting steps slows the random tests of `text-classes.test.ts`. */
import { expect, test } from 'vitest'
import { stepsOf } from '../../../../tests/support/steps.ts'
import { textClasses } from './text-classes.ts'
import type { TextTest } from './text-test.ts'

test('the classes of a thousand constants are a thousand and one, with work that grows as they do', () => {
  const all = Array.from({ length: 1000 }, (_, at): TextTest => ({ kind: 'equals', text: `user-${at}@shop.example` }))
  expect(textClasses(all)).toHaveLength(1001)
  const steps = (count: number) => stepsOf(() => textClasses(all.slice(0, count)))
  expect(steps(1000)).toBeLessThan(5 * steps(250))
})
