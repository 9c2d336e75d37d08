/** Turns a parser error into one diagnostic. */
import type { IParserErrorMessageProvider, IToken, TokenType } from 'chevrotain'
import { malformedNumber, reservedWord, unexpected } from '../../../diagnostics/catalogue/syntax.ts'
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../../diagnostics/report.ts'
import { nearest } from '../../../diagnostics/suggest.ts'
import type { Source, Span } from '../../../source.ts'
import { isIdentifier, type LaidToken } from '../../synchronization-tokens.ts'
import { isHidden, type Tokens } from '../../tokenize.ts'
import * as kinds from '../../tokens.ts'
import { commonMistakeOf } from './common-mistakes.ts'
import type { CommonMistake } from './mistake.ts'
import { explainCharacter } from './unexpected-character.ts'

/**
 * Error messages for Chevrotain, which are never shown: they carry the description of the expected syntax from the grammar to
 * `explain`.
 */
export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => label(expected),
  buildNotAllInputParsedMessage: () => 'a declaration',
  buildNoViableAltMessage: ({ expectedPathsPerAlt, customUserDescription }) =>
    customUserDescription ?? alternatives(expectedPathsPerAlt.flatMap((paths) => paths.flatMap((path) => path.slice(0, 1)))),
  buildEarlyExitMessage: ({ expectedIterationPaths, customUserDescription }) =>
    customUserDescription ?? alternatives(expectedIterationPaths.flatMap((path) => path.slice(0, 1))),
}

function label(type: TokenType): string {
  return type.LABEL ?? type.name
}

/** `a`, `b` or `c` */
function alternatives(types: readonly TokenType[]): string {
  const labels = [...new Set(types.map(label))]
  const last = labels.pop() ?? ''
  return labels.length === 0 ? last : `${labels.join(', ')} or ${last}`
}

const brackets = [
  { opening: kinds.OpenBrace, closing: kinds.CloseBrace },
  { opening: kinds.OpenParen, closing: kinds.CloseParen },
  { opening: kinds.OpenBracket, closing: kinds.CloseBracket },
]

/**
 * Returns the diagnostic for the unexpected token `tokens[at]`, in whose place `what` was expected. Considers tokens from
 * `tokens[start]` on. Returns null if the mistake follows from a lexer error, which is reported already.
 */
export function explainSyntaxError(
  source: Source,
  { tokens, openComment }: Tokens,
  { start, at }: { readonly start: number; readonly at: number },
  what: string,
  words: Iterable<string>,
): Diagnostic | null {
  if (followsFromOpenText(tokens, start, at)) return null
  const token = tokens[at]
  if (token === undefined) return openComment ? null : atTheEnd(source, tokens, what)
  const span = spanOf(source, token)
  const type = token.tokenType
  if (type === kinds.Unknown) {
    return isHidden(token.image) ? null : explainCharacter(span, token.image)
  }
  if (type === kinds.Malformed) return report(malformedNumber, span, { text: token.image })
  if (what === 'a name' && kinds.reservedWords.has(token.image)) return report(reservedWord, span, { word: token.image })
  const slip = commonMistakeOf({ source, tokens, at, token, what }) ?? mistyped(token, what, words, span)
  const params = { expected: what, found: `\`${token.image}\``, suggestion: slip.suggestion, hint: slip.hint }
  return report(unexpected, span, params, opener(source, tokens, at, what), slip.fixes)
}

function mistyped({ image, tokenType: type }: LaidToken, what: string, words: Iterable<string>, span: Span): CommonMistake {
  const known = [...words, ...[...what.matchAll(/`([a-z]+)`/g)].map(([, word]) => word as string)]
  const period = type === kinds.Period && what === 'an expression' ? `duration("${image.replace(/^\d+d$/, inHours)}")` : null
  const suggestion = period ?? (isIdentifier(type) ? nearest(image, known) : null)
  return { suggestion, hint: null, fixes: renameTo(suggestion, span) }
}

/** CEL has no days. */
function inHours(days: string): string {
  return `${Number.parseInt(days, 10) * 24}h`
}

const beginnings: ReadonlySet<TokenType | undefined> = new Set(kinds.keywordOf.values())

/** Whether an unclosed text swallowed what was expected, or began where another should have ended. */
function followsFromOpenText(tokens: readonly LaidToken[], start: number, at: number): boolean {
  for (let before = start; before < at; before += 1) if (tokens[before]?.tokenType === kinds.OpenText) return true
  if (beginnings.has(tokens[at]?.tokenType)) return false
  for (let after = at; after < tokens.length && !(after > at && tokens[after]?.first); after += 1) {
    if (tokens[after]?.tokenType === kinds.OpenText) return true
  }
  return false
}

function atTheEnd(source: Source, tokens: readonly LaidToken[], what: string): Diagnostic {
  const last = tokens.at(-1)
  const end = last === undefined ? 0 : last.startOffset + last.image.length
  const params = { expected: what, found: 'the end of the file', suggestion: null, hint: null }
  return report(unexpected, { source, start: end, end }, params, opener(source, tokens, tokens.length, what))
}

/** Returns the place of the bracket whose closing was expected. */
function opener(source: Source, tokens: readonly LaidToken[], at: number, what: string): Diagnostic['related'] {
  const pair = brackets.find(({ closing }) => what.endsWith(label(closing)))
  if (pair === undefined) return []
  let closed = 0
  for (let before = at - 1; before >= 0; before -= 1) {
    const token = tokens[before] as LaidToken
    if (token.tokenType === pair.closing) closed += 1
    else if (token.tokenType === pair.opening) {
      if (closed === 0) return [{ message: `this \`${token.image}\` is not closed`, span: spanOf(source, token) }]
      closed -= 1
    }
  }
  return []
}

function spanOf(source: Source, token: IToken): Span {
  return { source, start: token.startOffset, end: token.startOffset + token.image.length }
}
