/** Edits that remove something. */
import type { Fix } from '../../diagnostics/diagnostic.ts'
import type { Span } from '../../source.ts'
import type { Chain, Expression } from '../../syntax/ast.ts'

type Edit = Fix['edits'][number]

/**
 * Returns the edit that removes a span: with its line if the line contains nothing else, else with the white space before the
 * span.
 */
export function removal({ source, start, end }: Span): Edit {
  const { text } = source
  const before = /(?:^|\n)?[ \t]*$/.exec(text.slice(0, start))?.[0] ?? ''
  const after = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end))
  const alone = after !== null && (before.startsWith('\n') || before.length === start)
  if (!alone) return { span: { source, start: start - before.replace('\n', '').length, end }, text: '' }
  const lineStart = start - before.length + (before.startsWith('\n') ? 1 : 0)
  return { span: { source, start: lineStart, end: end + after[0].length }, text: '' }
}

/** Returns the edit that removes an operand and its operator; null if parentheses or a comment surround the operand. */
export function operandRemoval({ operator, operands }: Chain, operand: Expression): Edit | null {
  const at = operands.indexOf(operand)
  const [left, right] = at === 0 ? [operand, operands[1]] : [operands[at - 1], operand]
  if (left === undefined || right === undefined) return null
  const { source } = operand.span
  const between = source.text.slice(left.span.end, right.span.start)
  if (between.trim() !== operator) return null
  // A single operand left in parentheses, or after a sign, keeps its meaning.
  return at === 0
    ? { span: { source, start: left.span.start, end: right.span.start }, text: '' }
    : { span: { source, start: left.span.end, end: right.span.end }, text: '' }
}
