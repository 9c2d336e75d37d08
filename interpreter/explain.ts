import type { Expression, Model } from '../language/index.ts'
import type { InterpretRequest } from './admit.ts'
import type { Observe } from './evaluate.ts'
import { type InterpretOptions, interpret } from './interpret.ts'
import { type Judgement, stands } from './judge-rule.ts'
import type { EvalFailure, Value } from './value.ts'

export type InterpretedTrace = ReturnType<typeof interpretWithTrace>

/**
 * Returns a decision and its explanation: the results of all rules on the route, the values of all evaluated expressions, and the
 * conditions that a permit lacks. `iap explain` formats it as JSON: `spec/language/explanation.md`.
 */
export function interpretWithTrace(model: Model, request: InterpretRequest, options: InterpretOptions = {}) {
  const seen = new Map<Expression, Value | EvalFailure>()
  const rules: Judgement[] = []
  const observeRules = (judged: readonly Judgement[]) => rules.splice(0, rules.length, ...judged)
  const observe: Observe = (one, result) => seen.set(one, result) && options.observe?.(one, result)
  const answer = interpret(model, request, { ...options, observe, observeRules })
  return { answer, rules, seen, nearest: answer.effect === 'permit' ? null : nearestOf(rules) }
}

/** Returns the permit that lacks least, and the forbids against it. A permit whose `to` does not fit was not evaluated. */
function nearestOf(rules: readonly Judgement[]) {
  const enforced = rules.filter(({ rule }) => !rule.shadow)
  const lacks = ({ outcomes, unmet }: Judgement) => [...outcomes.keys(), ...unmet].filter((one) => outcomes.get(one) !== true)
  const distance = (permit: Judgement) => (permit.fits ? lacks(permit).length : 1e9)
  const [permit] = enforced.filter(({ rule }) => rule.effect === 'permit').sort((a, b) => distance(a) - distance(b))
  return permit === undefined ? null : { permit, lacks: lacks(permit), forbids: enforced.filter(stands) }
}
