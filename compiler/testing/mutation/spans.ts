import type { Span } from '../../../language/source.ts'
import type { SyntaxNode } from '../../../language/syntax/children.ts'
import { textOf } from './mutant.ts'

/** Returns the word before a span if only white space separates them; else null. */
export function wordBefore({ source, start }: Span, word: string): Span | null {
  const before = source.text.slice(0, start).trimEnd()
  if (!before.endsWith(word) || /[\w-]/.test(before.charAt(before.length - word.length - 1))) return null
  return { source, start: before.length - word.length, end: before.length }
}

/** Returns a clause with its keyword, whether or not its node includes it. */
export function clauseSpan(node: SyntaxNode | { readonly span: Span }, keyword: string): Span | null {
  const { span } = node
  if (new RegExp(`^${keyword}\\b`).test(textOf(span))) return span
  const word = wordBefore(span, keyword)
  return word === null ? null : { ...span, start: word.start }
}

/** Returns the span from a keyword to the end of its list. */
export function listClause(list: readonly { readonly span: Span }[], keyword: string): Span | null {
  const [first, last] = [list[0], list.at(-1)]
  const word = first === undefined ? null : wordBefore(first.span, keyword)
  return word === null || last === undefined ? null : { ...word, end: last.span.end }
}

/** Returns a list item with the comma to remove along with it. */
export function listItem(list: readonly { readonly span: Span }[], at: number): Span {
  const { span } = list[at] as { readonly span: Span }
  const [before, after] = [list[at - 1], list[at + 1]]
  if (after !== undefined) return { ...span, end: after.span.start }
  return before === undefined ? span : { ...span, start: before.span.end }
}

/** Returns the empty span after a span. */
export function behind({ source, end }: Span): Span {
  return { source, start: end, end }
}

/** Returns the first of some texts between two nodes, skipping comments. */
export function between(left: Span, right: Span, texts: readonly string[]): Span | null {
  const gap = left.source.text.slice(left.end, right.start).replace(/\/\/[^\n]*/g, (comment) => ' '.repeat(comment.length))
  const found = texts.map((text) => [gap.indexOf(text), text] as const).filter(([at]) => at !== -1)
  const [at, text] = found.sort(([a], [b]) => a - b)[0] ?? [-1, '']
  return at === -1 ? null : { source: left.source, start: left.end + at, end: left.end + at + text.length }
}
