import { EvalFailure, type InterpretedTrace as Explained, readsBody } from '../../interpreter/index.ts'
import { type Expression, type Model, positionAt, type Rule } from '../../language/index.ts'
import type { ExplainedClause, ExplainedRule, Explanation, WrittenClause } from '../../runtime/abi/index.ts'

type Judgement = Explained['rules'][number]

/** What a bundle has to say of why, by the interpreter's explanation: `spec/language/explanation.md`, "Without the sources". */
export function expectedExplanation(model: Model, { answer, rules, nearest, seen }: Explained): Explanation {
  const explainRule = (judgement: Judgement): ExplainedRule => {
    const { rule } = judgement
    const { name, effect, shadow, because } = rule
    const clauses = [...writtenOf(rule)].map(
      ([expression, written]): ExplainedClause => ({ ...written, outcome: outcomeOf(expression, judgement) }),
    )
    return { rule: name, effect, shadow, outcome: wholeOf(judgement), decides: answer.rules.includes(name), because, clauses }
  }
  const outcomeOf = (expression: Expression, { rule, outcomes, unmet }: Judgement): ExplainedClause['outcome'] => {
    const outcome = outcomes.get(expression)
    const conditions = rule.conditions.map((one) => one.expression)
    if (rule.requires.some((one) => one === expression)) return unmet.some((one) => one === expression) ? 'false' : 'true'
    // A limit's key and headers are asked for where all conditions are true.
    const isAsked = conditions.includes(expression) || conditions.every((one) => outcomes.get(one) === true)
    if (outcome === 'open') return isAsked && readsBody(expression, model) ? 'open' : 'not-evaluated'
    // What became of its guard became of a clause that was not evaluated.
    if (!seen.has(expression)) return 'not-evaluated'
    return outcome instanceof EvalFailure ? 'error' : outcome ? 'true' : 'false'
  }
  // What was judged before the body could not be read is no reason for that.
  if (answer.effect === 'reject') return { rules: [], nearest: null }
  const told = rules.filter(({ fits }) => fits).map(explainRule)
  if (nearest === null || !nearest.permit.fits) return { rules: told, nearest: null }
  const permit = nearest.permit.rule.name
  const clauses = told.find(({ rule }) => rule === permit)?.clauses.filter(({ outcome }) => outcome !== 'true') ?? []
  return { rules: told, nearest: { permit, to: null, clauses, forbids: nearest.forbids.map(({ rule }) => rule.name) } }
}

function wholeOf({ holds, unmet }: Judgement): ExplainedRule['outcome'] {
  if (holds === true) return unmet.length > 0 ? 'unmet' : 'holds'
  if (holds === 'open') return 'open'
  return holds === false ? 'fails' : 'errs'
}

type Written = WrittenClause & Pick<ExplainedClause, 'name'>

/** Many requests are asked of a rule. */
const known = new WeakMap<Rule, ReadonlyMap<Expression, Written>>()

/** A rule's clauses in the order of explanations. */
export function clausesOf(rule: Rule): readonly Expression[] {
  return [...writtenOf(rule).keys()]
}

function writtenOf(rule: Rule): ReadonlyMap<Expression, Written> {
  const made = known.get(rule) ?? writeClauses(rule)
  known.set(rule, made)
  return made
}

function writeClauses({ conditions, limit, headers, requires }: Rule): ReadonlyMap<Expression, Written> {
  const told = (clause: Written['clause'], expression: Expression, name?: string): readonly [Expression, Written] => {
    const { source, start, end } = expression.span
    const place = { file: source.name, start: positionAt(source, start), end: positionAt(source, end) }
    return [expression, { clause, ...(name !== undefined && { name }), place }]
  }
  return new Map([
    ...conditions.map(({ unless, expression }) => told(unless ? 'unless' : 'when', expression)),
    ...(limit?.by ? [told('limit', limit.by)] : []),
    ...headers.map(({ name, value }) => told('header', value, name)),
    ...requires.map((requirement) => told('require', requirement)),
  ])
}
