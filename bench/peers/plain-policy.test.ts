/** That what the peers are asked is what we are asked. Whether each peer says the same, `npm run bench -- decisions --peers` says. */
import { describe, expect, it } from 'vitest'
import { type ScenarioName, scenarios } from '../decisions/scenarios.ts'
import { openTraffic } from '../decisions/traffic.ts'
import type { Jobs, PlainJob } from './job.ts'
import { byRoute, type Field, type PlainQuestion, type PlainRule, type Test } from './plain-policy.ts'

describe.each([
  ['caller', 200],
  ['mixed', 200],
  ['hospital', 66],
] as const satisfies readonly (readonly [ScenarioName, number])[])('%s', (name, size) => {
  const scenario = scenarios[name](size)
  const asked = openTraffic(scenario, 6, 0).next(3_000)
  const jobs: Jobs = scenario.jobs(asked)
  const { rules, questions } = jobs.plain as PlainJob

  it('has as many rules', () => expect(rules).toHaveLength(size))

  it('is answered alike by hand', () => {
    const byHand = scenario.openByHand()
    const ofRoute = byRoute(rules)
    const answers = questions.map((question) => isPermitted(ofRoute.get(question.route) ?? [], question))
    expect(answers).toEqual(asked.map((one) => byHand.answer(one).endsWith(' permit')))
    expect(new Set(answers).size).toBe(2)
  })

  it('asks all peers the same', () => {
    expect(jobs.cedar.questions.map(({ action, context }) => [action.id, context])).toEqual(
      questions.map(({ route, request }) => [route, request]),
    )
    expect(jobs.rego.questions).toEqual(questions)
    expect(jobs.regoData?.questions).toEqual(questions)
  })
})

function isPermitted(rules: readonly PlainRule[], question: PlainQuestion): boolean {
  const holding = rules.filter(({ to, when }) => {
    const hold = (tests: readonly Test[]) => tests.every((test) => holds(test, question))
    return to.some(hold) && hold(when)
  })
  return holding.length > 0 && holding.every(({ effect }) => effect === 'permit')
}

function holds(test: Test, { caller, request }: PlainQuestion): boolean {
  const read = (field: Field) => (field.startsWith('caller.') ? caller : request)[field.split('.')[1] as string]
  const value = read(test.field)
  switch (test.op) {
    case 'at-least':
      return (value as number) >= test.value
    case 'at-most':
      return (value as number) <= test.value
    case 'among':
      return test.values.includes(value as string)
    case 'contains':
      return (value as readonly string[]).includes(test.value)
    case 'lacks':
      return !(value as readonly string[]).includes(test.value)
    case 'starts':
      return (value as string).startsWith(test.value)
    case 'same':
      return value === read(test.other)
    case 'true':
      return value === true
  }
}
