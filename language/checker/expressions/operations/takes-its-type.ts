import type { Expression } from '../../../syntax/ast.ts'

/** Returns whether an expression's type depends on the context: `[…]` may be a set, and `[]` and `{}` have no element type. */
export function takesItsType(expression: Expression): boolean {
  switch (expression.kind) {
    case 'ListLiteral':
    case 'MapLiteral':
      return true
    case 'Conditional':
      return takesItsType(expression.then) && takesItsType(expression.otherwise)
    default:
      return false
  }
}

/** Returns whether the expression is `[]` or `{}`. */
export function isEmptyLiteral(expression: Expression): boolean {
  return (
    (expression.kind === 'ListLiteral' && expression.elements.length === 0) ||
    (expression.kind === 'MapLiteral' && expression.entries.length === 0)
  )
}

/**
 * Returns when to check an expression among operands that may determine each other's type: 0 (first) for an expression with a
 * type of its own, 1 for a literal of a collection, 2 for an empty literal.
 */
export function rankOf(expression: Expression): 0 | 1 | 2 {
  if (isEmptyLiteral(expression)) return 2
  return takesItsType(expression) ? 1 : 0
}
