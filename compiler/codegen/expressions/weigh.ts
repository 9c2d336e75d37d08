import { children, type Expr, isFlat } from '../../ir/index.ts'

/** About how many bytes of source an expression becomes. Known once per expression. */
export function weigh(expression: Expr): number {
  if (isFlat(expression)) return sum(expression)
  const known = weights.get(expression)
  if (known !== undefined) return known
  const weight = sum(expression)
  weights.set(expression, weight)
  return weight
}

function sum(expression: Expr): number {
  let weight = ownWeight(expression)
  for (const child of children(expression)) weight += weigh(child)
  return weight
}

const weights = new WeakMap<Expr, number>()

function ownWeight(expression: Expr): number {
  return expression.kind === 'Const' && typeof expression.value === 'string'
    ? Math.min(expression.value.length, LONG_TEXT) + 4
    : 24
}

/** A text that is longer becomes a constant of the module. */
export const LONG_TEXT = 80
/** An expression that is heavier becomes a function of its own. */
export const HEAVY = 6_000
/** A function that is longer is continued in another: V8 optimizes no function of more than 61,440 bytes of bytecode. */
export const LONG_FUNCTION = 16_000
