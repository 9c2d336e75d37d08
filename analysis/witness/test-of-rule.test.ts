import { expect, test } from 'vitest'
import { modelOf } from '../../compiler/testing/compile-text.ts'
import { runTests } from '../../compiler/testing/run-tests.ts'
import { interpret } from '../../interpreter/index.ts'
import { finish } from '../../language/steps.ts'
import { UNLIMITED } from '../budget.ts'
import { testOfRuleInSteps } from './test-of-rule.ts'

const DECLARED = `
identity staff via oidc { sub: string, level: "gold" | "silver", groups: set<string> }
identity partner via api_key { sub: string }
role support of staff when "support" in caller.groups
data assigned: map<string, set<string>>
service orders at "orders.example.com" {
  route read   GET  "/orders/{id}"
  route create POST "/orders" body { amount: int, currency: "EUR" | "USD" }
}
permit partners on orders.read to partner
permit creating on orders.create to staff when caller.level == "gold" && body.amount > 1000 && body.currency == "USD"
permit reading on orders.read to support when caller.sub in assigned && params.id in assigned[caller.sub]
permit never on orders.read to staff when caller.level == "gold" && caller.level == "silver"
permit strong on orders.create to staff require mfa
forbid blocked on * to partner when "x-blocked" in request.headers && request.headers["x-blocked"] == "yes"
shadow permit tried on orders.read to anyone
`

function testOf(name: string) {
  const model = modelOf(DECLARED)
  const rule = model.rules.find((one) => one.name === name)
  return rule === undefined ? null : finish(testOfRuleInSteps(model, rule, interpret, UNLIMITED))
}

/** Returns the results of the tests in a text, by the reference semantics. */
function resultsOf(text: string) {
  const model = modelOf(`${DECLARED}\n${text}`)
  return runTests(model, { evaluate: (request) => ({ ...interpret(model, request), revision: '' }) })
}

for (const [rule, ...parts] of [
  ['partners', 'as partner', '\n  GET ', 'expect permit by partners'],
  ['creating', 'level: "gold"', 'amount: 1001', 'currency: "USD"', 'expect permit by creating'],
  ['reading', 'groups: ["support"]', 'data assigned:', 'expect permit by reading'],
  ['strong', 'authenticated by mfa', 'expect permit by strong'],
  ['blocked', 'as partner', 'header "x-blocked": "yes"', 'expect deny by blocked'],
] as const)
  test(`a test of ${rule} has what the rule needs`, () => {
    const found = testOf(rule)
    for (const part of parts) expect(found?.text).toContain(part)
    expect(resultsOf(found?.text ?? '')).toMatchObject([{ passed: true }])
  })

test('the names that it mentions are known', () => {
  expect(testOf('reading')?.names).toEqual(['staff', 'assigned'])
})

test('a rule that never applies and a shadow rule have none', () => {
  expect(testOf('never')).toBeNull()
  expect(testOf('tried')).toBeNull()
})
