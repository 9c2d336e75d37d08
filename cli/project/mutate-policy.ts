import {
  applyEdits,
  firstFailure,
  type MutantOutcome,
  type MutantResult,
  type MutationReport,
  mutantsOf,
  reportOf,
} from '../../compiler/testing/index.ts'
import { evaluate } from '../../runtime/policy/index.ts'
import type { CheckedPaths } from './check-paths.ts'
import { createLoader } from './load-compiled.ts'

/**
 * Makes every small mistake in turn, checks and compiles what comes of it, and runs the tests until one fails. `progress` is told how
 * many are done, of how many. The places are as seen from the working directory.
 */
export function mutatePolicy(checked: CheckedPaths, progress: (done: number, of: number) => void): MutationReport {
  const load = createLoader()
  const mutants = checked.files.flatMap((file) => mutantsOf(file).map((mutant) => ({ mutant, source: file.span.source })))
  const results = mutants.map(({ mutant, source }, at): MutantResult => {
    progress(at, mutants.length)
    const model = checked.checkAgain(source.name, applyEdits(source.text, mutant.edits))
    return {
      mutant: { ...mutant, span: checked.seen(mutant.span) },
      outcome: typeof model === 'string' ? { kind: 'invalid', code: model } : outcome(model),
    }
  })
  progress(mutants.length, mutants.length)
  return reportOf(results)

  function outcome(model: Parameters<typeof load>[0]): MutantOutcome {
    const policy = load(model)
    const test = firstFailure(model, (request) => evaluate(policy, request))
    return test === null ? { kind: 'survived' } : { kind: 'killed', test }
  }
}
