import { describe, expect, test } from 'vitest'
import type { ExplainedRule } from '../../runtime/abi/index.ts'
import { interpreted, type Meaning } from './disagreement.ts'
import { wrongExplanation } from './otherwise.ts'
import { readPolicy } from './read-policy.ts'

const read = readPolicy({
  'policy.iap': `
    identity staff via jwt { sub: string, level?: int, quota: int }
    service api at "api.example" {
      route read GET "/a/{id}"
      route pay  POST "/b" body { amount: int }
    }
    permit seniors on api.read to staff
      when   has(caller.level)
      when   caller.level > 3
      unless caller.quota * 9007199254740991 > 1
      when   params.id != "0"
      require mfa
      limit  1 per 1h by caller.sub
      header "x-a" = caller.sub
    permit others on api.read to staff when params.id == "9"
    permit pays on api.pay to staff when body.amount < 10 when caller.quota > 9
    forbid ten on api.* when params.?id.orValue("") == "10" unless mfa within 1h because "No."
  `,
})
if ('problems' in read) throw new Error(read.problems.join('\n'))
const { model } = read

function asked(path: string, claims: object = {}, method = 'GET') {
  const caller = { identity: 'staff', claims: { sub: 'ann', quota: 5, ...claims } }
  const request = { method, url: `https://api.example${path}`, caller }
  const meaning = interpreted(model, request, {})
  if (typeof meaning === 'string') throw new Error(meaning)
  return { request, meaning }
}

/** With another explanation than the right one. */
function told({ request, meaning }: ReturnType<typeof asked>, change: (rule: ExplainedRule) => ExplainedRule) {
  const rules = meaning.explanation.rules.map(change)
  const changed: Meaning = { ...meaning, explanation: { ...meaning.explanation, rules } }
  return wrongExplanation({ model, request, validators: 'needed' }, changed)
}

/** The clause at this place is told so. */
function saying(name: string, at: number, outcome: ExplainedRule['clauses'][number]['outcome']) {
  return (rule: ExplainedRule): ExplainedRule =>
    rule.rule === name ? { ...rule, clauses: rule.clauses.map((one, place) => (place === at ? { ...one, outcome } : one)) } : rule
}

describe('a right explanation', () => {
  test.each([
    ['of a default deny', asked('/a/0'), ['others', 'seniors']],
    ['with an error, which is absorbed', asked('/a/1', { level: 2 }), ['others', 'seniors']],
    ['of a forbid', asked('/a/10'), ['ten']],
    ['of a body that nobody read', asked('/b', {}, 'POST'), ['pays']],
    ['of a permit', asked('/a/9'), []],
    ['where no rule was asked', asked('/none'), []],
  ])('%s', (_, { request, meaning }, rules) => {
    const tried: string[] = []
    const wrong = wrongExplanation({ model, request, validators: 'needed' }, meaning, ({ rule }) => tried.push(rule))
    expect([wrong, tried]).toEqual([null, rules])
  })
})

describe('a wrong one', () => {
  const wrong = asked('/a/1', { level: 2 })
  test('says too little of a permit', () => {
    expect(told(wrong, saying('seniors', 1, 'true'))).toBe('seniors does not permit')
    // What erred is not made good by what is false beside it.
    expect(told(wrong, saying('seniors', 2, 'true'))).toBe('seniors does not permit')
    expect(told(wrong, saying('seniors', 6, 'true'))).toBe('seniors does not permit')
  })

  test('says too much of a permit', () => {
    expect(told(wrong, saying('seniors', 0, 'false'))).toBe('seniors permits without `has(caller.level)`')
  })

  test('says of a forbid what does not lift it', () => {
    const forbidden = asked('/a/10')
    expect(
      told(forbidden, (rule) => ({ ...rule, clauses: rule.clauses.map((one) => ({ ...one, outcome: 'not-evaluated' })) })),
    ).toBe('no clause lifts ten')
  })
})
