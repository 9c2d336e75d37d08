import type { Mutant } from './mutant.ts'

export type MutantOutcome =
  /** A test failed: the first one. */
  | { readonly kind: 'killed'; readonly test: string }
  | { readonly kind: 'survived' }
  /** It compiles to the same decisions, so no test can notice it. */
  | { readonly kind: 'equivalent' }
  /** It does not check, so it cannot be deployed. */
  | { readonly kind: 'invalid'; readonly code: string }
  /** The time was up before it was tried. */
  | { readonly kind: 'untried' }

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
  readonly untried: number
  /** The percentage of valid, non-equivalent mutants that a test noticed, of those that were tried; 100 if there are none. */
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
    untried: count('untried'),
    score: valid === 0 ? 100 : (100 * killed) / valid,
  }
}
