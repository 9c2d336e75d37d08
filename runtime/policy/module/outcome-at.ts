import type { Outcome, PolicyModule } from '../../abi/index.ts'

/** The outcome that a module decided on. Throws for whatever is not a number that is the index of one: `"0"`, `"length"`, a promise. */
export function outcomeAt(module: PolicyModule, index: number): Outcome {
  const outcome = Number.isSafeInteger(index) ? module.outcomes[index] : undefined
  if (outcome === undefined) throw new Error('the policy module decided what is no outcome of it')
  return outcome
}
