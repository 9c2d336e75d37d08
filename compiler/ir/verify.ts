/** The IR's own checker: run between passes in tests. What it finds is a mistake of the compiler. */
import { BOOL, isScalar, isString, joinTypes, STRING, showType, type Type } from '../../language/semantics/types/type.ts'
import type { Chain, Expr } from './expression.ts'
import type { IdentityIr, PolicyIr, Program, RouteIr } from './policy.ts'
import { printExpression } from './print-expression.ts'
import { children } from './visit.ts'

/** Throws with every problem; returns the policy, so that it can stand between passes. */
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
  const where = { policy, params: route.params }
  return [
    ...verifyProgram(route.anonymous, where).map((problem) => `route ${route.name}, anonymous: ${problem}`),
    ...verifyProgram(route.authenticated, where).map((problem) => `route ${route.name}, authenticated: ${problem}`),
  ]
}

function verifyProgram({ decide, trace }: Program, where: Where): readonly string[] {
  const problems: string[] = []
  const traced = new Set(trace.map(({ rule }) => rule))
  for (const { rule } of decide) if (!traced.has(rule)) problems.push(`${rule} is not traced`)
  for (const steps of [decide, trace]) {
    for (const [at, { rule, stage, test }] of steps.entries()) {
      const before = steps[at - 1]
      const sorted = before === undefined || before.stage < stage || (before.stage === stage && before.rule < rule)
      if (!sorted) problems.push(`${rule} is out of order`)
      if (test.type.kind !== 'bool') problems.push(`${rule} tests a ${showType(test.type)}`)
      problems.push(...verifyExpression(test, where).map((problem) => `${rule}: ${problem}`))
    }
  }
  return problems
}

interface Where {
  readonly policy: PolicyIr
  /** Null where no request is read. */
  readonly params: readonly string[] | null
}

function verifyExpression(expression: Expr, where: Where): string[] {
  const problems = children(expression).flatMap((child) => verifyExpression(child, where))
  const problem = problemOf(expression, where)
  if (problem !== null) problems.push(`${problem}: ${printExpression(expression)}`)
  if (expression.fails !== fails(expression))
    problems.push(`marked ${expression.fails ? 'failing' : 'safe'}: ${printExpression(expression)}`)
  return problems
}

function fails(expression: Expr): boolean {
  if (expression.kind === 'Arithmetic' && expression.type.kind === 'int') return true
  return children(expression).some((child) => child.fails)
}

/** What is wrong with an expression, its children being right. */
function problemOf(expression: Expr, where: Where): string | null {
  switch (expression.kind) {
    case 'Const':
      return isScalar(expression.type) && fitsConst(expression.value, expression.type) ? null : 'wrong constant'
    case 'Param':
      return where.params?.[expression.index] === expression.name ? null : 'no such parameter'
    case 'CallerField':
      return where.policy.callerFields.includes(expression.name) ? null : 'no such field'
    case 'RoleTest':
      return expression.word < where.policy.roleWords && expression.mask > 0 && expression.mask < 2 ** 31 ? null : 'no such roles'
    case 'IdentityTest':
      return where.policy.identities[expression.index]?.name === expression.name ? null : 'no such identity'
    case 'RequestField':
    case 'Header':
    case 'HeaderTest':
      return where.params === null ? 'a role reads the request' : null
    case 'Absent':
      return null
    case 'Field':
      return expression.object.type.kind === 'record' && expression.object.type.fields.has(expression.name)
        ? null
        : 'no such field'
    case 'MapRead':
      return expression.map.type.kind === 'map' && isString(expression.key.type) ? null : 'no map read by a string'
    case 'Present':
      return null
    case 'Chain':
      return problemOfChain(expression)
    case 'Not':
      return expression.operand.type.kind === 'bool' ? null : 'not of no bool'
    case 'Conditional': {
      const joined = joinTypes(expression.then.type, expression.otherwise.type)
      return expression.test.type.kind === 'bool' && joined !== null ? null : 'wrong conditional'
    }
    case 'Compare':
      return isOrdered(expression.left.type) && joinTypes(expression.left.type, expression.right.type) ? null : 'no order'
    case 'Equal':
      return isComparable(expression.left.type) && joinTypes(expression.left.type, expression.right.type) ? null : 'no equality'
    case 'In':
      return isWithin(expression.element.type, expression.collection.type) ? null : 'no membership'
    case 'Arithmetic':
      return isNumber(expression.left.type) && expression.left.type.kind === expression.right.type.kind ? null : 'no arithmetic'
    case 'Negate':
      return isNumber(expression.operand.type) ? null : 'no number'
    case 'Concat':
      return isString(expression.type) || expression.type.kind === 'list' ? null : 'no concatenation'
    case 'Collect':
      return expression.type.kind === 'list' || expression.type.kind === 'set' ? null : 'no collection'
    case 'TextTest':
      return isString(expression.text.type) && isString(expression.part.type) ? null : 'no strings'
    case 'ChangeCase':
      return isString(expression.operand.type) ? null : 'no string'
    case 'Size':
      return isString(expression.operand.type) || ['list', 'set', 'map'].includes(expression.operand.type.kind) ? null : 'no size'
  }
}

function problemOfChain({ operands }: Chain): string | null {
  if (operands.length < 2) return 'a chain of less than two'
  if (operands.some(({ expression }) => expression.type.kind !== BOOL.kind)) return 'a chain of no bools'
  const wild = operands.some(({ guards }, at) => guards.some((guard) => !Number.isInteger(guard) || guard < 0 || guard >= at))
  return wild ? 'a guard is not before what it guards' : null
}

function fitsConst(value: boolean | number | string, type: Type): boolean {
  if (type.kind === 'bool') return typeof value === 'boolean'
  if (type.kind === 'int') return Number.isSafeInteger(value)
  return type.kind === 'double' ? Number.isFinite(value) : typeof value === 'string'
}

function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'double'
}

function isOrdered(type: Type): boolean {
  return isNumber(type) || isString(type)
}

function isComparable(type: Type): boolean {
  return isScalar(type) || ((type.kind === 'list' || type.kind === 'set') && isScalar(type.element))
}

function isWithin(element: Type, collection: Type): boolean {
  if (collection.kind === 'map') return joinTypes(element, STRING) !== null
  if (collection.kind !== 'list' && collection.kind !== 'set') return false
  return isScalar(element) && joinTypes(element, collection.element) !== null
}
