import { interpretWithTrace } from '../../../interpreter/index.ts'
import type { EvalAnswer, EvalRequest } from '../../../runtime/abi/index.ts'
import type { Policy } from '../../../runtime/policy/index.ts'
import { fitsSchemaOf } from '../meaning.ts'
import { type ExplainedPolicy, type ExplanationJson, explanationJson } from './explanation-json.ts'

/**
 * Explains a policy's decision by interpreting its sources. Returns null if the interpreter decides differently, so that no other
 * decision is explained.
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
  const { model } = explained
  const explanation = interpretWithTrace(model, request, { fitsSchema: fitsSchemaOf(policy) })
  const told = (one: Pick<EvalAnswer, 'effect' | 'route' | 'rules' | 'reason'>) =>
    JSON.stringify([one.effect, one.route, one.rules, one.reason])
  if (told(explanation.answer) !== told(answer)) return null
  return explanationJson(explained, answer, answer.reason === 'data' ? missingData() : [], explanation, values)

  function missingData(): readonly string[] {
    const { data = {} } = request
    const rules = model.rules.filter(({ shadow, routes }) => !shadow && routes.some(({ name }) => name === answer.route))
    const read = new Set(rules.flatMap(({ reads }) => reads.data.map(({ name }) => name)))
    return [...read].filter((name) => !Object.hasOwn(data, name)).sort()
  }
}
