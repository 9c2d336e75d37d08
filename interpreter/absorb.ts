import type { Expression, Model } from '../language/index.ts'
import { attempt, EvalFailure } from './value.ts'

/** The result of an operand of `&&` or `||`. Only a clause can be open: it reads a body that was not read yet. */
export type OperandResult = boolean | EvalFailure | 'open'
type Guards = Model['guardsOf']
type Judge = (operand: Expression) => OperandResult

/**
 * Combines operands by CEL's absorption: a deciding operand decides despite errors of others. Without one, the result is open, or
 * the first error.
 */
export function absorb(outcomes: readonly OperandResult[], settles: boolean): OperandResult {
  if (outcomes.includes(settles)) return settles
  return outcomes.find((one) => one === 'open') ?? outcomes.find((one) => one instanceof EvalFailure) ?? !settles
}

/** Evaluates each operand whose guards are true (in `||`: false). Any other operand has the result of its guard. */
export function outcomesOf(operands: readonly Expression[], settles: boolean, guardsOf: Guards, judge: Judge) {
  const outcomes = new Map<Expression, OperandResult>()
  for (const operand of operands) {
    const guard = guardsOf(operand).find((one) => outcomes.get(one) !== !settles)
    outcomes.set(operand, guard === undefined ? attempt(() => judge(operand)) : (outcomes.get(guard) as OperandResult))
  }
  return outcomes
}
