/** Simplifies negations, choices and comparisons. */
import { isScalar, type Type } from '../../../language/checker/types/type.ts'
import * as build from '../../ir/build.ts'
import type { Chain, Compare, CompareOperator, Conditional, Equal, Expr, In, Not } from '../../ir/index.ts'

/** Simplifies a negated test: `!(a < b)` becomes `a >= b`, and `!(a || b)` becomes `!a && !b`. */
export function simplifyNot({ operand }: Not): Expr | null {
  switch (operand.kind) {
    case 'Not':
      return operand.operand
    case 'Compare':
      return isTotal(operand.left.type) ? build.compare(OPPOSITE[operand.operator], operand.left, operand.right) : null
    case 'Chain':
      return worthTurning(operand) ? turned(operand) : null
    default:
      return null
  }
}

/** The operator of the negated test. With a NaN no comparison is true. */
const OPPOSITE = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const satisfies Record<CompareOperator, CompareOperator>

function isTotal({ kind }: Type): boolean {
  return kind !== 'double'
}

/** Whether JavaScript can negate all operands but one as briefly; excludes merged role tests. */
function worthTurning({ operands }: Chain): boolean {
  const roles = operands.filter(({ expression }) => expression.kind === 'RoleTest').length
  return roles < 2 && operands.filter(({ expression }) => !turns(expression)).length < 2
}

function turns(expression: Expr): boolean {
  switch (expression.kind) {
    case 'Not':
    case 'Equal':
    case 'RoleTest':
    case 'IdentityTest':
    case 'HeaderTest':
    case 'Present':
    case 'Const':
      return true
    case 'Compare':
      return isTotal(expression.left.type)
    case 'Chain':
      return worthTurning(expression)
    default:
      return false
  }
}

/** A guard that is true in an `&&` is false in the negated `||`. */
function turned({ operator, operands }: Chain): Expr {
  return build.chain(
    operator === '&&' ? '||' : '&&',
    operands.map((operand) => ({ ...operand, expression: negated(operand.expression) })),
  )
}

function negated(expression: Expr): Expr {
  if (expression.kind === 'Const') return expression.value === true ? build.FALSE : build.TRUE
  const whole = build.not(expression)
  return simplifyNot(whole) ?? whole
}

/** Turns a choice between constants into a test, and removes one whose branches are equal. An error of the test stays. */
export function simplifyConditional({ test, then, otherwise, type }: Conditional): Expr | null {
  if (test.kind === 'Not') return build.conditional(test.operand, otherwise, then, type)
  if (type.kind !== 'bool') return null
  const [first, second] = [constantOf(then), constantOf(otherwise)]
  if (first === true && second === false) return test
  if (first === false && second === true) return negated(test)
  // A following operand of `&&` would absorb the test's error.
  if (test.fails) return null
  if (second === false) return guarded('&&', test, then)
  if (first === true) return guarded('||', test, otherwise)
  if (first === false) return guarded('&&', negated(test), otherwise)
  return second === true ? guarded('||', negated(test), then) : null
}

function constantOf(expression: Expr): unknown {
  return expression.kind === 'Const' ? expression.value : undefined
}

/** Chains two operands, of which the first guards the second. */
function guarded(operator: '&&' | '||', first: Expr, second: Expr): Expr {
  return build.chain(operator, [
    { expression: first, guards: [] },
    { expression: second, guards: [0] },
  ])
}

const MIRRORED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const satisfies Record<CompareOperator, CompareOperator>

/** Rewrites a comparison with a constant on the left so that it is on the right: `3 < x` becomes `x > 3`. Null for others. */
export function turnComparison({ operator, left, right }: Compare): Expr | null {
  return left.kind === 'Const' && right.kind !== 'Const' ? build.compare(MIRRORED[operator], right, left) : null
}

/**
 * Moves a constant to the right of an equality. An equality with `true` or `false` becomes the other operand, or its negation.
 */
export function simplifyEqual({ left, right }: Equal): Expr | null {
  if (left.kind === 'Const' && right.kind !== 'Const') return build.equal(right, left)
  if (right.kind !== 'Const' || left.kind === 'Const') return null
  if (right.value === true) return left
  if (right.value === false) return negated(left)
  return right.value === null && left.kind === 'Optional' ? absence(left.target) : null
}

/** Returns the test that something is missing. */
function absence(target: Expr): Expr | null {
  const there = presenceTest(target)
  return there === null ? null : negated(there)
}

/**
 * Returns a test whether an optional value is present, without reading the value. Returns null if there is no such test for this
 * kind of expression.
 */
export function presenceTest(target: Expr): Expr | null {
  switch (target.kind) {
    case 'CallerField':
    case 'Field':
    case 'Mtls':
      return build.present(target)
    case 'Header':
      return build.headerTest(target.name)
    case 'MapRead':
      return build.within(target.key, target.map)
    default:
      return null
  }
}

/** Simplifies membership in a list literal: membership in one element becomes an equality, and duplicates are removed. */
export function simplifyIn({ element, collection }: In): Expr | null {
  if (collection.kind !== 'Collect' || !isScalar(element.type)) return null
  const { elements, type } = collection
  const [only] = elements
  if (only !== undefined && elements.length === 1) return build.equal(element, only)
  const seen = new Set<unknown>()
  const distinct = elements.filter((one) => one.kind !== 'Const' || (!seen.has(one.value) && seen.add(one.value)))
  return distinct.length === elements.length ? null : build.within(element, build.collect(distinct, type))
}
