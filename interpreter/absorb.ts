import type { Expression, Model } from '../language/index.ts'
import { attempt, EvalFailure } from './value.ts'

/** What becomes of an operand of `&&` or `||`. Only a clause can be open: it reads a body that is not there yet. */
export type OperandResult = boolean | EvalFailure | 'open'
type Guards = Model['guardsOf']
type Judge = (operand: Expression) => OperandResult

/**
 * CEL's absorption: one operand that settles the chain does so whatever erred, on either side. Else one is open, or the first
 * error counts.
 */
export function absorb(outcomes: readonly OperandResult[], settles: boolean): OperandResult {
  if (outcomes.includes(settles)) return settles
  return outcomes.find((one) => one === 'open') ?? outcomes.find((one) => one instanceof EvalFailure) ?? !settles
}

/**
 * Of each operand. One that relies on guards is judged if they are true (in `||`: false); else what became of the guard becomes
 * of it, too.
 */
export function outcomesOf(operands: readonly Expression[], settles: boolean, guardsOf: Guards, judge: Judge) {
  const outcomes = new Map<Expression, OperandResult>()
  for (const operand of operands) {
    const guard = guardsOf(operand).find((one) => outcomes.get(one) !== !settles)
    outcomes.set(operand, guard === undefined ? attempt(() => judge(operand)) : (outcomes.get(guard) as OperandResult))
  }
  return outcomes
}
