import type { Text } from '../syntax/ast.ts'

const CLOSED = /^(["'])(?:\\.|(?!\1)[^\\])*\1$/su

/**
 * Whether a text has its closing quote. Where it has none, which was reported, it took in the rest of its line: what
 * it says is not what was meant, and what should have followed it is missing.
 */
export function isClosed({ span }: Text): boolean {
  return CLOSED.test(span.source.text.slice(span.start, span.end))
}
