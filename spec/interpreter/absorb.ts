import { Failure } from './value.ts'

/** What becomes of an operand of `&&` or `||`. Only a clause can be open: it reads a body that is not there yet. */
export type Outcome = boolean | Failure | 'open'

/** CEL's absorption: one operand that settles the chain does so whatever erred, on either side. Else one is open, or the first error counts. */
export function absorb(outcomes: Iterable<Outcome>, settles: boolean): Outcome {
  let undecided: Outcome = !settles
  for (const outcome of outcomes) {
    if (outcome === settles) return settles
    if (outcome === 'open' || undecided === !settles) undecided = outcome
  }
  return undecided
}

/**
 * Of the operands of a chain, from left to right. One that relies on guards is judged if they are true (in `||`: false); else what became of
 * the guard becomes of it, too.
 */
export function* outcomesOf<T>(
  operands: readonly T[],
  settles: boolean,
  guardsOf: (operand: T) => readonly T[],
  judge: (operand: T) => Outcome,
): Iterable<Outcome> {
  const outcomes = new Map<T, Outcome>()
  for (const operand of operands) {
    const guard = guardsOf(operand).find((one) => outcomes.get(one) !== !settles)
    const outcome = guard === undefined ? attempt(() => judge(operand)) : (outcomes.get(guard) as Outcome)
    outcomes.set(operand, outcome)
    yield outcome
  }
}

export function attempt<T>(evaluation: () => T): T | Failure {
  try {
    return evaluation()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

export function thrown<T>(result: T | Failure): T {
  if (result instanceof Failure) throw result
  return result
}
