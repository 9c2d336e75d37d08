/**
 * Where declarations hand their expressions to the checker: what is asked of an expression as a whole stands here (its type where
 * one is wanted, its cost), what is asked of each part of it in the other files.
 */
import type { Expression } from '../../syntax/ast.ts'
import type { Type } from '../types/type.ts'
import { type Conjunct, checkBool, checkConjunction, checkExpression } from './check-expression.ts'
import type { Checked, ExpressionContext } from './expression-context.ts'
import type { Known } from './narrowing.ts'

/**
 * Checks the clauses of a rule, or the one condition of a role or an invariant, from left to right.
 *
 * @returns what is known where all of them hold
 */
export function checkConditions(conjuncts: readonly Conjunct[], known: Known, context: ExpressionContext): Known {
  return checkConjunction(conjuncts, known, context).all
}

/** Checks one condition that must be a bool. */
export function checkCondition(expression: Expression, known: Known, context: ExpressionContext): Checked {
  return checkBool(expression, known, context)
}

/**
 * Checks an expression that is wanted for its value: the body of a def, the key of a limit, the value of a header.
 *
 * @param wanted what it must be; null where the caller looks at the type itself
 */
export function checkValue(expression: Expression, known: Known, context: ExpressionContext, wanted: Type | null): Checked {
  return checkExpression(expression, known, context, wanted ?? undefined)
}
