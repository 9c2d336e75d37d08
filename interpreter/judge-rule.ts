import type { Expression, Model, Route, Rule } from '../language/index.ts'
import { expressionsWithin } from '../language/syntax/children.ts'
import type { CanonicalRequest } from '../request/index.ts'
import { absorb, type OperandResult, outcomesOf } from './absorb.ts'
import { showScalar } from './builtins.ts'
import { callerIs } from './caller.ts'
import { type Environment, evaluate } from './evaluate.ts'
import { EvalFailure, fail } from './value.ts'

/** A request that has come through all doors, but perhaps that of its body: then `names` has none. */
export interface Situation extends Environment {
  readonly route: Route
  readonly request: CanonicalRequest
  /** Told what became of every rule on the route; once more if the body is read. */
  readonly observeRules?: ((judged: readonly Judgement[]) => void) | undefined
}

/**
 * What became of a rule: whether its `to` fits, of each clause and of all, what is required and unmet, and what its obligations
 * say.
 */
export type Judgement = ReturnType<typeof judgeRule>

/** A rule's clauses are one conjunction; the key of a limit and the value of a header are true where there is one. */
export function judgeRule(rule: Rule, situation: Situation) {
  const { model, names } = situation
  const texts = new Map<Expression, string>()
  // A rule that is not in play is like one that does not hold.
  if (!fits(rule, situation))
    return { rule, fits: false, outcomes: new Map<Expression, OperandResult>(), holds: false, unmet: [], texts }
  const conditions = rule.conditions.map(({ expression }) => expression)
  const values = rule.headers.map(({ value }) => value)
  const isOpen = (clause: Expression) => !names.has('body') && readsBody(clause, model)
  /** What is no condition relies on all of them. */
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

/** Whether the `to` of a rule fits. A shadow rule is not judged where something that it reads is not there, or is there twice. */
function fits({ shadow, to, reads }: Rule, situation: Situation): boolean {
  const { names, request, caller } = situation
  const lacks = reads.data.some(({ name }) => !names.has(name)) || (reads.body && !names.has('body'))
  if (shadow && (lacks || reads.headers.some((name) => request.headers.count(name) > 1))) return false
  return to.some((principal) => callerIs(caller, principal, (condition) => evaluate(condition, situation)))
}

export function readsBody(clause: Expression, model: Model): boolean {
  const names = expressionsWithin(clause).filter((part) => part.kind === 'Identifier' && part.name === 'body')
  return names.some((name) => model.referenceOf(name).kind === 'root')
}

/** Whether a forbid stands: it holds, or it errs. */
export const stands = ({ rule, holds }: Judgement) => rule.effect === 'forbid' && (holds === true || holds instanceof EvalFailure)
