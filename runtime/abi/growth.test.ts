/** How work grows with a policy and with a value. In a file of its own, as counting steps slows all tests that run beside it. */
import { expect, test } from 'vitest'
import { stepsOf } from '../../tests/support/steps.ts'
import { distinctJson } from './decode/distinct-json.ts'
import { createFind } from './routing/flat-tree.ts'
import { emptyTree, type Tree } from './routing/route-tree.ts'

const NO_PATTERNS = new Map<string, Tree>()

/** By each text, a path that ends there, by any method. */
function treeOf(texts: readonly string[]): Tree {
  const leaf = (any: number) => ({ ...emptyTree(), ends: { methods: [], routes: [], any } })
  return { ...emptyTree(), literals: new Map(texts.map((text, at) => [text, leaf(at)])) }
}

test('the work for a text does not grow with the number of texts', () => {
  const steps = (count: number) =>
    stepsOf(() => {
      const texts = Array.from({ length: count }, (_, at) => `resource-${at}`)
      const find = createFind(new Map([['h', treeOf(texts)]]), NO_PATTERNS)
      expect(texts.every((text, index) => find('h', 'GET', [text]) === index)).toBe(true)
      expect(find('h', 'GET', [`resource-${count}`])).toBe(-1)
    })
  expect(steps(4_000)).toBeLessThan(5 * steps(1_000))
})

test('lists are told apart with work that grows with their number', () => {
  const elements = Array.from({ length: 8_000 }, (_, at) => [at])
  const steps = (count: number) => stepsOf(() => expect(distinctJson(elements.slice(0, count))).toBe(true))
  expect(steps(8_000)).toBeLessThan(5 * steps(2_000))
})
