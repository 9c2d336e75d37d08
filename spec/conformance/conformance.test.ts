/** Every case, by both meanings: the interpreter, and the compiled module under `evaluate`. The proxy is asked in `wire.test.ts`. */
import { describe, expect, test } from 'vitest'
import { interpretWithTrace } from '../../interpreter/index.ts'
import { evaluateExplained } from '../../runtime/policy/index.ts'
import { compiledPolicy } from '../differential/compiled-policy.ts'
import { Coverage, showCounts } from '../differential/coverage/index.ts'
import { expectedExplanation } from '../differential/expected-explanation.ts'
import { compared, expected, readConstructs } from './cases.ts'
import { fitsSchemaOf } from './fits-schema.ts'

const constructs = readConstructs()
const coverage = new Coverage()

for (const { name, model, cases } of constructs) {
  describe(name, () => {
    const policy = compiledPolicy(model)
    const plain = compiledPolicy(model, { passes: [] })
    const fitsSchema = fitsSchemaOf(model)
    test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
      const interpreted = interpretWithTrace(model, one.request, { observe: coverage.observer(model), fitsSchema })
      coverage.decided(model, one.request, interpreted)
      expect(compared(interpreted.answer), 'interpreter').toEqual(expected(one))
      const why = expectedExplanation(model, interpreted)
      for (const [how, asked] of [
        ['compiled', policy],
        ['compiled without passes', plain],
      ] as const) {
        const { answer, explanation } = evaluateExplained(asked, one.request)
        expect(compared(answer), how).toEqual(expected(one))
        expect(explanation, how).toEqual(why)
      }
    })
  })
}

describe('the suite', () => {
  const cases = constructs.flatMap((construct) => construct.cases)

  test('has at least 150 decisions, and each construct at least five', () => {
    expect(cases.length).toBeGreaterThanOrEqual(150)
    for (const construct of constructs) expect(construct.cases.length, construct.name).toBeGreaterThanOrEqual(5)
  })

  test('names each case once in its folder', () => {
    for (const construct of constructs) expect(new Set(construct.cases.map(({ name }) => name)).size).toBe(construct.cases.length)
  })

  test('has each effect at least five times', () => {
    const effects = ['permit', 'deny by a rule', 'deny by default', 'deny by no-route', 'unauthenticated', 'reject']
    const counts = new Map<string, number>()
    for (const {
      expect: { effect, rules = [], reason },
    } of cases) {
      const name = effect === 'deny' ? `deny by ${rules.length > 0 ? 'a rule' : reason}` : effect
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    for (const effect of effects) expect(counts.get(effect) ?? 0, effect).toBeGreaterThanOrEqual(5)
  })

  test('decides by each construct of the language at least five times', () => {
    console.log(`${cases.length} cases in ${constructs.length} folders\n${showCounts(coverage.counts(), 5)}`)
    expect(coverage.counts().filter(([, count]) => count < 5)).toEqual([])
  })
})
