import type { Outcome } from '../../../runtime/abi/index.ts'
import type { Step } from '../../ir/index.ts'

/** What the fast functions answer. */
export const outcomes = {
  byDefault: { effect: 'deny', rule: null, reason: 'default' } as const satisfies Outcome,
  permit: ({ rule }: Step): Outcome => ({ effect: 'permit', rule, reason: null }),
  deny: ({ rule, because }: Step): Outcome => ({ effect: 'deny', rule, reason: because }),
  challenge: ({ rule }: Step): Outcome => ({ effect: 'challenge', rule, reason: null }),
  unauthenticated: (rule: string | null): Outcome => ({ effect: 'unauthenticated', rule, reason: null }),
}
