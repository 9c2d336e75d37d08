import type { Mutant } from './mutant.ts'

/** What became of a mutant. */
export type MutantOutcome =
  /** A test noticed it: the first that failed. */
  | { readonly kind: 'killed'; readonly test: string }
  | { readonly kind: 'survived' }
  /** It compiles to the same decisions: nobody could notice it. */
  | { readonly kind: 'equivalent' }
  /** It does not check: nobody could ship it. */
  | { readonly kind: 'invalid'; readonly code: string }

export interface MutantResult {
  readonly mutant: Mutant
  readonly outcome: MutantOutcome
}

export interface MutationReport {
  readonly results: readonly MutantResult[]
  readonly killed: number
  readonly survived: number
  readonly equivalent: number
  readonly invalid: number
  /** Percent of those that check and decide otherwise which a test noticed; 100 where there are none. */
  readonly score: number
}

export function reportOf(results: readonly MutantResult[]): MutationReport {
  const count = (kind: MutantOutcome['kind']) => results.filter(({ outcome }) => outcome.kind === kind).length
  const [killed, survived] = [count('killed'), count('survived')]
  const valid = killed + survived
  return {
    results,
    killed,
    survived,
    equivalent: count('equivalent'),
    invalid: count('invalid'),
    score: valid === 0 ? 100 : (100 * killed) / valid,
  }
}
