import type { PlainRule, Test } from './plain-policy.ts'

/** Whether something is permitted by these rules, which all are of one route, as one expression over the maps `caller` and `request`. */
export function writeCel(rules: readonly PlainRule[]): string {
  const all = (effect: PlainRule['effect']) => disjunction(rules.filter((rule) => rule.effect === effect).map(writeRule))
  return `!(${all('forbid')}) && (${all('permit')})`
}

function writeRule({ to, when }: PlainRule): string {
  return `(${disjunction(to.map(conjunction))}) && ${conjunction(when)}`
}

function disjunction(expressions: readonly string[]): string {
  return expressions.length === 0 ? 'false' : expressions.map((one) => `(${one})`).join(' || ')
}

function conjunction(tests: readonly Test[]): string {
  return tests.length === 0 ? 'true' : tests.map(writeTest).join(' && ')
}

function writeTest(test: Test): string {
  const { field } = test
  switch (test.op) {
    case 'at-least':
      return `${field} >= ${test.value}`
    case 'at-most':
      return `${field} <= ${test.value}`
    case 'among':
      return `${field} in [${test.values.map((one) => JSON.stringify(one)).join(', ')}]`
    case 'contains':
      return `${JSON.stringify(test.value)} in ${field}`
    case 'lacks':
      return `!(${JSON.stringify(test.value)} in ${field})`
    case 'starts':
      return `${field}.startsWith(${JSON.stringify(test.value)})`
    case 'same':
      return `${field} == ${test.other}`
    case 'true':
      return field
  }
}
