/** What is a number, whatever its parts are. */
import type { Expression, PrivateIdentifier } from 'acorn'

/**
 * Whether an expression is a number (or a bigint) by its syntax: the only keys by which a member is read. No prototype and no
 * function has a member of such a name.
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

/** A number that is written out, with a sign or without. */
export function isNumeral(node: Expression): boolean {
  const number = node.type === 'UnaryExpression' && node.operator === '-' ? node.argument : node
  return number.type === 'Literal' && (typeof number.value === 'number' || typeof number.value === 'bigint')
}
