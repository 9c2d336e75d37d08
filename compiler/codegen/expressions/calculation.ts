/** Operators with two operands. */
import type { Arithmetic } from '../../ir/index.ts'
import { type Code, js } from '../code.ts'
import { at, atom, LEVEL, type Level, type Term, term } from './term.ts'

/** Without other levels, what stands on either side binds more tightly. */
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

/** How tightly they bind, and how tightly what stands on either side must. */
const OPERATIONS = {
  '+': [js`+`, LEVEL.sum, LEVEL.sum, LEVEL.product],
  '-': [js`-`, LEVEL.sum, LEVEL.sum, LEVEL.product],
  '*': [js`*`, LEVEL.product, LEVEL.product, LEVEL.unary],
  '/': [js`/`, LEVEL.product, LEVEL.product, LEVEL.unary],
  '%': [js`%`, LEVEL.product, LEVEL.product, LEVEL.unary],
} as const

/**
 * Of ints, that may leave their range. A quotient of two ints, rounded to a double, never reaches the next integer, so that
 * cutting it is exact. The zero of an int has no sign.
 */
export function intCalculation(operator: Arithmetic['operator'], a: Term, b: Term): Term {
  const result = calculation(operator, a, b)
  if (operator === '+' || operator === '-') return result
  return operator === '/' ? cut(result) : unsigned(result)
}

/** Without its fraction. */
export function cut(value: Term): Term {
  return unsigned(atom(js`abi.trunc(${value.code})`))
}

function unsigned(value: Term): Term {
  return infix(js`+`, LEVEL.sum, value, atom(js`0`), LEVEL.sum)
}
