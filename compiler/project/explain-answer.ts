import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import type { Policy } from '../../runtime/policy/index.ts'
import { explainMeaning } from './explain/explain-meaning.ts'
import type { ExplainedPolicy, ExplanationJson } from './explain/explanation-json.ts'
import { fitsSchemaOf } from './meaning.ts'

/**
 * Explains a compiled policy's decision by interpreting its sources. Returns null if the interpreter decides differently.
 *
 * @param request the request, with all data that the policy had
 */
export function explainAnswer(
  explained: ExplainedPolicy,
  policy: Policy,
  request: EvalRequest,
  answer: EvalAnswer,
  values: boolean,
): ExplanationJson | null {
  return explainMeaning(explained, request, answer, values, { fitsSchema: fitsSchemaOf(policy) })
}
