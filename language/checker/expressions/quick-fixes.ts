import type { Fix } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../source.ts'
import type { Expression } from '../../syntax/ast.ts'
import { showExpression } from './show-expression.ts'

/** Returns the fix that turns `.f` into `.?f`, or `[k]` into `[?k]`, after an object. */
export function markOptional(object: Expression, mark: '.' | '['): readonly Fix[] {
  const at = object.span.source.text.indexOf(mark, object.span.end)
  if (at === -1) return []
  const span = { source: object.span.source, start: at + 1, end: at + 1 }
  return [{ title: `read it as \`${mark}?\``, edits: [{ span, text: '?' }] }]
}

export function replaceBy(text: string, span: Span): readonly Fix[] {
  return [{ title: `write \`${text.replaceAll('`', "'")}\``, edits: [{ span, text }] }]
}

/**
 * Returns the fix that turns an integer literal beside a double into a double: `3` into `3.0`. Empty if no operand is such a
 * literal.
 */
export function asDouble(...operands: readonly Expression[]): readonly Fix[] {
  const literal = operands.find((operand) => operand.kind === 'IntLiteral')
  if (literal === undefined) return []
  const text = showExpression(literal)
  return /^-?\d+$/.test(text) ? replaceBy(`${text}.0`, literal.span) : []
}
