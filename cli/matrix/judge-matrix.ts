import type { AnalysisControl } from '../../analysis/index.ts'
import { matrix } from '../../analysis/matrix/index.ts'
import type { DatedMatrix } from '../../analysis/matrix/page/index.ts'
import { fitsSchemaOf } from '../../compiler/project/index.ts'
import { interpret } from '../../interpreter/index.ts'
import type { Model } from '../../language/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'

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
