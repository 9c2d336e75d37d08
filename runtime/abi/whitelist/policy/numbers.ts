/** What is a number, whatever its parts are. */
import type { Expression, PrivateIdentifier } from 'acorn'
import type { Scope } from './scope.ts'

/** Operators whose result is a number (or a bigint) and never a text, whatever they are given. */
const ARITHMETIC: ReadonlySet<string> = new Set(['-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>'])

export function isNumber(node: Expression | PrivateIdentifier, scope: Scope): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number'
    case 'Identifier':
      return scope.kindOf(node.name) === 'counter'
    case 'UnaryExpression':
      return node.operator === '-' || node.operator === '+' || node.operator === '~'
    case 'BinaryExpression':
      return ARITHMETIC.has(node.operator)
    default:
      return false
  }
}

/** A whole number from 0, written out. */
export function isCount(node: Expression | null | undefined): boolean {
  return node?.type === 'Literal' && Number.isSafeInteger(node.value) && (node.value as number) >= 0
}
