import type { Expr } from '../ir/index.ts'
import { expressionPass } from './pass.ts'
import { simplifyCall } from './simplify/calls.ts'
import { simplifyEmptiness } from './simplify/emptiness.ts'
import { mergeEqualities } from './simplify/equalities.ts'
import { simplifyLoop } from './simplify/loops.ts'
import { simplifyArithmetic, simplifyConcat } from './simplify/operators.ts'
import { simplifyConditional, simplifyEqual, simplifyIn, simplifyNot, turnComparison } from './simplify/tests.ts'

/**
 * Replaces expressions by shorter or cheaper ones: negated tests, choices between constants, equalities with several constants,
 * no-ops, patterns that are plain texts, loops that search one element. Preserves each expression's value and whether it errs:
 * fallible expressions are never dropped, and moved only within one absorbing operator.
 */
export const simplify = expressionPass('simplify', (expression) => {
  let now = expression
  // One rewriting may enable another.
  for (let next = step(now); next !== null; next = step(now)) now = next
  return now
})

/** Returns null if nothing applies. */
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
