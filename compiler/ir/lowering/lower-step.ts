/** A rule on one route, for one kind of caller → a step. */
import type { Rule } from '../../../language/checker/model.ts'
import { positionAt } from '../../../language/source.ts'
import type { Expression, Requirement } from '../../../language/syntax/ast.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'
import type { WrittenClause } from '../../../runtime/abi/index.ts'
import { rulePlace } from '../../places.ts'
import * as build from '../build.ts'
import type { Expr, Operand } from '../expression.ts'
import type { DecisionStep, RequirementIr } from '../policy.ts'
import { type Lowering, lowerExpression, lowerOperands } from './lower-expression.ts'

type Clause = Rule['conditions'][number]

/**
 * Translates a rule on one route to IR, for one kind of caller.
 *
 * @param to the test that remains of the rule's `to` for this kind of caller; not constantly false
 */
export function lowerStep(
  rule: Rule,
  stage: DecisionStep['stage'],
  to: Expr,
  unsure: DecisionStep['unsure'],
  lowering: Lowering,
): DecisionStep {
  const clauses = rule.conditions.filter(({ expression }) => expression.kind !== 'Requirement')
  const placeOf = (clause: Clause | undefined) => rulePlace(rule.name, rule.conditions.indexOf(clause as Clause))
  const first: readonly Operand[] = to === build.TRUE ? [] : [{ expression: to, guards: [] }]
  const operands = lowerOperands(
    clauses.map(({ expression }) => expression),
    lowering,
    first.length,
  ).map(({ expression, guards }, at) => {
    const clause = clauses[at]
    return { expression: clause?.unless ? build.not(expression) : expression, guards, place: placeOf(clause) }
  })
  const lower = (expression: Expression) => lowerExpression(expression, lowering)
  const mayWait = rule.reads.body && lowering.route !== null && lowering.route.body !== null
  return {
    rule: rule.name,
    effect: rule.effect,
    shadow: rule.shadow,
    stage,
    test: build.chain('&&', [...first, ...operands]),
    to,
    clauses: operands.map(({ expression, guards, place }, at) => ({
      expression,
      guards: guards.map((guard) => guard - first.length),
      ...(place !== undefined && { place }),
      waits: mayWait && readsBody(clauses[at]?.expression as Expression, lowering.model),
    })),
    requires: requirementsOf(rule).map(lowerRequirement),
    limit: rule.limit && { count: rule.limit.count, per: rule.limit.per, by: rule.limit.by && lower(rule.limit.by) },
    headers: rule.headers.map(({ name, value }) => ({ name, value: lower(value) })),
    open: mayWait ? lowerOpen(rule, clauses, first, operands, lowering.model) : null,
    because: rule.because,
    personal: rule.personal,
    written: writtenClauses(rule, clauses),
    waiting: obligationsOf(rule).map((value) => mayWait && readsBody(value, lowering.model)),
    unsure,
  }
}

function requirementsOf({ effect, conditions, requires }: Rule): readonly Requirement[] {
  if (effect === 'permit') return requires
  return conditions.flatMap(({ unless, expression }) => {
    if (expression.kind !== 'Requirement') return []
    if (!unless) throw new Error('a forbid asks for a requirement in a `when`, which the checker refuses')
    return [expression]
  })
}

/** Memoized, as a rule is lowered for each of its routes. */
const written = new WeakMap<Rule, readonly WrittenClause[]>()

/** In the order of `Step.written`. */
function writtenClauses(rule: Rule, clauses: readonly Clause[]): readonly WrittenClause[] {
  const known = written.get(rule)
  if (known !== undefined) return known
  const at = (clause: WrittenClause['clause'], { span: { source, start, end } }: Expression): WrittenClause => ({
    clause,
    place: { file: source.name, start: positionAt(source, start), end: positionAt(source, end) },
  })
  const made = [
    ...clauses.map(({ unless, expression }) => at(unless ? 'unless' : 'when', expression)),
    ...(rule.limit?.by ? [at('limit', rule.limit.by)] : []),
    ...rule.headers.map(({ value }) => at('header', value)),
    ...requirementsOf(rule).map((one) => at(rule.effect === 'permit' ? 'require' : 'unless', one)),
  ]
  written.set(rule, made)
  return made
}

function lowerRequirement({ what, values, within }: Requirement): RequirementIr {
  return { what, values: values.map(({ value }) => value), within: within?.milliseconds ?? null }
}

/**
 * Returns the part of a rule that is known before the body is read; null if that is all of it. The source text decides which
 * clauses read the body, so that reading does not depend on what passes can fold.
 */
function lowerOpen(
  rule: Rule,
  clauses: readonly Clause[],
  first: readonly Operand[],
  operands: readonly Operand[],
  model: Lowering['model'],
): Expr | null {
  const all = [...first, ...operands]
  const open = first.map(() => false)
  for (const [at, { expression }] of clauses.entries()) {
    const guards = operands[at]?.guards ?? []
    open.push(readsBody(expression, model) || guards.some((guard) => open[guard]))
  }
  if (!open.includes(true) && !obligationsOf(rule).some((value) => readsBody(value, model))) return null
  // A closed operand has no open guard.
  const closed = all.flatMap((_, at) => (open[at] ? [] : [at]))
  return build.chain(
    '&&',
    closed.map((at) => {
      const operand = all[at] as Operand
      return { ...operand, guards: operand.guards.map((guard) => closed.indexOf(guard)) }
    }),
  )
}

function obligationsOf({ limit, headers }: Rule): readonly Expression[] {
  return [...(limit?.by ? [limit.by] : []), ...headers.map(({ value }) => value)]
}

function readsBody(expression: Expression, model: Lowering['model']): boolean {
  let found = false
  walkExpressions(expression, (one) => {
    if (one.kind !== 'Identifier' || one.name !== 'body') return
    const reference = model.referenceOf(one)
    found ||= reference.kind === 'root' && reference.root === 'body'
  })
  return found
}
