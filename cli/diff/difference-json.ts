import type { Difference } from '../../analysis/diff/index.ts'
import { diagnosticJson } from '../../compiler/project/index.ts'
import type { Diagnostic } from '../../language/index.ts'
import type { EvalAnswer } from '../../runtime/abi/index.ts'
import { rulesOf } from './words.ts'

/**
 * Returns the JSON output of `iap diff` (`spec/language/cli-json.md`).
 *
 * @param diagnostics of policies with errors, which are not compared
 */
export function differenceJson({ changes, compared, declarations }: Difference, diagnostics: readonly Diagnostic[]): object {
  return {
    compared,
    changes: changes.map((change) => ({
      route: change.route,
      was: change.was,
      identity: change.identity,
      verdict: change.verdict,
      mayPermitMore: change.mayPermitMore,
      rules: rulesOf(change),
      why: change.why,
      witnesses: change.witnesses.map((witness) => ({
        ...witness,
        before: withoutRevision(witness.before),
        after: withoutRevision(witness.after),
      })),
    })),
    declarations,
    diagnostics: diagnostics.map(diagnosticJson),
  }
}

/** The answers' policies were never built, so they have no revision. */
function withoutRevision({ revision: _, ...answer }: EvalAnswer): object {
  return answer
}
