import { FALSE, TRUE } from '../ir/build.ts'
import type { Expr } from '../ir/index.ts'
import { answerOf } from './narrow/domain.ts'
import { domainOf } from './narrow/domain-of.ts'
import { questionOf } from './narrow/predicate.ts'
import { expressionPass } from './pass.ts'

/**
 * Folds comparisons with constants that the compared type decides: a size is at least 0, an hour at most 23, a remainder of 10
 * less than 10, and a literal one of its union. Preserves each expression's value and whether it errs: fallible operands are
 * still compared.
 */
export const settleComparisons = expressionPass('settle-comparisons', (expression) => {
  if (expression.fails || !COMPARISONS.has(expression.kind)) return expression
  const { about, asks, answer } = questionOf(expression)
  const found = answerOf(domainOf(about), asks)
  return found === null ? expression : found === answer ? TRUE : FALSE
})

const COMPARISONS: ReadonlySet<Expr['kind']> = new Set(['Equal', 'Compare', 'In'])
