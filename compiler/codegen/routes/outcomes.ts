import type { Outcome } from '../../../runtime/abi/index.ts'
import type { DecisionStep } from '../../ir/index.ts'

/** Creates the outcomes that `decide` and `early` return, with the deciding rule and reason. */
export const outcomes = {
  byDefault: { effect: 'deny', rule: null, reason: 'default' } as const satisfies Outcome,
  permit: ({ rule }: DecisionStep): Outcome => ({ effect: 'permit', rule, reason: null }),
  deny: ({ rule, because }: DecisionStep): Outcome => ({ effect: 'deny', rule, reason: because }),
  challenge: ({ rule }: DecisionStep): Outcome => ({ effect: 'challenge', rule, reason: null }),
  unauthenticated: (rule: string | null): Outcome => ({ effect: 'unauthenticated', rule, reason: null }),
}
