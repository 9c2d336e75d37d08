import { type AskInvariants, type Observe, unwatched, watchedAlone, watchedModel } from '../../../compiler/testing/index.ts'
import { interpret } from '../../../interpreter/index.ts'
import type { Expression, Model } from '../../../language/index.ts'

/** What the interpreter says of a request, and of the conditions of invariants. */
export function askInterpreter(model: Model): AskInvariants {
  const [watched, alone] = [watchedModel(model), watchedAlone(model)]
  const conditions = new Set(model.invariants.map(({ condition }) => condition))
  return (request) => {
    const values = new Map<Expression, unknown>()
    const observe: Observe = (expression, value) => {
      if (conditions.has(expression)) values.set(expression, value)
    }
    const answer = { ...interpret(watched, request, { observe }), revision: '' }
    if (values.size < conditions.size) interpret(alone, request, { observe })
    return { answer: { ...answer, shadow: unwatched(answer.shadow) }, values }
  }
}
