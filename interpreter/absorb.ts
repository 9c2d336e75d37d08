import type { Expression, Model } from '../language/index.ts'
import { attempt, EvalFailure } from './value.ts'

/**
 * The result of an operand of `&&` or `||`. `open`: the operand is a rule's clause that reads the request body, which has not
 * been read yet.
 */
export type OperandResult = boolean | EvalFailure | 'open'
type Guards = Model['guardsOf']
type Judge = (operand: Expression) => OperandResult

/**
 * Combines the results of operands as CEL does. An operand equal to `settles` (true for `||`, false for `&&`) decides despite
 * errors of others. Otherwise the result is `open` if an operand is open, else the first error, else the opposite of `settles`.
 */
export function absorb(outcomes: readonly OperandResult[], settles: boolean): OperandResult {
  if (outcomes.includes(settles)) return settles
  return outcomes.find((one) => one === 'open') ?? outcomes.find((one) => one instanceof EvalFailure) ?? !settles
}

/**
 * Returns the result of each operand. An operand is evaluated only if its guards, such as `has(x)` before it, are true (in `||`:
 * false). Otherwise it has the result of the failed guard.
 */
export function outcomesOf(operands: readonly Expression[], settles: boolean, guardsOf: Guards, judge: Judge) {
  const outcomes = new Map<Expression, OperandResult>()
  for (const operand of operands) {
    const guard = guardsOf(operand).find((one) => outcomes.get(one) !== !settles)
    outcomes.set(operand, guard === undefined ? attempt(() => judge(operand)) : (outcomes.get(guard) as OperandResult))
  }
  return outcomes
}
