import type { Expr } from './expression.ts'

/** What may stand in several places is what it is. */
export function itself(expression: Expr): Expr {
  return expression.kind === 'Shared' ? itself(expression.value) : expression
}
