import type { Outcome } from '../../abi/index.ts'
import type { PolicyTables } from './tables.ts'

/** The outcome that a module decided on. Throws for whatever is not the index of one. */
export function outcomeAt(module: PolicyTables, index: number): Outcome {
  const outcome = Number.isSafeInteger(index) ? module.outcomes[index] : undefined
  if (outcome === undefined) throw new Error('the policy module decided what is no outcome of it')
  return outcome
}
