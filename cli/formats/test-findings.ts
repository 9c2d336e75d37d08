import type { TestResult } from '../../compiler/index.ts'
import type { CheckedPaths } from '../../compiler/project/index.ts'
import { type Coverage, type MutationReport, type Remark, uncovered } from '../../compiler/testing/index.ts'
import type { Finding } from './finding.ts'

export interface TestedPolicy {
  readonly tests: readonly TestResult[]
  /** The measured coverage, if its gaps are reported. */
  readonly coverage: Coverage | null
  readonly mutation: MutationReport | null
}

/** Returns the checker's diagnostics, failed tests, what no test covers, and the mutants that no test noticed. */
export function testFindings(
  checked: Pick<CheckedPaths, 'model' | 'seen' | 'diagnostics'>,
  { tests, coverage, mutation }: TestedPolicy,
): readonly Finding[] {
  return [
    ...checked.diagnostics,
    ...tests.filter(({ passed }) => !passed).map(failedTest),
    ...(coverage === null ? [] : placedGaps(checked, coverage)).map(
      ({ message, span }): Finding => ({ code: 'uncovered', severity: 'warning', message, help: '', span }),
    ),
    ...(mutation?.results ?? []).flatMap(({ mutant: { change, span }, outcome }): readonly Finding[] =>
      outcome.kind === 'survived'
        ? [{ code: 'mutant-survived', severity: 'warning', message: `no test notices this change: ${change}`, help: '', span }]
        : [],
    ),
  ]
}

function failedTest({ name, expected, actual, explanation, span }: TestResult): Finding {
  const message = `the test \`${name}\` failed: expected ${expected}, but was ${actual}`
  return { code: 'test-failed', severity: 'error', message, help: explanation?.trimEnd() ?? '', span }
}

/** Returns what no test covers with its place, also in a document. */
export function placedGaps({ model, seen }: Pick<CheckedPaths, 'model' | 'seen'>, coverage: Coverage): readonly Remark[] {
  // An imported route has no declaration of its own in the policy.
  const places = new Map(model?.routes.map(({ name, place }) => [name, seen(place)]))
  return uncovered(coverage).flatMap(({ name, message, span }) => {
    const place = span ?? places.get(name)
    return place === undefined ? [] : [{ message, span: place }]
  })
}
