import type { Expr } from '../ir/index.ts'
import { expressionPass } from './pass.ts'
import { simplifyCall } from './simplify/calls.ts'
import { simplifyEmptiness } from './simplify/emptiness.ts'
import { mergeEqualities } from './simplify/equalities.ts'
import { simplifyLoop } from './simplify/loops.ts'
import { simplifyArithmetic, simplifyConcat } from './simplify/operators.ts'
import { simplifyConditional, simplifyEqual, simplifyIn, simplifyNot, turnComparison } from './simplify/tests.ts'

/**
 * Says the same in fewer or cheaper words: negations of tests, choices between constants, equalities with several constants,
 * operations that change nothing, patterns that are plain texts, loops that look for one element. Keeps, for every request, the
 * value of every expression and whether it errs: what may err is dropped nowhere, and moved only among what absorbs errors alike.
 */
export const simplify = expressionPass('simplify', (expression) => {
  let now = expression
  // A rewriting may make room for another one.
  for (let next = step(now); next !== null; next = step(now)) now = next
  return now
})

/** Null where there is nothing to do. */
function step(expression: Expr): Expr | null {
  switch (expression.kind) {
    case 'Not':
      return simplifyNot(expression)
    case 'Chain':
      return mergeEqualities(expression)
    case 'Conditional':
      return simplifyConditional(expression)
    case 'Equal':
      return simplifyEqual(expression) ?? simplifyEmptiness(expression)
    case 'Compare':
      return turnComparison(expression) ?? simplifyEmptiness(expression)
    case 'In':
      return simplifyIn(expression)
    case 'Arithmetic':
      return simplifyArithmetic(expression)
    case 'Concat':
      return simplifyConcat(expression)
    case 'Negate':
      return expression.operand.kind === 'Negate' ? expression.operand.operand : null
    case 'Call':
      return simplifyCall(expression)
    case 'Quantifier':
      return simplifyLoop(expression)
    default:
      return null
  }
}
