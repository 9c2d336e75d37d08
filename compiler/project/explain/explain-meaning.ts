import { type InterpretOptions, interpretWithTrace } from '../../../interpreter/index.ts'
import type { EvalAnswer, EvalRequest } from '../../../runtime/abi/index.ts'
import { type ExplainedPolicy, type ExplanationJson, explanationJson } from './explanation-json.ts'
import { nearestRoutes } from './nearest-routes.ts'

/**
 * Explains an answer by interpreting the policy. Returns null if the interpreter decides differently, so that no other decision
 * is explained.
 *
 * @param request the request, with all data that the policy had
 * @param values whether to include the values that clauses read
 */
export function explainMeaning(
  explained: ExplainedPolicy,
  request: EvalRequest,
  answer: EvalAnswer,
  values: boolean,
  options: InterpretOptions,
): ExplanationJson | null {
  const { model } = explained
  const explanation = interpretWithTrace(model, request, options)
  const textOf = (one: Pick<EvalAnswer, 'effect' | 'route' | 'rules' | 'reason'>) =>
    JSON.stringify([one.effect, one.route, one.rules, one.reason])
  if (textOf(explanation.answer) !== textOf(answer)) return null
  const told = explanationJson(explained, answer, answer.reason === 'data' ? missingData() : [], explanation, values)
  return answer.reason === 'no-route' ? { ...told, nearestRoutes: nearestRoutes(explained, request) } : told

  function missingData(): readonly string[] {
    const { data = {} } = request
    const rules = model.rules.filter(({ shadow, routes }) => !shadow && routes.some(({ name }) => name === answer.route))
    const read = new Set(rules.flatMap(({ reads }) => reads.data.map(({ name }) => name)))
    return [...read].filter((name) => !Object.hasOwn(data, name)).sort()
  }
}
