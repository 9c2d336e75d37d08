import type { Expr } from './expression.ts'
import { children, isFlat } from './visit.ts'

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
/** Of more constants a set is faster than comparing one by one: `docs/decisions/texts-as-they-are.md` has the figures. */
export const FEW_CONSTANTS = 8
