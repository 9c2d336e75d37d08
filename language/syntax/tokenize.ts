/** Tokenizes a text, with layout. Unreadable text is a token too, so that one mistake stays one report. */
import type { IToken } from 'chevrotain'
import { hiddenCharacter, unterminatedComment, unterminatedText } from '../diagnostics/catalogue/syntax.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import type { Source } from '../source.ts'
import type { Comment } from './ast.ts'
import { quotingAt } from './match-text.ts'
import { scan } from './scan.ts'
import { beginsDeclaration, type LaidToken, markSynchronizationTokens } from './synchronization-tokens.ts'
import * as kinds from './tokens.ts'

export interface Tokens {
  readonly tokens: LaidToken[]
  /** The text of the `///` lines before a token, by the token's offset. */
  readonly docs: ReadonlyMap<number, string>
  readonly comments: readonly Comment[]
  /** Whether the text ends within a comment. */
  readonly openComment: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Characters that make a text look different: control characters, line breaks other than `\n` and `\r\n`, bidirectional marks
 * (U+202E …), zero-width characters except the joiners of some scripts and emoji, and lone surrogates.
 */
const hidden = /(?![\t\n\r])\p{Cc}|\r(?!\n)|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069]|(?<!^)\ufeff|\p{Cs}/gu

/** Returns whether a text contains characters that are reported as hidden, such as control characters. */
export function isHidden(text: string): boolean {
  return text.search(hidden) !== -1
}

/**
 * Splits a source into tokens and comments.
 *
 * @param lone whether the text is a single expression, in which no declaration begins
 */
export function tokenize(source: Source, lone = false): Tokens {
  const { tokens, comments } = scan(source.text)
  const diagnostics: Diagnostic[] = []
  let end = 0
  let margin = 0
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as LaidToken
    token.index = index
    const column = columnIfFirst(source.text, token.startOffset, end)
    if (index === 0) margin = column
    token.first = column !== -1
    token.margin = token.first && column <= margin
    end = token.startOffset + token.image.length
    if (token.tokenType === kinds.OpenText) {
      const span = { source, start: token.startOffset, end }
      diagnostics.push(report(unterminatedText, span, { quote: quotingAt(token.image, 0)?.quote ?? '"' }))
    }
  }
  if (!lone) markSynchronizationTokens(tokens)
  countBraces(tokens)
  for (const { index, 0: character } of source.text.matchAll(hidden)) {
    const codePoint = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
    diagnostics.push(report(hiddenCharacter, { source, start: index, end: index + 1 }, { codePoint }))
  }
  const openComment = comments.at(-1)?.tokenType === kinds.OpenComment ? comments.at(-1) : undefined
  if (openComment !== undefined) {
    const span = { source, start: openComment.startOffset, end: openComment.startOffset + 2 }
    diagnostics.push(report(unterminatedComment, span, {}))
  }
  const docs = attachDocs(comments, tokens)
  const nodes = comments.map((token) => commentOf(source, token))
  return { tokens, docs, comments: nodes, openComment: openComment !== undefined, diagnostics }
}

/** Returns the column of a line's first token, ignoring comments before it; else -1. */
function columnIfFirst(text: string, start: number, previousEnd: number): number {
  if (previousEnd === 0) return start - (text.lastIndexOf('\n', start - 1) + 1)
  for (let at = start - 1; at >= previousEnd; at -= 1) if (text[at] === '\n') return start - at - 1
  return -1
}

/** Counts open braces; a certain declaration resets the count, even if braces before it are unclosed. */
function countBraces(tokens: readonly LaidToken[]): void {
  let depth = 0
  for (const token of tokens) {
    if (beginsDeclaration(token) && token.first) depth = 0
    token.depth = depth
    if (token.tokenType === kinds.OpenBrace) depth += 1
    else if (token.tokenType === kinds.CloseBrace) depth = Math.max(0, depth - 1)
  }
}

/** Collects runs of `///` lines, by the token that follows. */
function attachDocs(comments: readonly IToken[], tokens: readonly IToken[]): ReadonlyMap<number, string> {
  const attached = new Map<number, string>()
  let at = 0
  for (const doc of comments) {
    if (doc.tokenType !== kinds.Doc) continue
    while (at < tokens.length && (tokens[at] as IToken).startOffset < doc.startOffset) at += 1
    const offset = tokens[at]?.startOffset
    if (offset === undefined) break
    const line = doc.image.slice(doc.image[3] === ' ' ? 4 : 3).trimEnd()
    const before = attached.get(offset)
    attached.set(offset, before === undefined ? line : `${before}\n${line}`)
  }
  return attached
}

function commentOf(source: Source, { image, startOffset: start }: IToken): Comment {
  return { kind: 'Comment', text: image, span: { source, start, end: start + image.length } }
}
