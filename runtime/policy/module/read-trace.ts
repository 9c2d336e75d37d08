/** What a program tells of a decision as JSON, looked at before anybody believes it. */

import type { Explanation, LimitObligation, Obligations, Outcome, Trace, UnmetRequirement } from '../../abi/index.ts'
import { isObject } from '../../base/values.ts'

/** A trace as it leaves the realm. */
export type ToldTrace = Omit<Trace, 'explanation'>

const EFFECTS: readonly unknown[] = ['permit', 'deny', 'challenge', 'unauthenticated']
const NONE: readonly never[] = Object.freeze([])
export const NO_OBLIGATIONS: Obligations = Object.freeze({ headers: Object.freeze({}), limits: NONE })

/** @param text empty: it says no more than the outcome */
export function readTrace(text: unknown, outcome: Outcome | null): ToldTrace {
  if (text === '' && outcome !== null) {
    const { effect, reason, rule } = outcome
    const rules = rule === null ? NONE : [rule]
    return { effect, reason, rules, obligations: NO_OBLIGATIONS, challenge: null, shadow: NONE, errors: NONE }
  }
  const trace = parsed(text)
  if (!isTrace(trace)) throw new Error('a decision comes without its parts')
  return trace
}

/** @param text empty: none */
export function readObligations(text: unknown): Obligations {
  if (text === '') return NO_OBLIGATIONS
  const obligations = parsed(text)
  if (!isObligations(obligations)) throw new Error('a decision comes without its obligations')
  return obligations
}

export function readExplanation(text: unknown): Explanation {
  const explanation = parsed(text)
  if (!isObject(explanation) || !isList(explanation.rules, isExplained) || !isNearest(explanation.nearest))
    throw new Error('a decision comes without its explanation')
  return explanation as unknown as Explanation
}

function parsed(text: unknown): unknown {
  return typeof text === 'string' && text !== '' ? JSON.parse(text) : null
}

function isTrace(value: unknown): value is ToldTrace {
  if (!isObject(value)) return false
  const { effect, reason, rules, obligations, challenge, shadow, errors } = value
  return (
    EFFECTS.includes(effect) &&
    isTextOrNull(reason) &&
    isList(rules, isText) &&
    isObligations(obligations) &&
    (challenge === null || isList(challenge, isRequirement)) &&
    isList(shadow, isText) &&
    isList(errors, (one) => isObject(one) && isText(one.rule) && isText(one.error))
  )
}

function isObligations(value: unknown): value is Obligations {
  return isObject(value) && isObject(value.headers) && Object.values(value.headers).every(isText) && isList(value.limits, isLimit)
}

function isLimit(value: unknown): value is LimitObligation {
  if (!isObject(value)) return false
  const { rule, count, per, key } = value
  return isText(rule) && typeof count === 'number' && typeof per === 'number' && isTextOrNull(key)
}

function isRequirement(value: unknown): value is UnmetRequirement {
  if (!isObject(value)) return false
  const { what, values, within } = value
  return isText(what) && isList(values, isText) && (within === null || typeof within === 'number')
}

function isExplained(value: unknown): boolean {
  return isObject(value) && isText(value.rule) && isText(value.effect) && isText(value.outcome) && isList(value.clauses, isObject)
}

function isNearest(value: unknown): boolean {
  return (
    value === null ||
    (isObject(value) && isText(value.permit) && isList(value.clauses, isObject) && isList(value.forbids, isText))
  )
}

function isList(value: unknown, holds: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(holds)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}
