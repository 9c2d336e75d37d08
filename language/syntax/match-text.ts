/**
 * Where a quoted text ends: with one or three quotes, raw (`r"…"`) or with escapes, and CEL's `b"…"`. By hand, as it is
 * linear whatever the text, and as what is open to the end of a file is looked for once and not at every quote.
 */

import type { Text } from './ast.ts'

type Wanted = 'text' | 'bytes' | 'open'

/** How a text was written. */
export interface Quoting {
  readonly bytes: boolean
  readonly raw: boolean
  /** `"`, `'`, `"""` or `'''`. */
  readonly quote: string
  /** Characters before what it holds. */
  readonly opening: number
}

/** The quoting of the text that begins here, or null where none does. */
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

/** From where on three quotes of a kind were not closed in the text last looked through: then no later ones of the kind are. */
const unclosed = new Map<string, { readonly text: string; readonly from: number }>()

/** A custom pattern of Chevrotain: what is matched, or null. */
export function matchText(text: string, offset: number, wanted: Wanted): [string] | null {
  const quoting = quotingAt(text, offset)
  // What is before a quote that is not closed is more likely a name.
  if (quoting === null || (wanted === 'open' && (quoting.raw || quoting.bytes))) return null
  const start = offset + quoting.opening
  const end = quoting.quote.length === 1 ? closingOnLine(text, start, quoting) : closingAnywhere(text, start, quoting)
  if (end === -1) return wanted === 'open' ? [text.slice(offset, endOfOpen(text, start, quoting))] : null
  return wanted === (quoting.bytes ? 'bytes' : 'text') ? [text.slice(offset, end)] : null
}

/** The offset behind the closing quote, or -1. */
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
 * Where a text that is never closed is taken to end: with its line, but before a brace that ends the line, as that surely
 * begins a body; in three quotes, before the next line that is not indented, as declarations are.
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

/**
 * Whether a text has its closing quote. Where it has none, which was reported, it took in the rest of its line: what
 * it says is not what was meant, and what should have followed it is missing.
 */
export function isClosed({ span }: Text): boolean {
  return matchText(span.source.text, span.start, 'open') === null
}
