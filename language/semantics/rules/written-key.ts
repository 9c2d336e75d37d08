import type { Expression } from '../../syntax/ast.ts'

/**
 * A text that is equal for expressions that are written alike, but for places. Outside of defs and comprehensions all names are the
 * bundle's, so they have one value within a decision.
 */
export function writtenKey(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) => (key === 'span' ? undefined : value))
}
