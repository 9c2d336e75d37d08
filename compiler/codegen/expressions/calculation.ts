/** Operators with two operands. */
import type { Arithmetic } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import { at, atom, LEVEL, type Level, type Term, term } from './term.ts'

/**
 * Emits an operation with an operator between two operands. By default, both operands must bind more tightly than the operator.
 */
export function infix(
  sign: Code,
  level: Level,
  a: Term,
  b: Term,
  left: Level = (level - 1) as Level,
  right: Level = (level - 1) as Level,
): Term {
  return term(js`${at(left, a)} ${sign} ${at(right, b)}`, level)
}

export function calculation(operator: Arithmetic['operator'], a: Term, b: Term): Term {
  const [sign, level, left, right] = OPERATIONS[operator]
  return infix(sign, level, a, b, left, right)
}

/** The sign of each operator, its own level, and the levels that its operands need. */
const OPERATIONS = {
  '+': [js`+`, LEVEL.sum, LEVEL.sum, LEVEL.product],
  '-': [js`-`, LEVEL.sum, LEVEL.sum, LEVEL.product],
  '*': [js`*`, LEVEL.product, LEVEL.product, LEVEL.unary],
  '/': [js`/`, LEVEL.product, LEVEL.product, LEVEL.unary],
  '%': [js`%`, LEVEL.product, LEVEL.product, LEVEL.unary],
} as const

/**
 * Emits integer arithmetic without a range check of the result. A quotient of ints, rounded to a double, never reaches the next
 * integer, so truncation is exact. A result of zero is never −0.
 */
export function intCalculation(operator: Arithmetic['operator'], a: Term, b: Term): Term {
  const result = calculation(operator, a, b)
  if (operator === '+' || operator === '-') return result
  return operator === '/' ? cut(result) : unsigned(result)
}

/** Emits code that truncates a number towards zero to an integer. */
export function cut(value: Term): Term {
  return unsigned(atom(js`abi.trunc(${value.code})`))
}

function unsigned(value: Term): Term {
  return infix(js`+`, LEVEL.sum, value, atom(js`0`), LEVEL.sum)
}
