import type { Expression, Model } from '../language/index.ts'
import type { InterpretRequest } from './admit.ts'
import type { Observe } from './evaluate.ts'
import { type InterpretOptions, interpret } from './interpret.ts'
import { type Judgement, stands } from './judge-rule.ts'
import type { EvalFailure, Value } from './value.ts'

export type InterpretedExplanation = ReturnType<typeof interpretExplained>

/**
 * An answer, and why: what became of every rule on the route, if it came to judging them; what every expression that was
 * evaluated came to; and what is missing for a permit. The JSON that `iap explain` makes of it: `spec/language/explanation.md`.
 */
export function interpretExplained(model: Model, request: InterpretRequest, options: InterpretOptions = {}) {
  const seen = new Map<Expression, Value | EvalFailure>()
  const rules: Judgement[] = []
  const observeRules = (judged: readonly Judgement[]) => rules.splice(0, rules.length, ...judged)
  const observe: Observe = (one, result) => seen.set(one, result) && options.observe?.(one, result)
  const answer = interpret(model, request, { ...options, observe, observeRules })
  return { answer, rules, seen, nearest: answer.effect === 'permit' ? null : nearestOf(rules) }
}

/**
 * The permit that lacks least, and the forbids that would have to give way. What lacks of one whose `to` does not fit, nobody
 * asked.
 */
function nearestOf(rules: readonly Judgement[]) {
  const enforced = rules.filter(({ rule }) => !rule.shadow)
  const lacks = ({ outcomes, unmet }: Judgement) => [...outcomes.keys(), ...unmet].filter((one) => outcomes.get(one) !== true)
  const distance = (permit: Judgement) => (permit.fits ? lacks(permit).length : 1e9)
  const [permit] = enforced.filter(({ rule }) => rule.effect === 'permit').sort((a, b) => distance(a) - distance(b))
  return permit === undefined ? null : { permit, lacks: lacks(permit), forbids: enforced.filter(stands) }
}
