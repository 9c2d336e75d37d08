import type { EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate, type Policy } from '../../runtime/policy/index.ts'
import type { ExplainedPolicy } from './explain/explanation-json.ts'
import { showExplanation, type TextStyle } from './explain/show-explanation.ts'
import { explainAnswer } from './explain-answer.ts'

const same = (text: string): string => text
const PLAIN: TextStyle = { bold: same, dim: same, red: same, green: same, yellow: same }

/**
 * Returns a function that explains the decision about a test's request as text. The text includes values that clauses read, as
 * the test contains them.
 */
export function explainRequest(explained: ExplainedPolicy, policy: Policy): (request: EvalRequest) => string {
  return (request) => {
    const answer = evaluate(policy, request)
    const explanation = explainAnswer(explained, policy, request, answer, true)
    if (explanation === null)
      throw new Error(`the explanation of a request does not match its decision: ${JSON.stringify(request)}`)
    return showExplanation(explanation, PLAIN)
  }
}
