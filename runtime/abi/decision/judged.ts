import type { UnmetRequirement } from '../module.ts'
import type { RuleProgram } from './rule.ts'

/**
 * What became of a clause: `undefined`, it erred; null, it was not evaluated, as a guard of it was not true; `open`, it waits for
 * the body. Of an `unless`, what became of its negation.
 */
export type ClauseOutcome = boolean | undefined | null | 'open'

/** A rule whose `to` fits. */
export interface Judged {
  readonly rule: RuleProgram
  /** Its conditions but requirements, in the order written. */
  readonly clauses: readonly ClauseOutcome[]
  /**
   * Of all: undefined, it erred. A forbid of which a requirement is met does not hold. A permit holds here whatever its
   * requirements say.
   */
  holds: boolean | undefined | 'open'
  /** Of a permit that holds: those of its requirements that are not met. */
  readonly unmet: readonly UnmetRequirement[]
  /** Of a permit that was told what it obliges to. The key of its limit, null where it has one bucket for all. */
  key: TextResult | null
  /** In the order in which the rule names them. */
  values: readonly TextResult[]
}

/** A text; undefined where it erred, `OPEN` where it waits for the body. */
export type TextResult = string | undefined | typeof OPEN
export const OPEN: unique symbol = Symbol('open')

/** An operand that is false settles a conjunction, whatever else erred; what was not evaluated says no more than its guard. */
export function conjunction(clauses: readonly ClauseOutcome[]): Judged['holds'] {
  let holds: Judged['holds'] = true
  for (const one of clauses) {
    if (one === false) return false
    if (one === 'open') holds = 'open'
    else if (one === undefined && holds === true) holds = undefined
  }
  return holds
}
