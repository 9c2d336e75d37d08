import { and, or } from '../ir/build.ts'
import { type Expr, KIND, type Quantifier } from '../ir/index.ts'
import { inline } from './inline-variables.ts'
import { rarePass } from './pass.ts'

/**
 * Unrolls `exists` and `all` over a short list literal: `["a", "b"].exists(x, x in y)` becomes `"a" in y || "b" in y`. Preserves
 * each expression's value and whether it errs: both absorb errors as `||` and `&&` do, and a list with a fallible element stays,
 * as it errs for every test.
 */
export const unrollQuantifiers = rarePass('unroll-quantifiers', KIND.Quantifier, (expression) =>
  expression.kind === 'Quantifier' ? unrolled(expression) : expression,
)

/** For more elements or larger tests, a loop is less code. */
const FEW = 8
const LARGE = 2_000

function unrolled(expression: Quantifier): Expr {
  const { quantifier, range, variable, test } = expression
  if (quantifier === 'exists_one' || range.kind !== 'Collect' || range.fails) return expression
  const { elements, type } = range
  // A set treats −0 as 0, which a quotient distinguishes.
  if (type.kind === 'set' && type.element.kind === 'double') return expression
  if (elements.length > FEW || elements.length * test.weight > LARGE) return expression
  const tests = elements.map((element) => inline(variable, element, test))
  return quantifier === 'exists' ? or(...tests) : and(...tests)
}
