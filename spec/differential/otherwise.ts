/**
 * What an explanation says would have to be otherwise, made so and decided again, by both meanings: the clauses of a permit that fail, made true, and one of a
 * forbid that it does not hold without, made false (`spec/language/explanation.md`, "Without the sources").
 */
import { compile } from '../../compiler/index.ts'
import type { Expression, Model, Rule, Type } from '../../language/index.ts'
import type { BoolLiteral, StringLiteral } from '../../language/syntax/ast.ts'
import type { EvalRequest, ExplainedRule } from '../../runtime/abi/index.ts'
import { instantiated, type PolicyOptions } from './compiled-policy.ts'
import { difference, interpreted, type Meaning } from './disagreement.ts'
import { clausesOf } from './expected-explanation.ts'
import { fitsSchemaOf } from './generate/documents.ts'

interface Asked {
  readonly model: Model
  /** That the request gets to. */
  readonly route: string
  readonly request: EvalRequest
  readonly validators: NonNullable<PolicyOptions['validators']>
}

/**
 * What is wrong with what an explanation of a refusal says of any of the rules by which it could have been none: the forbids that decide, or
 * else the permits whose `to` fits. Null where all is so. `onRule` hears of each that is made otherwise.
 */
export function wrongExplanation(
  asked: Omit<Asked, 'route'>,
  meaning: Meaning,
  onRule: (rule: ExplainedRule) => void = () => {},
): string | null {
  return firstOf(rulesInQuestion(meaning), (rule) => {
    onRule(rule)
    const whole = { ...asked, route: meaning.answer.route as string }
    return rule.effect === 'forbid' ? wrongForbid(whole, rule) : wrongPermit(whole, rule)
  })
}

function rulesInQuestion({ answer, explanation: { rules } }: Meaning): readonly ExplainedRule[] {
  if (answer.effect === 'permit') return []
  const enforced = rules.filter(({ shadow }) => !shadow)
  const forbids = enforced.filter(({ effect, decides }) => effect === 'forbid' && decides)
  return forbids.length > 0 ? forbids : enforced.filter(({ effect }) => effect === 'permit')
}

/** With the clauses that fail it permits; without one of those that somebody has looked at, it does not. */
function wrongPermit(asked: Asked, explained: ExplainedRule): string | null {
  const rule = ruleOf(asked.model, explained)
  const failing = clausesWhere(rule, explained, (outcome) => outcome !== 'true')
  const known = clausesWhere(rule, explained, (outcome) => outcome === 'false' || outcome === 'error')
  const permits = (meaning: Meaning): boolean => meaning.answer.effect === 'permit' && meaning.answer.rules.includes(rule.name)
  return (
    wrongWith(asked, rule, failing, (meaning) => (permits(meaning) ? null : `${rule.name} does not permit`)) ??
    firstOf(known, (kept) =>
      wrongWith(
        asked,
        rule,
        failing.filter((clause) => clause !== kept),
        (meaning) => (permits(meaning) ? `${rule.name} permits without \`${textOf(kept)}\`` : null),
      ),
    )
  )
}

function wrongForbid(asked: Asked, explained: ExplainedRule): string | null {
  const rule = ruleOf(asked.model, explained)
  const lifting = clausesWhere(rule, explained, (outcome) => outcome !== 'not-evaluated')
  if (lifting.length === 0 && rule.conditions.length > 0) return `no clause lifts ${rule.name}`
  return firstOf(lifting, (clause) =>
    wrongWith(asked, rule, [clause], ({ answer, explanation }) => {
      const told = explanation.rules.find(({ rule: name }) => name === rule.name)
      const isLifted = told?.outcome === 'fails' && !answer.rules.includes(rule.name)
      return isLifted ? null : `\`${textOf(clause)}\` does not lift ${rule.name}`
    }),
  )
}

/** With these clauses true, or, of a forbid, false: what is wrong then, or in what the meanings differ. */
function wrongWith(
  asked: Asked,
  rule: Rule,
  clauses: readonly Expression[],
  wrong: (meaning: Meaning) => string | null,
): string | null {
  const { model, request, validators } = asked
  const changed = withClauses(asked, rule, clauses)
  const meaning = interpreted(changed, request, { fitsSchema: fitsSchemaOf(model) })
  if (typeof meaning === 'string') return meaning
  // What did not matter before is read now, and cannot be.
  if (meaning.answer.code === 'body' || meaning.answer.code === 'body-type') return null
  return wrong(meaning) ?? difference(meaning, instantiated(changed, compile(changed), validators), request)
}

/** With one route alone, so that it is soon compiled. */
function withClauses({ model, route }: Asked, rule: Rule, clauses: readonly Expression[]): Model {
  const made = new Map<Expression, BoolLiteral | StringLiteral>(clauses.map((clause) => [clause, settled(clause, rule)]))
  const now = (expression: Expression): Expression => made.get(expression) ?? expression
  const types = new Map<Expression, Type>([...made.values()].map((one) => [one, one.kind === 'BoolLiteral' ? BOOL : STRING]))
  const changed: Rule = {
    ...rule,
    conditions: rule.conditions.map((one) =>
      made.has(one.expression) ? { unless: false, expression: now(one.expression) } : one,
    ),
    limit: rule.limit && { ...rule.limit, by: rule.limit.by && now(rule.limit.by) },
    headers: rule.headers.map((header) => ({ ...header, value: now(header.value) })),
    requires: rule.requires.filter((one) => !made.has(one)),
  }
  return {
    ...model,
    routes: model.routes.filter(({ name }) => name === route),
    rules: model.rules
      .map((one) => (one === rule ? changed : one))
      .filter(({ routes }) => routes.some(({ name }) => name === route)),
    typeOf: (expression) => types.get(expression) ?? model.typeOf(expression),
    guardsOf: (operand) => model.guardsOf(operand).map(now),
  }
}

const BOOL = { kind: 'bool' } as const
const STRING = { kind: 'string' } as const

/** What stands in the clause's place: of a permit what is true (any text, of a key or a header), of a forbid what is false. */
function settled(clause: Expression, { effect, conditions }: Rule): BoolLiteral | StringLiteral {
  const { span } = clause
  const isCondition = conditions.some(({ expression }) => expression === clause)
  if (effect === 'permit' && !isCondition) return { kind: 'StringLiteral', value: 'x', span }
  return { kind: 'BoolLiteral', value: effect === 'permit', span }
}

function ruleOf({ rules }: Model, { rule: name }: ExplainedRule): Rule {
  return rules.find((rule) => rule.name === name) as Rule
}

type Outcome = ExplainedRule['clauses'][number]['outcome']

function clausesWhere(rule: Rule, { clauses }: ExplainedRule, matters: (outcome: Outcome) => boolean): readonly Expression[] {
  return clausesOf(rule).filter((_, at) => matters((clauses[at] as ExplainedRule['clauses'][number]).outcome))
}

function textOf({ span: { source, start, end } }: Expression): string {
  return source.text.slice(start, end)
}

function firstOf<T>(all: readonly T[], find: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = find(one)
    if (found !== null) return found
  }
  return null
}
