import { type InterpretedTrace, type InterpretOptions, interpretWithTrace } from '../../interpreter/index.ts'
import type { Model } from '../../language/index.ts'
import type { Explanation as BundleExplanation, EvalRequest } from '../../runtime/abi/index.ts'
import { evaluateExplained, type Policy } from '../../runtime/policy/index.ts'
import { expectedExplanation } from './expected-explanation.ts'

/** What two meanings must agree in: the equality of the reference, and beyond it all that a trace tells. */
const COMPARED = ['effect', 'status', 'code', 'route', 'rules', 'obligations', 'challenge', 'shadow', 'errors', 'reason'] as const

/** What is decided, and why. */
export interface Meaning extends Pick<InterpretedTrace, 'answer' | 'rules'> {
  /** What a bundle has to say of why. */
  readonly explanation: BundleExplanation
  /** The same as JSON. */
  readonly why: string
}

/** What a policy means, or what is wrong with the meaning itself: it met what types rule out. */
export function interpreted(model: Model, request: EvalRequest, options: InterpretOptions): Meaning | string {
  try {
    const explained = interpretWithTrace(model, request, options)
    const explanation = expectedExplanation(model, explained)
    return { answer: explained.answer, rules: explained.rules, explanation, why: JSON.stringify(explanation) }
  } catch (error) {
    return `the interpreter threw: ${messageOf(error)}`
  }
}

/** In what the compiled policy answers otherwise; null where they agree. An exception is a difference: a module that throws is wrong. */
export function difference(interpreted: Meaning | string, policy: Policy, request: EvalRequest): string | null {
  if (typeof interpreted === 'string') return interpreted
  let compiled: ReturnType<typeof evaluateExplained>
  try {
    compiled = evaluateExplained(policy, request)
  } catch (error) {
    return `the compiled policy threw: ${messageOf(error)}`
  }
  for (const key of COMPARED) {
    const [one, other] = [JSON.stringify(interpreted.answer[key]), JSON.stringify(compiled.answer[key])]
    if (one !== other) return `${key}: interpreted ${one}, compiled ${other}`
  }
  const why = JSON.stringify(compiled.explanation)
  return why === interpreted.why ? null : `explanation: interpreted ${interpreted.why}, compiled ${why}`
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
