import { type Matrix, matrix } from '../../analysis/matrix/index.ts'
import { fitsSchemaOf } from '../../compiler/project/index.ts'
import { interpret } from '../../interpreter/index.ts'
import type { Label, Model } from '../../language/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'

/** A matrix with the revision and date of its policy. */
export interface DatedMatrix extends Matrix {
  /** Revision of a bundle built from the same sources. */
  readonly revision: string
  /** Date of the matrix: `2026-11-27`. */
  readonly date: string
  readonly labels: readonly Label[]
}

/**
 * Judges the matrix of a built policy, which is needed to check bodies against imported schemas.
 * @param told receives the number of finished routes
 */
export function judgeMatrix(model: Model, policy: Policy, date: string, told?: (routes: number) => void): DatedMatrix {
  const fitsSchema = fitsSchemaOf(policy)
  const version = {
    model,
    interpret: (part: Model, request: Parameters<typeof interpret>[1]) => ({
      ...interpret(part, request, { fitsSchema }),
      revision: '',
    }),
  }
  return { ...matrix(version, told), revision: policy.revision, date, labels: model.labels }
}
