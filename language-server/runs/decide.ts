import type { ExplanationJson } from '../../compiler/project/explain/explanation-json.ts'
import type { Model } from '../../language/index.ts'
import { type EvalAnswer, type EvalRequest, evalRequestProblem } from '../../runtime/abi/index.ts'
import { explainedAnswer, showPlainly } from './explanation.ts'
import { answerOf, readsSchema } from './meaning.ts'
import { RunError } from './run.ts'

/** A decision with its explanation, as text and as data. */
export interface DecidedRequest {
  readonly text: string
  readonly answer: EvalAnswer
  readonly explanation: ExplanationJson | null
  /** Whether the body would have to match a JSON Schema, which is not evaluated here. */
  readonly readsSchema: boolean
}

/**
 * Decides a request.
 *
 * @param written the input of `iap eval`: an object, or its JSON as text
 * @throws RunError if that is not a request
 */
export function decideWritten(model: Model, written: unknown): DecidedRequest {
  const request = readRequest(written)
  const answer = answerOf(model, request, true)
  const explanation = explainedAnswer(model, request, answer)
  const rejected = answer.effect === 'reject' && answer.code !== undefined ? `  ${answer.code}\n` : ''
  const hasSchema = readsSchema(model, request)
  const note = hasSchema ? 'The body is taken to match the JSON Schema of the route.\n' : ''
  return {
    text: `${explanation === null ? '' : showPlainly(explanation)}${rejected}${note}`,
    ...{ answer, explanation, readsSchema: hasSchema },
  }
}

function readRequest(written: unknown): EvalRequest {
  const value = typeof written === 'string' ? parsed(written) : written
  const problem = evalRequestProblem(value)
  if (problem !== null) throw new RunError(`the request cannot be read: ${problem}`)
  return value as EvalRequest
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RunError(`the request is not JSON: ${(error as Error).message}`)
  }
}
