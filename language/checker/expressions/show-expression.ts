import type { Expression } from '../../syntax/ast.ts'

/** An expression as it was written, in one line, for messages. Long ones are cut. */
export function showExpression({ span }: Expression): string {
  const text = span.source.text.slice(span.start, span.end).replace(/\s+/g, ' ')
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
