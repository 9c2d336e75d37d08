import type { Model } from '../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate, type Policy } from '../../runtime/policy/index.ts'
import { type Interpretation, type InterpretOptions, interpret } from '../interpreter/index.ts'

/** What two meanings must agree in: the equality of the reference, and beyond it all that a trace tells. */
const COMPARED = ['effect', 'status', 'code', 'route', 'rules', 'obligations', 'challenge', 'shadow', 'errors', 'reason'] as const

/** What a policy means, or what is wrong with the meaning itself: it met what types rule out. */
export function interpreted(model: Model, request: EvalRequest, options: InterpretOptions): Interpretation | string {
  try {
    return interpret(model, request, options)
  } catch (error) {
    return `the interpreter threw: ${messageOf(error)}`
  }
}

/** In what the compiled policy answers otherwise; null where they agree. An exception is a difference: a module that throws is wrong. */
export function difference(interpreted: Interpretation | string, policy: Policy, request: EvalRequest): string | null {
  if (typeof interpreted === 'string') return interpreted
  let answer: EvalAnswer
  try {
    answer = evaluate(policy, request)
  } catch (error) {
    return `the compiled policy threw: ${messageOf(error)}`
  }
  for (const key of COMPARED) {
    const [one, other] = [JSON.stringify(interpreted[key]), JSON.stringify(answer[key])]
    if (one !== other) return `${key}: interpreted ${one}, compiled ${other}`
  }
  return null
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
