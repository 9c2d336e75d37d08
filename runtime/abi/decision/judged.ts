import type { UnmetRequirement } from '../module.ts'
import type { RuleProgram } from './rule.ts'

/** `undefined`: an error; `null`: not evaluated (a guard was not true); `open`: waits for the body. `unless`: the negation. */
export type ClauseOutcome = boolean | undefined | null | 'open'

export interface Judged {
  readonly rule: RuleProgram
  /** Conditions except requirements, in source order. */
  readonly clauses: readonly ClauseOutcome[]
  /** `undefined`: an error. A forbid with a met requirement does not hold. A permit's requirements are ignored here. */
  holds: boolean | undefined | 'open'
  /** Unmet requirements of a permit that holds. */
  readonly unmet: readonly UnmetRequirement[]
  /** The limit's key of a permit with obligations; `null`: one bucket for all. */
  key: TextResult | null
  /** In the rule's order. */
  values: readonly TextResult[]
}

/** A string; `undefined` for an error, `OPEN` while it waits for the body. */
export type TextResult = string | undefined | typeof OPEN
export const OPEN: unique symbol = Symbol('open')

/** A false operand decides a conjunction despite errors; an unevaluated one says no more than its guard. */
export function conjunction(clauses: readonly ClauseOutcome[]): Judged['holds'] {
  let holds: Judged['holds'] = true
  for (const one of clauses) {
    if (one === false) return false
    if (one === 'open') holds = 'open'
    else if (one === undefined && holds === true) holds = undefined
  }
  return holds
}
