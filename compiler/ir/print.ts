import type { IdentityIr, OutcomeIr, PolicyIr, Program, RouteIr, Step } from './policy.ts'
import { printExpression } from './print-expression.ts'

/** The text form of the IR: stable, a line an item. */
export function print(policy: PolicyIr): string {
  return [...policy.identities.flatMap(printIdentity), ...policy.routes.flatMap(printRoute), ''].join('\n')
}

function printIdentity({ name, methods, claims, roles }: IdentityIr): readonly string[] {
  return [
    `identity ${name} via ${methods.join(', ')} { ${[...claims.keys()].join(', ')} }`,
    ...roles.map(({ name: role, word, bit, test }) => `  role ${role} ${word}:${bit} when ${printExpression(test)}`),
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

/** Steps that only the trace has are marked so. */
export function printProgram(program: Program): readonly string[] {
  const deciding = new Set(program.decide.map(({ rule }) => rule))
  const steps = program.trace.map((step) => `${deciding.has(step.rule) ? '' : 'trace only: '}${printStep(step)}`)
  return [...steps, `otherwise ${printOutcome(program.otherwise)}`]
}

function printStep({ stage, effect, rule, test, outcome }: Step): string {
  return `${stage} ${effect} ${rule} ${printExpression(test)} → ${printOutcome(outcome)}`
}

function printOutcome({ effect, reason }: OutcomeIr): string {
  return reason === null ? effect : `${effect} ${JSON.stringify(reason)}`
}
