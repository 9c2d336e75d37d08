/** Checks the bounds of a whole expression: its cost, the length of texts that it concatenates, and its depth. */
import { longText, tooCostly, tooDeep } from '../../../diagnostics/catalogue/calls.ts'
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Expression } from '../../../syntax/ast.ts'
import { type ExpressionContext, tablesOf } from '../expression-context.ts'
import { COST_LIMIT, costOf, TEXTS_LIMIT } from './cost.ts'
import { beyondBounds, DEPTH_LIMIT, depthOf } from './depth.ts'
import { plainDepth } from './plain-depth.ts'

/**
 * Reports the first bound that an expression exceeds: cost, length of concatenated texts, or depth. If the expression is the body
 * of a def, the callers of the def are not reported again.
 */
export function checkBounds(expression: Expression, context: ExpressionContext): void {
  const problem = problemOf(expression, tablesOf(context))
  if (problem === null) return
  beyondBounds.add(expression)
  context.diagnostics.push(problem)
}

function problemOf(expression: Expression, tables: ReturnType<typeof tablesOf>): Diagnostic | null {
  if (plainDepth(expression, tables) <= DEPTH_LIMIT) return null
  const { steps, texts } = costOf(expression, tables)
  if (steps > COST_LIMIT) return report(tooCostly, expression.span, { steps, limit: COST_LIMIT })
  if (texts > TEXTS_LIMIT) return report(longText, expression.span, { texts, limit: TEXTS_LIMIT })
  const depth = depthOf(expression, tables)
  return depth > DEPTH_LIMIT ? report(tooDeep, expression.span, { depth, limit: DEPTH_LIMIT }) : null
}
