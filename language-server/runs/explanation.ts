import { explainMeaning } from '../../compiler/project/explain/explain-meaning.ts'
import { showExplanation, type TextStyle } from '../../compiler/project/explain/show-explanation.ts'
import type { Model } from '../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { fitsSchemaOf } from './meaning.ts'

const same = (text: string): string => text
const PLAIN: TextStyle = { bold: same, dim: same, red: same, green: same, yellow: same }

/** Returns the explanation of a decision, as `iap explain --values` prints it. */
export function explanationOf(model: Model, request: EvalRequest, answer: EvalAnswer): string {
  const options = { fitsSchema: fitsSchemaOf(model, true) }
  const explanation = explainMeaning({ model, seen: (span) => span }, request, answer, true, options)
  return explanation === null ? '' : showExplanation(explanation, PLAIN)
}
