import { explainMeaning } from '../../compiler/project/explain/explain-meaning.ts'
import type { ExplanationJson } from '../../compiler/project/explain/explanation-json.ts'
import { showExplanation, type TextStyle } from '../../compiler/project/explain/show-explanation.ts'
import type { Model } from '../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { fitsSchemaOf } from './meaning.ts'

const same = (text: string): string => text
const PLAIN: TextStyle = { bold: same, dim: same, red: same, green: same, yellow: same }

/** Returns the explanation of a decision, as `iap explain --values` prints it. */
export function explanationOf(model: Model, request: EvalRequest, answer: EvalAnswer): string {
  const explanation = explainedAnswer(model, request, answer)
  return explanation === null ? '' : showPlainly(explanation)
}

export function showPlainly(explanation: ExplanationJson): string {
  return showExplanation(explanation, PLAIN)
}

/** Returns the explanation of a decision, as `iap explain --values --format json` prints it. */
export function explainedAnswer(model: Model, request: EvalRequest, answer: EvalAnswer): ExplanationJson | null {
  const options = { fitsSchema: fitsSchemaOf(model, true) }
  return explainMeaning({ model, seen: (span) => span }, request, answer, true, options)
}
