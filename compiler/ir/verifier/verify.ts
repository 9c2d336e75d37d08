/** The IR's verifier, which tests run between passes. A problem is a bug of the compiler. */
import { isScalar, isString, showType } from '../../../language/checker/types/type.ts'
import type { Expr } from '../expression.ts'
import type { DecisionStep, IdentityIr, PolicyIr, Program, RouteIr } from '../policy.ts'
import { children } from '../visit.ts'
import { verifyExpression, type Where } from './verify-expression.ts'

/**
 * Verifies that the IR of a policy is well-formed. Returns the policy unchanged, so that calls can be chained.
 *
 * @throws Error that lists every problem
 */
export function verify(policy: PolicyIr): PolicyIr {
  const problems = [
    ...policy.identities.flatMap((identity) => verifyIdentity(identity, policy)),
    ...policy.routes.flatMap((route) => verifyRoute(route, policy)),
  ]
  if (problems.length > 0) throw new Error(`the IR is broken:\n${problems.join('\n')}`)
  return policy
}

function verifyIdentity({ name, roles }: IdentityIr, policy: PolicyIr): readonly string[] {
  const earlier = new Set<string>()
  return roles.flatMap(({ name: role, word, bit, test }) => {
    const problems = verifyExpression(test, { policy, params: null }).map((problem) => `role ${role} of ${name}: ${problem}`)
    if (test.type.kind !== 'bool' || test.fails) problems.push(`role ${role} of ${name} is no test that cannot fail`)
    for (const one of rolesRead(test))
      if (!earlier.has(one)) problems.push(`role ${role} of ${name} reads ${one}, which comes later`)
    earlier.add(`${word}:${bit}`)
    return problems
  })
}

function rolesRead(expression: Expr): readonly string[] {
  if (expression.kind !== 'RoleTest') return children(expression).flatMap(rolesRead)
  return Array.from({ length: 31 }, (_, bit) => bit)
    .filter((bit) => (expression.mask & (1 << bit)) !== 0)
    .map((bit) => `${expression.word}:${bit}`)
}

function verifyRoute(route: RouteIr, policy: PolicyIr): readonly string[] {
  const where = { policy, params: route.params, seen: new WeakSet<Expr>() }
  return [
    ...verifyProgram(route.anonymous, where).map((problem) => `route ${route.name}, anonymous: ${problem}`),
    ...verifyProgram(route.authenticated, where).map((problem) => `route ${route.name}, authenticated: ${problem}`),
  ]
}

function verifyProgram({ decide, trace }: Program, where: Where): readonly string[] {
  const problems: string[] = []
  const traced = new Set(trace.map(({ rule }) => rule))
  for (const { rule } of decide) if (!traced.has(rule)) problems.push(`${rule} is not traced`)
  for (const [at, step] of trace.entries()) {
    const before = trace[at - 1]
    const sorted = before === undefined || before.stage < step.stage || (before.stage === step.stage && before.rule < step.rule)
    if (!sorted) problems.push(`${step.rule} is out of order`)
  }
  problems.push(...outOfOrder(decide).map((rule) => `${rule} is out of order in \`decide\``))
  for (const step of new Set([...decide, ...trace]))
    problems.push(...verifyStep(step, where).map((problem) => `${step.rule}: ${problem}`))
  return problems
}

/** Only the first forbid that holds, and the first permit with requirements, depend on the order within a stage. */
function outOfOrder(steps: readonly DecisionStep[]): readonly string[] {
  let [floor, highest] = ['', '']
  return steps.flatMap((step, at) => {
    const before = steps[at - 1]
    const { stage, effect, because, requires, rule } = step
    if (before?.stage !== stage) [floor, highest] = ['', '']
    else if (effect === 'forbid' && before.because !== because) floor = highest
    const isOrdered = effect === 'forbid' || requires.length > 0
    const late = (before !== undefined && before.stage > stage) || (isOrdered && rule <= floor)
    if (isOrdered && rule > highest) highest = rule
    if (effect === 'permit') floor = highest
    return late ? [rule] : []
  })
}

function verifyStep({ test, to, clauses, open, limit, headers }: DecisionStep, where: Where): readonly string[] {
  const parts = [test, to, ...clauses.map(({ expression }) => expression), open, limit?.by, ...headers.map(({ value }) => value)]
  const problems = parts.flatMap((part) => (part ? verifyExpression(part, where) : []))
  if (test.type.kind !== 'bool') problems.push(`tests a ${showType(test.type)}`)
  if (to.type.kind !== 'bool' || to.fails) problems.push('is to whom a test that may err says')
  for (const [at, { expression, guards }] of clauses.entries()) {
    if (expression.type.kind !== 'bool') problems.push(`has a clause that is a ${showType(expression.type)}`)
    if (guards.some((guard) => guard < 0 || guard >= at)) problems.push('has a clause that is guarded from behind')
  }
  if (open !== null && open.type.kind !== 'bool') problems.push(`is open by a ${showType(open.type)}`)
  if (limit?.by && !isScalar(limit.by.type)) problems.push(`is limited by a ${showType(limit.by.type)}`)
  for (const { name, value } of headers) if (!isString(value.type)) problems.push(`sets ${name} to a ${showType(value.type)}`)
  return problems
}
