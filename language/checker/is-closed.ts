import type { Text } from '../syntax/ast.ts'
import { matchText } from '../syntax/match-text.ts'

/**
 * Whether a text has its closing quote. Where it has none, which was reported, it took in the rest of its line: what
 * it says is not what was meant, and what should have followed it is missing.
 */
export function isClosed({ span }: Text): boolean {
  return matchText(span.source.text, span.start, 'open') === null
}
