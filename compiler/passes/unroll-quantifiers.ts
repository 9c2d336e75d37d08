import { and, or } from '../ir/build.ts'
import { type Expr, KIND, type Quantifier } from '../ir/index.ts'
import { inline } from './inline-variables.ts'
import { rarePass } from './pass.ts'

/**
 * Asks the test of `exists` and `all` of each element of a short list that is written out, in place of a loop: `["a",
 * "b"].exists(x, x in y)` is `"a" in y || "b" in y`. Keeps, for every request, the value of every expression and whether it errs:
 * the two absorb errors as `||` and `&&` do, and a list of which an element may err, whatever is asked of it, stays one.
 */
export const unrollQuantifiers = rarePass('unroll-quantifiers', KIND.Quantifier, (expression) =>
  expression.kind === 'Quantifier' ? unrolled(expression) : expression,
)

/** Of more elements, or of more to ask of them, a loop is less code. */
const FEW = 8
const LARGE = 2_000

function unrolled(expression: Quantifier): Expr {
  const { quantifier, range, variable, test } = expression
  if (quantifier === 'exists_one' || range.kind !== 'Collect' || range.fails) return expression
  const { elements, type } = range
  // A set takes −0 for 0, which a quotient tells apart.
  if (type.kind === 'set' && type.element.kind === 'double') return expression
  if (elements.length > FEW || elements.length * test.weight > LARGE) return expression
  const tests = elements.map((element) => inline(variable, element, test))
  return quantifier === 'exists' ? or(...tests) : and(...tests)
}
