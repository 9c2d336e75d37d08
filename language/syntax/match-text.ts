/**
 * Finds the end of a quoted string: one or three quotes, raw (`r"…"`) or with escapes, and CEL's `b"…"`. Hand-written to be
 * linear: an unclosed string is searched once, not at every quote.
 */

import type { Text } from './ast.ts'

type Wanted = 'text' | 'bytes' | 'open'

export interface Quoting {
  readonly bytes: boolean
  readonly raw: boolean
  /** Quote of the text: `"`, `'`, `"""` or `'''`. */
  readonly quote: string
  /** The number of characters of the literal before its content: prefixes such as `r`, and the opening quote. */
  readonly opening: number
}

/** Returns the kind of quotes and prefixes of the string literal at an offset; null if none begins there. */
export function quotingAt(text: string, offset: number): Quoting | null {
  let at = offset
  const bytes = text[at] === 'b' || text[at] === 'B'
  if (bytes) at += 1
  const raw = text[at] === 'r' || text[at] === 'R'
  if (raw) at += 1
  const mark = text[at]
  if (mark !== '"' && mark !== "'") return null
  const quote = text[at + 1] === mark && text[at + 2] === mark ? mark.repeat(3) : mark
  return { bytes, raw, quote, opening: at + quote.length - offset }
}

/** The offset from which triple quotes of a kind are unclosed in the last text: then all later ones are too. */
const unclosed = new Map<string, { readonly text: string; readonly from: number }>()

/** Matches a text at an offset, as a custom pattern for Chevrotain. Returns null if there is no match. */
export function matchText(text: string, offset: number, wanted: Wanted): [string] | null {
  const quoting = quotingAt(text, offset)
  // A word before an unclosed quote is more likely a name.
  if (quoting === null || (wanted === 'open' && (quoting.raw || quoting.bytes))) return null
  const start = offset + quoting.opening
  const end = quoting.quote.length === 1 ? closingOnLine(text, start, quoting) : closingAnywhere(text, start, quoting)
  if (end === -1) return wanted === 'open' ? [text.slice(offset, endOfOpen(text, start, quoting))] : null
  return wanted === (quoting.bytes ? 'bytes' : 'text') ? [text.slice(offset, end)] : null
}

/** Returns the offset after the closing quote, or -1. */
function closingOnLine(text: string, start: number, { quote, raw }: Quoting): number {
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] as string
    if (character === quote) return at + 1
    if (character === '\\' && !raw) at += 1
    if (isLineBreak(text[at])) return -1
  }
  return -1
}

function closingAnywhere(text: string, start: number, { quote, raw }: Quoting): number {
  if (raw) {
    const closing = text.indexOf(quote, start)
    return closing === -1 ? -1 : closing + quote.length
  }
  const known = unclosed.get(quote)
  if (known !== undefined && start >= known.from && known.text === text) return -1
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text.startsWith(quote, at)) return at + quote.length
  }
  unclosed.set(quote, { text, from: start })
  return -1
}

/**
 * Returns the assumed end of an unclosed text: its line, but before a brace that ends it, which certainly begins a body; in
 * triple quotes, the next unindented line, as declarations are.
 */
function endOfOpen(text: string, start: number, { quote }: Quoting): number {
  if (quote.length === 1) return beforeBrace(text, start, endOfLine(text, start))
  const unindented = /\r?\n(?=[\w@}/])/g
  unindented.lastIndex = start
  return unindented.exec(text)?.index ?? text.length
}

function endOfLine(text: string, start: number): number {
  let at = start
  while (at < text.length && !isLineBreak(text[at])) at += 1
  return at
}

function beforeBrace(text: string, start: number, end: number): number {
  const brace = beforeBlanks(text, start, end) - 1
  return brace >= start && text[brace] === '{' ? beforeBlanks(text, start, brace) : end
}

function beforeBlanks(text: string, start: number, end: number): number {
  let at = end
  while (at > start && (text[at - 1] === ' ' || text[at - 1] === '\t')) at -= 1
  return at
}

function isLineBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r'
}

/** Returns whether a text has a closing quote. An unclosed text, already reported, includes the rest of its line. */
export function isClosed({ span }: Text): boolean {
  return matchText(span.source.text, span.start, 'open') === null
}
