import { type Matrix, matrix } from '../../analysis/matrix/index.ts'
import { fitsSchemaOf } from '../../compiler/project/index.ts'
import { interpret } from '../../interpreter/index.ts'
import type { Label, Model } from '../../language/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'

/** A matrix, and what it was made of when. */
export interface DatedMatrix extends Matrix {
  /** As a bundle of the same sources names it. */
  readonly revision: string
  /** `2026-11-27` */
  readonly date: string
  readonly labels: readonly Label[]
}

/**
 * Of a model, and what was built of it: whether a body fits an imported schema, only that can tell.
 *
 * @param told of how many routes all is known by now
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
