/**
 * What the grammar allows at a place of an unfinished text, for editors. Reads the declaration round the place, as far as it is
 * written; nothing else of the text need be readable.
 */
import type { IToken, TokenType } from 'chevrotain'
import type { Source, Span } from '../source.ts'
import type { File } from './ast.ts'
import type { Parser } from './grammar/parser.ts'
import { asKeyword, beginsDeclaration, isIdentifier, type LaidToken } from './synchronization-tokens.ts'
import { tokenize } from './tokenize.ts'
import * as kinds from './tokens.ts'

/** A place in a text, between what is written before and after it. */
export interface Cursor {
  /** The word at the place, or the inside of the quoted text; empty if there is none. */
  readonly replaced: Span
  /** Whether the place is in a quoted text, and whether that is closed. */
  readonly quoted: 'closed' | 'open' | null
  /** The quotes of the quoted text; else empty. */
  readonly quote: string
  /** Whether a declaration may begin here: at the beginning of a line that is not indented. */
  readonly beginsDeclaration: boolean
  /** What may stand here. */
  readonly expected: readonly ExpectedToken[]
  /** The tokens of the declaration before and after the place. */
  readonly before: readonly CursorToken[]
  readonly after: readonly CursorToken[]
  /** The text of the declaration before and after `replaced`. */
  readonly textBefore: string
  readonly textAfter: string
}

/** A kind of token with the productions in which it would stand, the outermost first: `declaration`, `rule`, `clause`, `to`. */
export interface ExpectedToken {
  readonly kind: 'name' | 'key' | 'text' | 'operator' | 'keyword' | 'other'
  /** The word of a keyword; else empty. */
  readonly word: string
  readonly productions: readonly string[]
}

export interface CursorToken {
  readonly kind: 'word' | 'text' | 'other'
  readonly text: string
  /** Whether the word surely begins a declaration, a clause, a route or a part of a test. */
  readonly begins: boolean
  readonly span: Span
}

/** Stands for what is missing at a cursor. No declaration has the name. */
export const PLACEHOLDER = 'iap_cursor'

/** Longer beginnings of a declaration are not read, as that takes too long. */
const MOST_TOKENS = 600

/**
 * Returns what may stand at an offset; null in a comment or a number.
 *
 * @param file the tree of the source, whose declarations bound what is read
 */
export function cursorAt(parser: Parser, { span: { source }, declarations, imports }: File, offset: number): Cursor | null {
  const starts = [...imports, ...declarations].map(({ span }) => span.start).sort((a, b) => a - b)
  const from = lineStart(source.text, starts.findLast((start) => start < offset) ?? 0)
  const to = starts.find((start) => start > offset) ?? source.text.length
  const text = source.text.slice(from, to)
  const found = replacedAt(text, offset - from)
  if (found === null) return null
  const { start, end, quoted, quote } = found
  const filler = quoted === 'open' ? `${PLACEHOLDER}${quote}` : PLACEHOLDER
  const { tokens } = tokenize({ name: source.name, text: text.slice(0, start) + filler + text.slice(end) })
  const filled = quoted === null ? start : tokenStart(tokens, start)
  const at = tokens.findIndex(({ startOffset }) => startOffset === filled)
  const own = tokens[at]
  if (own === undefined) return null
  const first = startOfDeclaration(tokens, at)
  const next = tokens.findIndex((token, index) => index > at && beginsDeclaration(token) && token.first)
  const before = tokens.slice(first, at)
  const last = next === -1 ? tokens.length : next
  const begins = own.first && own.margin
  const shift = filler.length - (end - start)
  const token = placedIn(source, from)
  return {
    replaced: { source, start: from + start, end: from + end },
    quoted,
    quote,
    beginsDeclaration: begins,
    expected: begins ? [IMPORT, ...expectedAfter(parser, [])] : expectedAfter(parser, before),
    before: before.map((one) => token(one, 0)),
    after: tokens.slice(at + 1, last).map((one) => token(one, -shift)),
    textBefore: text.slice(before[0]?.startOffset ?? filled, start),
    textAfter: text.slice(end, next === -1 ? text.length : (tokens[next] as IToken).startOffset - shift),
  }
}

/** Returns the beginning of the line, if only white space stands before the offset, so that the layout is known. */
function lineStart(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return text.slice(start, offset).trim() === '' ? start : offset
}

/** Returns the word or the inside of the quoted text at an offset; null in a comment or a number. */
function replacedAt(text: string, offset: number): (Pick<Cursor, 'quoted' | 'quote'> & { start: number; end: number }) | null {
  const { tokens, comments } = tokenize({ name: '', text })
  const inComment = comments.some(({ span, text: comment }) => {
    const isOpen = !comment.startsWith('/*') || !comment.endsWith('*/')
    return span.start < offset && (offset < span.end || (isOpen && offset === span.end))
  })
  if (inComment) return null
  for (const { startOffset, image, tokenType } of tokens) {
    const isOpen = tokenType === kinds.OpenText
    if (tokenType !== kinds.Text && !isOpen) continue
    const [opening = ''] = /^[rR]?(?:"""|'''|["'])/.exec(image) ?? []
    const quote = opening.replace(/^[rR]/, '')
    const end = startOffset + image.length - (isOpen ? 0 : quote.length)
    const start = startOffset + opening.length
    if (startOffset < offset && offset < startOffset + image.length + (isOpen ? 1 : 0)) {
      // What is replaced is on one line.
      if (offset < start || offset > end || text.slice(start, end).includes('\n')) return null
      return isOpen ? { start, end: offset, quoted: 'open', quote } : { start, end, quoted: 'closed', quote }
    }
  }
  let [start, end] = [offset, offset]
  while (isOfWord(text[start - 1])) start -= 1
  while (isOfWord(text[end])) end += 1
  return start < offset && /\d/.test(text[start] ?? '') ? null : { start, end, quoted: null, quote: '' }
}

function isOfWord(character = ''): boolean {
  return /\w/.test(character)
}

/** Returns where the token begins that contains an offset. */
function tokenStart(tokens: readonly LaidToken[], offset: number): number {
  return tokens.findLast(({ startOffset }) => startOffset < offset)?.startOffset ?? 0
}

/** Returns the index of the first token of a declaration, which may be an annotation. */
function startOfDeclaration(tokens: readonly LaidToken[], at: number): number {
  if (tokens[at - 1]?.tokenType === kinds.AtSign) return at - 1
  let start = tokens.slice(0, at).findLastIndex((token) => beginsDeclaration(token) && token.first)
  if (start === -1) start = 0
  while (start >= 5 && tokens[start - 5]?.tokenType === kinds.AtSign) start -= 5
  return start
}

const NO_TOKENS: readonly ExpectedToken[] = []
const IMPORT: ExpectedToken = { kind: 'keyword', word: 'import', productions: ['import'] }

function expectedAfter(parser: Parser, written: readonly LaidToken[]): readonly ExpectedToken[] {
  const before = shortened(written)
  if (before.length > MOST_TOKENS) return NO_TOKENS
  const start = before[0]?.tokenType === kinds.Import ? 'import' : 'declaration'
  return parser.following(start, before).map(({ nextTokenType, ruleStack }) => {
    const word = WORDS.get(nextTokenType) ?? ''
    const kind = KINDS.get(nextTokenType) ?? (word === '' ? 'other' : 'keyword')
    return { kind, word, productions: ruleStack }
  })
}

const KINDS: ReadonlyMap<TokenType, ExpectedToken['kind']> = new Map([
  [kinds.Identifier, 'name'],
  [kinds.Word, 'key'],
  [kinds.Text, 'text'],
  [kinds.BinaryOperator, 'operator'],
])

const WORDS: ReadonlyMap<TokenType, string> = new Map([
  ...[...kinds.contextualWords].map(([word, soft]) => [kinds.keywordOf.get(soft) as TokenType, word] as const),
  ...[...kinds.reservedWords].map(([word, type]) => [type, word] as const),
])

const CLAUSES: ReadonlySet<TokenType | undefined> = new Set([
  ...[kinds.On, kinds.Except, kinds.To, kinds.When, kinds.Unless, kinds.Require, kinds.Limit, kinds.Header, kinds.Because],
  ...[kinds.Permitted, kinds.Denied, kinds.Allow],
])

/**
 * Leaves out clauses and routes before the one that is being written: what they are, or whether they are readable, says nothing
 * about it.
 */
function shortened(tokens: readonly LaidToken[]): readonly LaidToken[] {
  const start = tokens.findIndex(({ tokenType }) => beginsDeclaration({ tokenType } as IToken))
  const kind = asKeyword(tokens[start])
  if (kind === kinds.Service) {
    const opening = tokens.findIndex(({ tokenType }) => tokenType === kinds.OpenBrace)
    const last = tokens.findLastIndex((token, at) => token.depth === 1 && beginsRoute(token, tokens[at + 1]))
    return opening === -1 || last <= opening ? tokens : [...tokens.slice(0, opening + 1), ...tokens.slice(last)]
  }
  if (kind !== kinds.Permit && kind !== kinds.Forbid && kind !== kinds.Shadow && kind !== kinds.Invariant) return tokens
  const head = start + (kind === kinds.Shadow ? 3 : 2)
  const last = tokens.findLastIndex(({ tokenType }) => CLAUSES.has(tokenType))
  return last <= head ? tokens : [...tokens.slice(0, head), ...tokens.slice(last)]
}

function beginsRoute({ tokenType, first }: LaidToken, next: LaidToken | undefined): boolean {
  if (tokenType === kinds.Route || tokenType === kinds.Rpc) return true
  return first && isIdentifier(tokenType) && asKeyword(next) === kinds.Is
}

function placedIn(source: Source, from: number) {
  return ({ tokenType, image, startOffset }: IToken, shift: number): CursorToken => {
    const isText = tokenType === kinds.Text || tokenType === kinds.OpenText
    const isWord = isIdentifier(tokenType) || kinds.reservedWords.get(image) === tokenType || WORDS.has(tokenType)
    const start = from + startOffset + shift
    return {
      kind: isText ? 'text' : isWord ? 'word' : 'other',
      text: image,
      begins: WORDS.has(tokenType) && !kinds.reservedWords.has(image),
      span: { source, start, end: start + image.length },
    }
  }
}
