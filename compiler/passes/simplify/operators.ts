/** Removes operations without effect. */
import type { Arithmetic, Concat, Expr } from '../../ir/index.ts'

/** Simplifies `x + 0`, `x - 0`, `x * 1` and `x / 1` to `x`. `x + 0` stays for doubles, as −0 + 0 is 0. */
export function simplifyArithmetic({ operator, left, right, type }: Arithmetic): Expr | null {
  const isDouble = type.kind === 'double'
  switch (operator) {
    case '+':
      if (isDouble) return null
      return isZero(right) ? left : isZero(left) && right.type.kind === type.kind ? right : null
    case '-':
      return isZero(right) && left.type.kind === type.kind ? left : null
    case '*':
      return isOne(right) ? left : isOne(left) ? right : null
    case '/':
      return isOne(right) ? left : null
    default:
      return null
  }
}

/** Excludes −0: x − −0 is not x if x is −0. */
function isZero(expression: Expr): boolean {
  return expression.kind === 'Const' && (expression.value === 0n || Object.is(expression.value, 0))
}

function isOne(expression: Expr): boolean {
  return expression.kind === 'Const' && expression.value === 1
}

/** Simplifies a concatenation with an empty text or list to the other operand. */
export function simplifyConcat({ left, right }: Concat): Expr | null {
  if (isEmpty(right)) return left
  return isEmpty(left) ? right : null
}

function isEmpty(expression: Expr): boolean {
  return expression.kind === 'Const' ? expression.value === '' : expression.kind === 'Collect' && expression.elements.length === 0
}
