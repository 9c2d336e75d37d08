import type { Model } from '../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate, type Policy } from '../../runtime/policy/index.ts'
import { type Interpretation, type InterpretOptions, interpret } from '../interpreter/index.ts'

/** What two meanings must agree in: the equality of the reference, and beyond it all that a trace tells. */
const COMPARED = ['effect', 'status', 'code', 'route', 'rules', 'obligations', 'challenge', 'shadow', 'errors', 'reason'] as const

export interface Compared {
  readonly interpreted: Interpretation
  /** Null: they agree. */
  readonly difference: string | null
}

export function compare(model: Model, policy: Policy, request: EvalRequest, options?: InterpretOptions): Compared {
  const interpreted = interpret(model, request, options)
  return { interpreted, difference: difference(interpreted, policy, request) }
}

/** In what the compiled policy answers otherwise. An exception is a difference: a module that throws is wrong. */
export function difference(interpreted: Interpretation, policy: Policy, request: EvalRequest): string | null {
  let answer: EvalAnswer
  try {
    answer = evaluate(policy, request)
  } catch (error) {
    return `the compiled policy threw: ${error instanceof Error ? error.message : String(error)}`
  }
  for (const key of COMPARED) {
    const [one, other] = [JSON.stringify(interpreted[key]), JSON.stringify(answer[key])]
    if (one !== other) return `${key}: interpreted ${one}, compiled ${other}`
  }
  return null
}
