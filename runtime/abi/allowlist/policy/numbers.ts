/** Expressions that are numbers by syntax. */
import type { Expression, PrivateIdentifier } from 'acorn'

/**
 * Returns whether the syntax of an expression makes its value a number or bigint. Only such expressions may be computed keys,
 * because no prototype or function has a member with such a name.
 */
export function isNumber(node: Expression | PrivateIdentifier): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number'
    case 'UnaryExpression':
      return node.operator === '-' || node.operator === '+'
    case 'BinaryExpression':
      return node.operator === '&'
    default:
      return false
  }
}

/** Returns whether an expression is a number literal with an optional sign. */
export function isNumeral(node: Expression): boolean {
  const number = node.type === 'UnaryExpression' && node.operator === '-' ? node.argument : node
  return number.type === 'Literal' && (typeof number.value === 'number' || typeof number.value === 'bigint')
}
