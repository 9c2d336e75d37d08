import type { Expr } from './expression.ts'

/** About how many bytes of source an expression becomes. */
export function weigh({ weight }: Expr): number {
  return weight
}

/** A text that is longer becomes a constant of the module. */
export const LONG_TEXT = 80
/** Of more constants a set is faster than comparing one by one: `docs/decisions/texts-as-they-are.md` has the figures. */
export const FEW_CONSTANTS = 8
