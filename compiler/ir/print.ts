import { chain, TRUE } from './build.ts'
import type { DecisionStep, IdentityIr, PolicyIr, Program, RequirementIr, RouteIr } from './policy.ts'
import { printExpression, printOperand } from './print-expression.ts'

/** Formats the IR of a policy as text, one item per line, for tests and debugging. Equal IR gives equal text. */
export function print(policy: PolicyIr): string {
  return [...policy.identities.flatMap(printIdentity), ...policy.routes.flatMap(printRoute), ''].join('\n')
}

function printIdentity({ name, methods, claims, roles }: IdentityIr): readonly string[] {
  return [
    `identity ${name} via ${methods.join(', ')} { ${[...claims.keys()].join(', ')} }`,
    ...roles.map(({ name: role, word, bit, data, test }) => {
      const given = data.length === 0 ? '' : ` given ${data.join(', ')}`
      return `  role ${role} ${word}:${bit}${given} when ${printExpression(test)}`
    }),
  ]
}

function printRoute(route: RouteIr): readonly string[] {
  return [
    `route ${route.name} ${route.methods?.join(', ') ?? 'ANY'} ${JSON.stringify(route.template)}`,
    '  anonymous',
    ...printProgram(route.anonymous).map((line) => `    ${line}`),
    '  authenticated',
    ...printProgram(route.authenticated).map((line) => `    ${line}`),
  ]
}

/**
 * Formats a program's rules in the order of `decide`, one per line. Marks those that only traces use. The last line is the
 * outcome if no rule applies.
 */
export function printProgram({ decide, trace, signIn }: Program): readonly string[] {
  const deciding = new Set(decide.map(({ rule }) => rule))
  const others = trace.filter(({ rule }) => !deciding.has(rule))
  const traced = new Map(trace.map((step) => [step.rule, step]))
  const lines: string[] = []
  const before = (step: DecisionStep | null) => {
    while (others[0] !== undefined && (step === null || isBefore(others[0], step))) {
      const next = others.shift() as DecisionStep
      lines.push(`${next.shadow ? '' : 'trace only: '}${printStep(next, next)}`)
    }
  }
  for (const step of decide) {
    before(step)
    lines.push(printStep(step, traced.get(step.rule) ?? step))
  }
  before(null)
  return [...lines, `otherwise ${signIn ? 'unauthenticated' : 'deny "default"'}`]
}

function isBefore(one: DecisionStep, other: DecisionStep): boolean {
  return one.stage < other.stage || (one.stage === other.stage && one.rule < other.rule)
}

/** @param traced the trace's version of the step, which has separate clauses */
function printStep(step: DecisionStep, traced: DecisionStep): string {
  const { stage, effect, rule, shadow, test, requires, limit, headers, open, because, unsure } = step
  const apart = printApart(traced)
  const parts = [`${shadow ? 'shadow ' : ''}${stage} ${effect} ${rule} ${printExpression(test)}`]
  for (const one of requires) parts.push(`${effect === 'permit' ? 'require' : 'unless'} ${printRequirement(one)}`)
  if (limit !== null)
    parts.push(`limit ${limit.count} per ${limit.per}${limit.by === null ? '' : ` by ${printExpression(limit.by)}`}`)
  for (const { name, value } of headers) parts.push(`header ${JSON.stringify(name)} ${printExpression(value)}`)
  if (apart !== null) parts.push(`apart ${apart}`)
  if (open !== null) parts.push(`open ${printExpression(open)}`)
  if (because !== null) parts.push(`because ${JSON.stringify(because)}`)
  const given = [...unsure.headers.map((name) => `header:${JSON.stringify(name)}`), ...unsure.data.map((name) => `data:${name}`)]
  if (given.length > 0) parts.push(`given ${given.join(', ')}`)
  return parts.join(' ')
}

/** Prints `to` and the clauses if their conjunction is not literally the test; else returns null. */
function printApart({ test, to, clauses }: DecisionStep): string | null {
  if (clauses.length === 0) return null
  const first = to === TRUE ? [] : [{ expression: to, guards: [] }]
  const whole = clauses.map(({ guards, expression }) => ({ expression, guards: guards.map((at) => at + first.length) }))
  if (printExpression(chain('&&', [...first, ...whole])) === printExpression(test)) return null
  return [printExpression(to), ...clauses.map(printOperand)].join('; ')
}

function printRequirement({ what, values, within }: RequirementIr): string {
  const named = [what, ...values.map((value) => JSON.stringify(value))].join(' ')
  return within === null ? named : `${named} within ${within}`
}
