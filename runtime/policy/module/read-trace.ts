/** Validates a program's JSON about decisions. */

import type { Explanation, Obligations, Outcome, Trace } from '../../abi/index.ts'
import { isObject, isString, listOf, orNull, shapeOf } from '../../base/values.ts'

export type ToldTrace = Omit<Trace, 'explanation'>

const EFFECTS: readonly unknown[] = ['permit', 'deny', 'challenge', 'unauthenticated']
const NONE: readonly never[] = Object.freeze([])
export const NO_OBLIGATIONS: Obligations = Object.freeze({ headers: Object.freeze({}), limits: NONE })

/**
 * Parses the JSON text of a trace from the realm.
 *
 * @param text JSON text; empty if the trace holds no more than the outcome
 */
export function readTrace(text: unknown, outcome: Outcome | null): ToldTrace {
  if (text === '' && outcome !== null) {
    const { effect, reason, rule } = outcome
    const rules = rule === null ? NONE : [rule]
    return { effect, reason, rules, obligations: NO_OBLIGATIONS, challenge: null, shadow: NONE, errors: NONE }
  }
  const trace = parsed(text)
  if (!isTrace(trace)) throw new Error('the policy module returned a decision without its parts: rebuild the bundle')
  return trace as ToldTrace
}

/**
 * Parses the JSON text of obligations from the realm.
 *
 * @param text JSON text; empty if there are none
 */
export function readObligations(text: unknown): Obligations {
  if (text === '') return NO_OBLIGATIONS
  const obligations = parsed(text)
  if (!isObligations(obligations))
    throw new Error('the policy module returned a decision without obligations: rebuild the bundle')
  return obligations as Obligations
}

export function readExplanation(text: unknown): Explanation {
  const explanation = parsed(text)
  if (!isExplanation(explanation))
    throw new Error('the policy module returned a decision without an explanation: rebuild the bundle')
  return explanation as Explanation
}

function parsed(text: unknown): unknown {
  return typeof text === 'string' && text !== '' ? JSON.parse(text) : null
}

const isNumber = (value: unknown) => typeof value === 'number'

const isObligations = shapeOf({
  headers: (headers) => isObject(headers) && Object.values(headers).every(isString),
  limits: listOf(shapeOf({ rule: isString, count: isNumber, per: isNumber, key: orNull(isString) })),
})

const isTrace = shapeOf({
  effect: (effect) => EFFECTS.includes(effect),
  reason: orNull(isString),
  rules: listOf(isString),
  obligations: isObligations,
  challenge: orNull(listOf(shapeOf({ what: isString, values: listOf(isString), within: orNull(isNumber) }))),
  shadow: listOf(isString),
  errors: listOf(shapeOf({ rule: isString, error: isString })),
})

const isExplanation = shapeOf({
  rules: listOf(shapeOf({ rule: isString, effect: isString, outcome: isString, clauses: listOf(isObject) })),
  nearest: orNull(shapeOf({ permit: isString, clauses: listOf(isObject), forbids: listOf(isString) })),
})
