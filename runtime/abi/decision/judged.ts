import type { UnmetRequirement } from '../module.ts'
import type { RuleProgram } from './rule.ts'

/**
 * Outcome of a `when` condition, or the negated outcome of an `unless` condition. `undefined`: the condition failed with an
 * error. `null`: it was not evaluated, because the condition that guards it was not true. `open`: it depends on the body, which
 * was not read.
 */
export type ClauseOutcome = boolean | undefined | null | 'open'

export interface Judged {
  readonly rule: RuleProgram
  /** Outcomes of the rule's conditions in source order. Requirements are not included. */
  readonly clauses: readonly ClauseOutcome[]
  /**
   * Whether the rule applies; `undefined` after an error, `open` if that depends on the unread body. A `forbid` rule with a met
   * requirement does not apply. For a permit, requirements are not considered here.
   */
  holds: boolean | undefined | 'open'
  /** Requirements of a permit that the caller does not meet. Empty for `forbid` rules. */
  readonly unmet: readonly UnmetRequirement[]
  /** Value by which the permit's rate limit selects a bucket, or `null` if all requests share one bucket or there is no limit. */
  key: TextResult | null
  /** Values of the headers that the permit sets, in the order of the rule's `headers`. */
  values: readonly TextResult[]
}

/** Result of evaluating a text: a string, `undefined` for an error, or `OPEN` if the value depends on the unread body. */
export type TextResult = string | undefined | typeof OPEN
export const OPEN: unique symbol = Symbol('open')

/**
 * Combines the outcomes of a rule's conditions by logical AND. One false condition makes the result false, even if others failed
 * with an error. Conditions that were not evaluated have no effect.
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
