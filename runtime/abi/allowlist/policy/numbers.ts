/** Expressions that are numbers by syntax. */
import type { Expression, PrivateIdentifier } from 'acorn'

/** Whether an expression is a number or bigint by syntax: the only computed keys. No prototype or function has such a member. */
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

/** A number literal with an optional sign. */
export function isNumeral(node: Expression): boolean {
  const number = node.type === 'UnaryExpression' && node.operator === '-' ? node.argument : node
  return number.type === 'Literal' && (typeof number.value === 'number' || typeof number.value === 'bigint')
}
