import type { RegoJob } from './job.ts'
import { byRoute, type PlainQuestion, type PlainRule, type Test } from './plain-policy.ts'

/** Rules in Rego, which OPA finds by the route that they begin with. */
export function writeRego(rules: readonly PlainRule[], questions: readonly PlainQuestion[]): RegoJob {
  const written = rules.flatMap(({ effect, routes, to, when }) =>
    routes.flatMap((route) =>
      to.map((tests) => {
        const steps = [`input.route == ${JSON.stringify(route)}`, ...[...tests, ...when].map(writeTest)]
        return `${effect === 'permit' ? 'permitted' : 'forbidden'} if {\n  ${steps.join('\n  ')}\n}\n`
      }),
    ),
  )
  return { module: `${HEAD}${written.join('\n')}`, data: {}, questions }
}

const HEAD = `package bench

default allow := false
default permitted := false
default forbidden := false

allow if {
  permitted
  not forbidden
}

`

function writeTest(test: Test): string {
  const field = `input.${test.field}`
  switch (test.op) {
    case 'at-least':
      return `${field} >= ${test.value}`
    case 'at-most':
      return `${field} <= ${test.value}`
    case 'among':
      return `${field} in {${test.values.map((one) => JSON.stringify(one)).join(', ')}}`
    case 'contains':
      return `${JSON.stringify(test.value)} in ${field}`
    case 'lacks':
      return `not ${JSON.stringify(test.value)} in ${field}`
    case 'starts':
      return `startswith(${field}, ${JSON.stringify(test.value)})`
    case 'same':
      return `${field} == input.${test.other}`
    case 'true':
      return field
  }
}

/** The same rules as data, and a few rules in Rego that read them. */
export function writeRegoData(rules: readonly PlainRule[], questions: readonly PlainQuestion[]): RegoJob {
  const ofRoute = (own: readonly PlainRule[], effect: PlainRule['effect']) =>
    own.filter((rule) => rule.effect === effect).map(({ to, when }) => ({ to: to.map(written), when: written(when) }))
  const routes = [...byRoute(rules)].map(([route, own]) => [
    route,
    { permits: ofRoute(own, 'permit'), forbids: ofRoute(own, 'forbid') },
  ])
  return { module: READS_DATA, data: { routes: Object.fromEntries(routes) }, questions }
}

const written = (tests: readonly Test[]) => tests.map((test) => ({ ...test, ...halves('field', test.field), ...otherOf(test) }))

function otherOf(test: Test): object {
  return test.op === 'same' ? halves('other', test.other) : {}
}

function halves(name: string, field: string): object {
  const [of, own] = field.split('.')
  return { [`${name}_of`]: of, [name]: own }
}

const READS_DATA = `package bench

default allow := false

allow if {
  some rule in data.routes[input.route].permits
  holds(rule)
  not forbidden
}

forbidden if {
  some rule in data.routes[input.route].forbids
  holds(rule)
}

holds(rule) if {
  some alternative in rule.to
  every test in alternative { passes(test) }
  every test in rule.when { passes(test) }
}

passes(test) if {
  test.op == "at-least"
  input[test.field_of][test.field] >= test.value
}

passes(test) if {
  test.op == "at-most"
  input[test.field_of][test.field] <= test.value
}

passes(test) if {
  test.op == "among"
  input[test.field_of][test.field] in test.values
}

passes(test) if {
  test.op == "contains"
  test.value in input[test.field_of][test.field]
}

passes(test) if {
  test.op == "lacks"
  not test.value in input[test.field_of][test.field]
}

passes(test) if {
  test.op == "starts"
  startswith(input[test.field_of][test.field], test.value)
}

passes(test) if {
  test.op == "same"
  input[test.field_of][test.field] == input[test.other_of][test.other]
}

passes(test) if {
  test.op == "true"
  input[test.field_of][test.field]
}
`
