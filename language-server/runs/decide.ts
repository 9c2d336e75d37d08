import type { Model } from '../../language/index.ts'
import { type EvalRequest, evalRequestProblem } from '../../runtime/abi/index.ts'
import { explanationOf } from './explanation.ts'
import { answerOf, readsSchema } from './meaning.ts'
import { RunError } from './run.ts'

/**
 * Decides a request, and returns the explanation as text.
 *
 * @param written the input of `iap eval`: an object, or its JSON as text
 * @throws RunError if that is not a request
 */
export function decideWritten(model: Model, written: unknown): string {
  const request = readRequest(written)
  const answer = answerOf(model, request, true)
  const rejected = answer.effect === 'reject' && answer.code !== undefined ? `  ${answer.code}\n` : ''
  const note = readsSchema(model, request) ? 'The body is taken to match the JSON Schema of the route.\n' : ''
  return `${explanationOf(model, request, answer)}${rejected}${note}`
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
