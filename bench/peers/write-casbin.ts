import type { PlainRule, Test } from './plain-policy.ts'

/** One row a route of a rule; `has` and `starts` are functions that the engine is given. */
export const CASBIN_MODEL = `
[request_definition]
r = caller, request, route

[policy_definition]
p = route, condition, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.route == p.route && eval(p.condition)
`

export function writeCasbin(rules: readonly PlainRule[]): string[][] {
  return rules.flatMap(({ effect, routes, to, when }) => {
    const who = to.map((tests) => `(${conjunction(tests)})`).join(' || ')
    return routes.map((route) => [route, `(${who}) && ${conjunction(when)}`, effect === 'permit' ? 'allow' : 'deny'])
  })
}

function conjunction(tests: readonly Test[]): string {
  return tests.length === 0 ? 'true' : tests.map(writeTest).join(' && ')
}

function writeTest(test: Test): string {
  const field = `r.${test.field}`
  switch (test.op) {
    case 'at-least':
      return `${field} >= ${test.value}`
    case 'at-most':
      return `${field} <= ${test.value}`
    case 'among':
      return `has([${test.values.map((one) => JSON.stringify(one)).join(', ')}], ${field})`
    case 'contains':
      return `has(${field}, ${JSON.stringify(test.value)})`
    case 'lacks':
      return `!has(${field}, ${JSON.stringify(test.value)})`
    case 'starts':
      return `starts(${field}, ${JSON.stringify(test.value)})`
    case 'same':
      return `${field} == r.${test.other}`
    case 'true':
      return field
  }
}
