/**
 * Produces the tokens that Chevrotain's lexer would from the patterns of `tokens.ts`. Common tokens are hand-coded, which is
 * twice as fast and creates each token with all that `tokenize` adds; others try the patterns. A test compares the two.
 */
import type { TokenType } from 'chevrotain'
import type { LaidToken } from './synchronization-tokens.ts'
import * as kinds from './tokens.ts'

export interface Scanned {
  /** Tokens in text order. Unreadable text is a token of kind `Unknown`. */
  readonly tokens: LaidToken[]
  /** Comments in text order. */
  readonly comments: LaidToken[]
}

type Match = (text: string, offset: number) => string | null

interface Candidate {
  readonly type: TokenType
  readonly match: Match
  readonly group: 'tokens' | 'comments' | 'skipped'
}

export function scan(text: string): Scanned {
  const tokens: LaidToken[] = []
  const comments: LaidToken[] = []
  const words = new Map<string, Word>()
  let unread = -1
  const readUnknown = (end: number): void => {
    if (unread !== -1) tokens.push(tokenOf(kinds.Unknown, text.slice(unread, end), unread))
    unread = -1
  }
  let at = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (isBlank(code)) {
      readUnknown(at)
      at += 1
      continue
    }
    if (isWordStart(code) && !mayOpenText(code, text.charCodeAt(at + 1))) {
      readUnknown(at)
      const end = endOfWord(text, at + 1)
      const { image, type } = wordOf(text.slice(at, end), words)
      tokens.push(tokenOf(type, image, at))
      at = end
      continue
    }
    const single = SINGLE[code]
    if (single !== undefined) {
      readUnknown(at)
      tokens.push(tokenOf(single.type, single.image, at))
      at += 1
      continue
    }
    const found = byPattern(text, at, FIRST[code] ?? candidates)
    if (found === null) {
      if (unread === -1) unread = at
      at += 1
      continue
    }
    readUnknown(at)
    const { candidate, image } = found
    if (candidate.group !== 'skipped') (candidate.group === 'tokens' ? tokens : comments).push(tokenOf(candidate.type, image, at))
    at += image.length
  }
  readUnknown(at)
  return { tokens, comments }
}

function tokenOf(tokenType: TokenType, image: string, startOffset: number): LaidToken {
  return {
    image,
    startOffset,
    tokenTypeIdx: tokenType.tokenTypeIdx as number,
    tokenType,
    index: 0,
    first: false,
    margin: false,
    depth: 0,
  }
}

/** The first occurrence of a word: equal words share one string, which is fast to compare and stored once. */
interface Word {
  readonly image: string
  readonly type: TokenType
}

function wordOf(image: string, words: Map<string, Word>): Word {
  const known = words.get(image)
  if (known !== undefined) return known
  const type = kinds.contextualWords.get(image) ?? kinds.reservedWords.get(image) ?? kinds.Identifier
  const word = { image, type }
  words.set(image, word)
  return word
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9
}

function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95
}

function endOfWord(text: string, from: number): number {
  let at = from
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (!isWordStart(code) && !(code >= 48 && code <= 57)) break
  }
  return at
}

/** Whether one of `r"`, `b'`, `Br"` … may begin here. */
function mayOpenText(code: number, next: number): boolean {
  return isPrefix(code) && (next === 34 || next === 39 || isPrefix(next))
}

function isPrefix(code: number): boolean {
  return code === 114 || code === 98 || code === 82 || code === 66
}

/** Single-character kinds that no other kind begins with. */
const SINGLE: readonly ({ readonly type: TokenType; readonly image: string } | undefined)[] = (() => {
  const found: { type: TokenType; image: string }[] = []
  for (const type of [
    ...[kinds.OpenBrace, kinds.CloseBrace, kinds.OpenParen, kinds.CloseParen, kinds.OpenBracket, kinds.CloseBracket],
    ...[kinds.Comma, kinds.Colon, kinds.Question, kinds.AtSign, kinds.Plus, kinds.Minus, kinds.Star],
  ]) {
    const image = type.PATTERN as string
    found[image.charCodeAt(0)] = { type, image }
  }
  return found
})()

const candidates: readonly Candidate[] = kinds.lexed.map((type) => {
  const { GROUP } = type
  return {
    type,
    match: matcherOf(type.PATTERN),
    group: GROUP === 'comments' ? 'comments' : GROUP === undefined ? 'tokens' : 'skipped',
  }
})

function matcherOf(pattern: TokenType['PATTERN']): Match {
  if (typeof pattern === 'string') return (text, offset) => (text.startsWith(pattern, offset) ? pattern : null)
  if (pattern instanceof RegExp) {
    const sticky = new RegExp(pattern.source, `${pattern.flags}y`)
    return (text, offset) => {
      sticky.lastIndex = offset
      return sticky.exec(text)?.[0] ?? null
    }
  }
  if (typeof pattern !== 'function') throw new Error('a token has no pattern')
  return (text, offset) => pattern(text, offset, [], {})?.[0] ?? null
}

/** Candidate kinds by first character; other characters try all. */
const FIRST: readonly (readonly Candidate[] | undefined)[] = (() => {
  const numbers = [kinds.Double, kinds.Int, kinds.Period, kinds.Uint, kinds.Malformed]
  const found: (readonly Candidate[])[] = []
  for (const [characters, types] of [
    [`"'`, [kinds.Text, kinds.OpenText]],
    ['0123456789', numbers],
    ['.', [...numbers, kinds.Ellipsis, kinds.Dot]],
    ['=', [kinds.Equal, kinds.Assign]],
    ['!', [kinds.Unequal, kinds.Bang]],
    ['<', [kinds.AtMost, kinds.Less]],
    ['>', [kinds.AtLeast, kinds.Greater]],
    ['&', [kinds.And]],
    ['|', [kinds.Or, kinds.Bar]],
  ] as const) {
    const those = candidates.filter(({ type }) => (types as readonly TokenType[]).includes(type))
    for (const character of characters) found[character.charCodeAt(0)] = those
  }
  return found
})()

function byPattern(
  text: string,
  offset: number,
  among: readonly Candidate[],
): { readonly candidate: Candidate; readonly image: string } | null {
  for (const candidate of among) {
    const image = candidate.match(text, offset)
    if (image !== null) return { candidate, image }
  }
  return null
}
