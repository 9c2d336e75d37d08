import { collect, compare, constant, equal, within } from '../../compiler/ir/build.ts'
import type { CompareOperator, Const, Expr, Negate } from '../../compiler/ir/index.ts'

/**
 * Moves negations from values to constants: `-x < 3` becomes `x > -3`. Comparisons then read the value directly. The range of
 * ints is symmetric, so no constant overflows.
 */
export function turnNegations(expression: Expr): Expr {
  switch (expression.kind) {
    case 'Compare': {
      const { operator, left, right } = expression
      const turned = bothTurned(left, right)
      return turned === null ? expression : compare(TURNED[operator], ...turned)
    }
    case 'Equal': {
      const turned = bothTurned(expression.left, expression.right)
      return turned === null ? expression : equal(...turned)
    }
    case 'In': {
      const { element, collection } = expression
      if (!isNegated(element) || collection.kind !== 'Collect') return expression
      if (!collection.elements.every((one) => one.kind === 'Const')) return expression
      return within(
        element.operand,
        collect(
          collection.elements.map((one) => minus(one as Const)),
          collection.type,
        ),
      )
    }
    default:
      return expression
  }
}

const TURNED: Readonly<Record<CompareOperator, CompareOperator>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

function bothTurned(left: Expr, right: Expr): readonly [Expr, Expr] | null {
  if (isNegated(left))
    return isNegated(right) ? [left.operand, right.operand] : right.kind === 'Const' ? [left.operand, minus(right)] : null
  return isNegated(right) && left.kind === 'Const' ? [minus(left), right.operand] : null
}

function isNegated(expression: Expr): expression is Negate {
  return expression.kind === 'Negate' && (expression.type.kind === 'int' || expression.type.kind === 'double')
}

function minus({ value, type }: Const): Const {
  return constant(-(value as number), type)
}
