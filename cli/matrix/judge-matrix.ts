import type { AnalysisControl } from '../../analysis/index.ts'
import { type Matrix, matrix } from '../../analysis/matrix/index.ts'
import { fitsSchemaOf } from '../../compiler/project/index.ts'
import { interpret } from '../../interpreter/index.ts'
import type { Label, Model } from '../../language/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'

/** An access matrix with the revision of its policy and the date of its creation. */
export interface DatedMatrix extends Matrix {
  /** Revision of the policy, equal to that of a bundle built from the same sources. */
  readonly revision: string
  /** Date on which the matrix was created, such as `2026-11-27`. */
  readonly date: string
  readonly labels: readonly Label[]
}

/** Computes the access matrix of a policy. Needs the built policy to validate bodies against imported schemas. */
export function judgeMatrix(model: Model, policy: Policy, date: string, control?: AnalysisControl): DatedMatrix {
  const fitsSchema = fitsSchemaOf(policy)
  const version = {
    model,
    interpret: (part: Model, request: Parameters<typeof interpret>[1]) => ({
      ...interpret(part, request, { fitsSchema }),
      revision: '',
    }),
  }
  return { ...matrix(version, control), revision: policy.revision, date, labels: model.labels }
}
