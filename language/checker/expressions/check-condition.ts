/**
 * Where declarations hand their expressions to the checker: what is asked of an expression as a whole stands here (its type where
 * one is wanted, and its bounds), what is asked of each part of it in the other files.
 */
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
 * Checks the clauses of a rule, or the one condition of an invariant, from left to right.
 *
 * @returns what is known where all of them hold: what its limit and its headers are checked under
 */
export function checkConditions(conjuncts: readonly Conjunct[], known: FlowFacts, context: ExpressionContext): FlowFacts {
  const isWhole = ({ expression, negated }: Conjunct): boolean => negated && expression.kind === 'Requirement'
  const clauses = context.requirements === 'unless-clauses' ? conjuncts.filter(isWhole) : []
  const requirementClauses = new Set(clauses.map(({ expression }) => expression))
  const { all } = checkConjunction(conjuncts, known, withChanges(context, { requirementClauses }))
  for (const { expression } of conjuncts) checkBounds(expression, context)
  return all
}

/** Checks one condition that must be a bool. */
export function checkCondition(expression: Expression, known: FlowFacts, context: ExpressionContext): Checked {
  const checked = checkBool(expression, known, withChanges(context, { operand: expression }))
  checkBounds(expression, context)
  return checked
}

/**
 * Checks an expression that is wanted for its value: the body of a def, the key of a limit, the value of a header.
 *
 * @param wanted what it must be; null where the caller looks at the type itself
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
