import type { Model } from '../../language/index.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'

/** Why a request is decided as it is, as lines of text for a test that failed. Null: nobody tells yet. */
export function explainRequest(_model: Model): ((request: EvalRequest) => string) | null {
  return null
}
