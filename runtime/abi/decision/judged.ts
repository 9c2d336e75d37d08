import type { UnmetRequirement } from '../module.ts'
import type { RuleProgram } from './rule.ts'

/**
 * Outcome of a condition; of an `unless`, the negated one. `undefined`: an error. `null`: not evaluated, because a guard was
 * not true. `open`: depends on the body, which was not read.
 */
export type ClauseOutcome = boolean | undefined | null | 'open'

export interface Judged {
  readonly rule: RuleProgram
  /** Outcomes of the conditions in source order, without requirements. */
  readonly clauses: readonly ClauseOutcome[]
  /**
   * Outcome of the rule; `undefined` is an error. A `forbid` rule with a met requirement does not hold. Requirements of a
   * permit are ignored here.
   */
  holds: boolean | undefined | 'open'
  /** Unmet requirements of a permit that holds. */
  readonly unmet: readonly UnmetRequirement[]
  /** Key of the limit of a permit with obligations, or `null` if all requests share one bucket. */
  key: TextResult | null
  /** Header values in the order of the rule. */
  values: readonly TextResult[]
}

/** A string, `undefined` for an error, or `OPEN` if the value depends on the body, which was not read. */
export type TextResult = string | undefined | typeof OPEN
export const OPEN: unique symbol = Symbol('open')

/**
 * Returns the outcome of a conjunction. A false operand decides it even if other operands are errors. An operand that was not
 * evaluated adds nothing to the outcome of its guard.
 */
export function conjunction(clauses: readonly ClauseOutcome[]): Judged['holds'] {
  let holds: Judged['holds'] = true
  for (const one of clauses) {
    if (one === false) return false
    if (one === 'open') holds = 'open'
    else if (one === undefined && holds === true) holds = undefined
  }
  return holds
}
