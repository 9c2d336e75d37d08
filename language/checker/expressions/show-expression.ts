import type { Expression } from '../../syntax/ast.ts'

/** Returns an expression's source text in one line, shortened for messages. */
export function showExpression({ span }: Expression): string {
  const text = span.source.text.slice(span.start, span.end).replace(/\s+/g, ' ')
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
