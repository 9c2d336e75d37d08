import type { Expression, Model, Requirement, Route, Rule } from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import type { CanonicalRequest } from '../../request/index.ts'
import { absorb, type Outcome, outcomesOf } from './absorb.ts'
import { showScalar } from './builtins.ts'
import { callerIs, isMet } from './caller.ts'
import { type Environment, evaluate } from './evaluate.ts'
import { fail } from './value.ts'

/** A request that has come through all doors, but perhaps that of its body. */
export interface Situation extends Environment {
  readonly route: Route
  readonly request: CanonicalRequest
  /** The route declares a body, and it was not read. */
  readonly isEarly: boolean
}

/** What became of a rule whose `to` fits. */
export interface Judgement {
  readonly rule: Rule
  /** Of each of its clauses. */
  readonly outcomes: readonly Outcome[]
  readonly holds: Outcome
  /** Of a permit: what of its `require` is not met. */
  readonly unmet: readonly Requirement[]
  /** Of a permit that holds: the key of its limit and the values of its headers. */
  readonly texts: ReadonlyMap<Expression, string>
}

type Clause = { readonly kind: 'when' | 'unless' | 'limit' | 'header'; readonly expression: Expression }

/** One conjunction: the conditions, and the key of a limit and the values of headers, which are true where there is one. */
export function clausesOf({ conditions, limit, headers }: Rule): readonly Clause[] {
  return [
    ...conditions.map(({ unless, expression }) => ({ kind: unless ? 'unless' : 'when', expression }) as const),
    ...(limit?.by ? [{ kind: 'limit', expression: limit.by } as const] : []),
    ...headers.map(({ value }) => ({ kind: 'header', expression: value }) as const),
  ]
}

export function judge(rule: Rule, situation: Situation): Judgement {
  const { model, caller, time, isEarly, observe } = situation
  const clauses = clausesOf(rule)
  const texts = new Map<Expression, string>()
  const isCondition = ({ kind }: Clause) => kind === 'when' || kind === 'unless'
  const isOpen = ({ expression }: Clause) => isEarly && readsBody(expression, model)
  /** What stands behind the conditions relies on all of them. */
  const isGuardOf = (one: Clause) => (other: Clause) =>
    isCondition(one) ? model.guardsOf(one.expression).includes(other.expression) : isCondition(other)
  const judgeClause = (clause: Clause): Outcome => {
    const { kind, expression } = clause
    if (isOpen(clause)) return 'open'
    const value = evaluate(expression, situation)
    if (isCondition(clause)) return value === (kind === 'when')
    const text = showScalar(value, model.typeOf(expression))
    if (kind === 'header' && !/^([!-~]([ -~]*[!-~])?)?$/.test(text)) fail('header-value')
    texts.set(expression, text)
    return true
  }
  const guardsOf = (clause: Clause) => (isOpen(clause) ? [] : clauses.filter(isGuardOf(clause)))
  const outcomes = [...outcomesOf(clauses, false, guardsOf, judgeClause)]
  const unmet = rule.requires.filter((one) => {
    const met = isMet(one, caller, time)
    observe?.(one, met)
    return !met
  })
  return { rule, outcomes, holds: absorb(outcomes, false), unmet, texts }
}

/** Whether the `to` of a rule fits. A shadow rule is not judged where something that it reads is not there, or is there twice. */
export function isInPlay({ shadow, to, reads }: Rule, situation: Situation): boolean {
  const { names, request, isEarly, caller } = situation
  const isThere =
    reads.data.every(({ name }) => names.has(name)) && reads.headers.every((name) => request.headers.count(name) < 2)
  if (shadow && (!isThere || (isEarly && reads.body))) return false
  return to.some((principal) => callerIs(caller, principal, (condition) => evaluate(condition, situation)))
}

function readsBody(expression: Expression, model: Model): boolean {
  let reads = false
  walkExpressions(expression, (part) => {
    const reference = part.kind === 'Identifier' && part.name === 'body' ? model.referenceOf(part) : null
    reads ||= reference?.kind === 'root' && reference.root === 'body'
  })
  return reads
}
