/** The entry points for declarations. They check a whole expression: its required type and its bounds. */
import { valueType } from '../../diagnostics/catalogue/types.ts'
import { report } from '../../diagnostics/report.ts'
import type { Expression } from '../../syntax/ast.ts'
import { fitsType, showType, type Type } from '../types/type.ts'
import { checkBounds } from './bounds/check-bounds.ts'
import { checkBool } from './check-bool.ts'
import { type Checked, type ExpressionContext, withChanges } from './expression-context.ts'
import { type Conjunct, checkConjunction } from './flow/check-chain.ts'
import type { FlowFacts } from './flow/narrowing.ts'

export type { Conjunct } from './flow/check-chain.ts'

/**
 * Checks the clauses of a rule from left to right, and the bounds of each.
 *
 * @returns the facts if all clauses hold, under which the limit and headers of the rule are then checked
 */
export function checkConditions(conjuncts: readonly Conjunct[], known: FlowFacts, context: ExpressionContext): FlowFacts {
  const isWhole = ({ expression, negated }: Conjunct): boolean => negated && expression.kind === 'Requirement'
  const clauses = context.requirements === 'unless-clauses' ? conjuncts.filter(isWhole) : []
  const requirementClauses = new Set(clauses.map(({ expression }) => expression))
  const { all } = checkConjunction(conjuncts, known, withChanges(context, { requirementClauses }))
  for (const { expression } of conjuncts) checkBounds(expression, context)
  return all
}

export function checkCondition(expression: Expression, known: FlowFacts, context: ExpressionContext): Checked {
  const checked = checkBool(expression, known, withChanges(context, { operand: expression }))
  checkBounds(expression, context)
  return checked
}

/**
 * Checks an expression for its value: the body of a def, the key of a limit, the value of a header.
 *
 * @param wanted the required type; null if the caller checks the type itself
 */
export function checkValue(expression: Expression, known: FlowFacts, context: ExpressionContext, wanted: Type | null): Checked {
  const inner = wanted?.kind === 'bool' ? withChanges(context, { operand: expression }) : context
  const checked = context.check(expression, known, inner, wanted ?? undefined)
  const { type } = checked
  if (wanted !== null && type.kind !== 'unknown' && !fitsType(type, wanted))
    context.diagnostics.push(report(valueType, expression.span, { wanted: showType(wanted), type: showType(type) }))
  checkBounds(expression, context)
  return checked
}
