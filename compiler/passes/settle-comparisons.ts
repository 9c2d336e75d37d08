import { FALSE, TRUE } from '../ir/build.ts'
import type { Expr } from '../ir/index.ts'
import { answerOf } from './narrow/domain.ts'
import { domainOf } from './narrow/domain-of.ts'
import { questionOf } from './narrow/predicate.ts'
import { expressionPass } from './pass.ts'

/**
 * Answers comparisons with constants that what is compared cannot answer otherwise: a size is never below 0, an hour never above
 * 23, a remainder of 10 less than 10, and one of two literals is among these two. Keeps, for every request, the value of every
 * expression and whether it errs: what may err is compared.
 */
export const settleComparisons = expressionPass('settle-comparisons', (expression) => {
  if (expression.fails || !COMPARISONS.has(expression.kind)) return expression
  const { about, asks, answer } = questionOf(expression)
  const found = answerOf(domainOf(about), asks)
  return found === null ? expression : found === answer ? TRUE : FALSE
})

const COMPARISONS: ReadonlySet<Expr['kind']> = new Set(['Equal', 'Compare', 'In'])
