import type { Expression } from '../../../syntax/ast.ts'

/** Whether an expression's type depends on where it stands: `[…]` may be a set, and `[]` and `{}` do not tell what they hold. */
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

/** Whether it tells nothing at all: `[]` or `{}`. */
export function isEmptyLiteral(expression: Expression): boolean {
  return (
    (expression.kind === 'ListLiteral' && expression.elements.length === 0) ||
    (expression.kind === 'MapLiteral' && expression.entries.length === 0)
  )
}

/** In which turn it is checked among others that it may take its type from. */
export function rankOf(expression: Expression): 0 | 1 | 2 {
  if (isEmptyLiteral(expression)) return 2
  return takesItsType(expression) ? 1 : 0
}
