import type { Expression, Model, Route, Rule } from '../language/index.ts'
import { expressionsWithin } from '../language/syntax/children.ts'
import type { CanonicalRequest } from '../request/index.ts'
import { absorb, type OperandResult, outcomesOf } from './absorb.ts'
import { showScalar } from './builtins.ts'
import { callerIs } from './caller.ts'
import { type Environment, evaluate } from './evaluate.ts'
import { EvalFailure, fail } from './value.ts'

/**
 * The inputs of a decision: the matched route, the request, and the values that conditions can read. `names` has no `body` until
 * the body is read.
 */
export interface Situation extends Environment {
  readonly route: Route
  readonly request: CanonicalRequest
  /** Receives the results of all rules on the route, and again after the body is read. */
  readonly observeRules?: ((judged: readonly Judgement[]) => void) | undefined
}

/**
 * The result of a rule for a request: whether `to` matches, the result of each clause and of all together, unmet requirements,
 * and obligations' texts.
 */
export type Judgement = ReturnType<typeof judgeRule>

/**
 * Evaluates a rule for a request. Its clauses, limit key and header values form one conjunction, in which a key or value counts
 * as true unless it errs.
 */
export function judgeRule(rule: Rule, situation: Situation) {
  const { model, names } = situation
  const texts = new Map<Expression, string>()
  // A rule that is not in play counts as one that does not hold.
  if (!fits(rule, situation))
    return { rule, fits: false, outcomes: new Map<Expression, OperandResult>(), holds: false, unmet: [], texts }
  const conditions = rule.conditions.map(({ expression }) => expression)
  const values = rule.headers.map(({ value }) => value)
  const isOpen = (clause: Expression) => !names.has('body') && readsBody(clause, model)
  /** Obligations rely on all conditions. */
  const guardsOf = (clause: Expression) => (conditions.includes(clause) ? model.guardsOf(clause) : conditions)
  const judgeClause = (clause: Expression): OperandResult => {
    if (isOpen(clause)) return 'open'
    const value = evaluate(clause, situation)
    const condition = rule.conditions.find(({ expression }) => expression === clause)
    if (condition !== undefined) return value !== condition.unless
    const text = showScalar(value, model.typeOf(clause))
    if (values.includes(clause) && !/^([!-~]([ -~]*[!-~])?)?$/.test(text)) fail('header-value')
    texts.set(clause, text)
    return true
  }
  const clauses = [conditions, rule.limit?.by ?? [], values].flat()
  const outcomes = outcomesOf(clauses, false, (clause) => (isOpen(clause) ? [] : guardsOf(clause)), judgeClause)
  const unmet = rule.requires.filter((requirement) => !evaluate(requirement, situation))
  return { rule, fits: true, outcomes, holds: absorb([...outcomes.values()], false), unmet, texts }
}

/** Whether a rule's `to` fits. A shadow rule is skipped if something that it reads is missing or repeated. */
function fits({ shadow, to, reads }: Rule, situation: Situation): boolean {
  const { model, names, request, caller } = situation
  const lacks = reads.data.some(({ name }) => !names.has(name)) || (reads.body && !names.has('body'))
  if (shadow && (lacks || reads.headers.some((name) => request.headers.count(name) > 1))) return false
  return to.some((principal) => callerIs(model, caller, principal, (condition) => evaluate(condition, situation)))
}

export function readsBody(clause: Expression, model: Model): boolean {
  const names = expressionsWithin(clause).filter((part) => part.kind === 'Identifier' && part.name === 'body')
  return names.some((name) => model.referenceOf(name).kind === 'root')
}

/** Returns whether a forbid applies: it holds, or it errs. */
export const stands = ({ rule, holds }: Judgement) => rule.effect === 'forbid' && (holds === true || holds instanceof EvalFailure)
