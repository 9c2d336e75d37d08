import type { CedarEntity, CedarJob } from './job.ts'
import type { PlainQuestion, PlainRule, Test } from './plain-policy.ts'

const APPLICATION = { type: 'Application', id: 'all' } as const

export function writeCedar(rules: readonly PlainRule[], questions: readonly PlainQuestion[]): CedarJob {
  return {
    policies: rules.map(writeRule).join('\n'),
    entities: null,
    questions: questions.map(({ who, route, caller, request }) => {
      const principal = { type: 'Caller', id: String(who) }
      const entity: CedarEntity = { uid: principal, attrs: caller, parents: [] }
      return { principal, action: { type: 'Action', id: route }, resource: APPLICATION, context: request, slice: [entity] }
    }),
  }
}

function writeRule({ effect, routes, to, when }: PlainRule): string {
  const actions = routes.map((route) => `Action::${JSON.stringify(route)}`)
  const action = actions.length === 1 ? `action == ${actions[0]}` : `action in [${actions.join(', ')}]`
  const who = to.map((tests) => `(${conjunction(tests)})`).join(' || ')
  return `${effect} (principal, ${action}, resource) when { (${who}) && ${conjunction(when)} };`
}

function conjunction(tests: readonly Test[]): string {
  return tests.length === 0 ? 'true' : tests.map(writeTest).join(' && ')
}

function writeTest(test: Test): string {
  const field = test.field.replace(/^caller\./, 'principal.').replace(/^request\./, 'context.')
  switch (test.op) {
    case 'at-least':
      return `${field} >= ${test.value}`
    case 'at-most':
      return `${field} <= ${test.value}`
    case 'among':
      return `[${test.values.map((one) => JSON.stringify(one)).join(', ')}].contains(${field})`
    case 'contains':
      return `${field}.contains(${JSON.stringify(test.value)})`
    case 'lacks':
      return `!${field}.contains(${JSON.stringify(test.value)})`
    case 'starts':
      return `${field} like ${JSON.stringify(`${test.value}*`)}`
    case 'same':
      return `${field} == ${test.other.replace(/^caller\./, 'principal.').replace(/^request\./, 'context.')}`
    case 'true':
      return field
  }
}
