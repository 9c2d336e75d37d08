import { isTime } from '../../../language/checker/types/type.ts'
import type { Expr, Shared } from '../../ir/index.ts'
import type { FunctionScope } from '../function-scope.ts'

/**
 * Returns whether a time is computed rather than read, so that its code may be a `Moment`. Conservative: may return true for a
 * time that is read.
 */
export function isWorkedOut(expression: Expr, scope: FunctionScope): boolean {
  if (!isTime(expression.type) && expression.type.kind !== 'optional') return false
  switch (expression.kind) {
    case 'Arithmetic':
      return true
    case 'Call':
      return expression.id === 'timestamp(int)' || expression.operands.some((operand) => isWorkedOut(operand, scope))
    case 'Conditional':
      return isWorkedOut(expression.then, scope) || isWorkedOut(expression.otherwise, scope)
    case 'OrValue':
      return isWorkedOut(expression.operand, scope) || isWorkedOut(expression.fallback, scope)
    case 'OptMap':
      return isWorkedOut(expression.body, scope)
    case 'Let':
      return isWorkedOut(expression.value, scope) || isWorkedOut(expression.body, scope)
    case 'Shared':
      return keepsMoment(expression, scope)
    case 'Variable':
      return scope.holdsMoment(expression.variable)
    default:
      return false
  }
}

/** Returns whether the variable of a shared expression holds a `Moment`, a reused mutable object, instead of a time value. */
export function keepsMoment({ value }: Shared, scope: FunctionScope): boolean {
  return isTime(value.type) && isWorkedOut(value, scope)
}
