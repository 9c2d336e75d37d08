/**
 * Words that certainly begin something, judged by layout as a reader would, whatever is wrong before them. Such a word is never a
 * name, and ends what is broken before it. Other words are keywords or names, as the grammar needs.
 */
import type { IToken, TokenType } from 'chevrotain'
import * as kinds from './tokens.ts'

/** A token with its position in the layout of the text. */
export interface LaidToken extends IToken {
  /** Index among the tokens of the text. */
  index: number
  /** Whether the token is the first of its line. */
  first: boolean
  /** Whether the token begins a line and is indented no more than the text's first token, as declarations are. */
  margin: boolean
  /** Number of open braces before the token, within its declaration. */
  depth: number
}

const declarations = new Set<TokenType>([
  kinds.Type,
  kinds.Identity,
  kinds.Role,
  kinds.Label,
  kinds.Service,
  kinds.Permit,
  kinds.Forbid,
  kinds.Test,
  kinds.Fixture,
  kinds.Data,
  kinds.Def,
  kinds.Invariant,
  kinds.Shadow,
])

const text: readonly TokenType[] = [kinds.Text, kinds.OpenText]
/** Tokens that cannot follow a name in an expression or list, so that the word before is no name. */
const separate: readonly TokenType[] = [
  ...[kinds.Identifier, ...text, kinds.Bytes, kinds.Int, kinds.Uint, kinds.Double, kinds.Period, kinds.Malformed],
  ...[kinds.Placeholder, kinds.Unknown, kinds.Bang],
  ...[kinds.True, kinds.False, kinds.Null, kinds.Mfa, kinds.Acr, kinds.Auth],
]
const operand: readonly TokenType[] = [...separate, kinds.Minus, kinds.OpenParen, kinds.OpenBracket, kinds.OpenBrace]

/** The tokens that can follow a word if it begins a clause, a route or a part of a test. */
const followers = new Map<TokenType, ReadonlySet<TokenType>>([
  ...[kinds.On, kinds.Except].map((word) => [word, new Set([...separate, kinds.Star])] as const),
  ...[kinds.When, kinds.Unless].map((word) => [word, new Set(operand)] as const),
  ...[kinds.To, kinds.Because, kinds.Require, kinds.Limit, kinds.Header].map((word) => [word, new Set(separate)] as const),
  ...[kinds.Route, kinds.Rpc, kinds.At, kinds.From, kinds.Expect].map((word) => [word, new Set(separate)] as const),
  // `permitted when`, `denied always`, `allow unknown`
  ...[kinds.Permitted, kinds.Denied, kinds.Allow].map((word) => [word, new Set([kinds.Identifier])] as const),
])
const declarationFollowers = new Set<TokenType>([...operand, kinds.Assign])

export function isIdentifier(type: TokenType | undefined): boolean {
  return type !== undefined && (type === kinds.Identifier || kinds.keywordOf.has(type))
}

/** Returns the keyword of a token that is a keyword or a name spelled like one; otherwise the token's own kind. */
export function asKeyword(token: IToken | undefined): TokenType | undefined {
  return token === undefined ? undefined : (kinds.keywordOf.get(token.tokenType) ?? token.tokenType)
}

/** Returns whether a word could begin a declaration, clause, route or part of a test, judged by the next two tokens. */
export function fitsAsSynchronizationToken(token: IToken, next: IToken | undefined, afterNext: IToken | undefined): boolean {
  const keyword = asKeyword(token) as TokenType
  const wanted = declarations.has(keyword) ? declarationFollowers : followers.get(keyword)
  if (wanted === undefined || next === undefined) return false
  if (asKeyword(next) === kinds.From && afterNext !== undefined && text.includes(afterNext.tokenType)) return false
  // `route is public`: an operation of a service from OpenAPI.
  if (asKeyword(next) === kinds.Is) return false
  return wanted.has(isIdentifier(next.tokenType) ? kinds.Identifier : next.tokenType)
}

export function isDeclarationWord(token: IToken): boolean {
  return declarations.has(asKeyword(token) as TokenType)
}

/** Returns whether a token begins a declaration or an import beyond doubt, as `markSynchronizationTokens` determined. */
export function beginsDeclaration(token: IToken): boolean {
  return declarations.has(token.tokenType) || token.tokenType === kinds.Import
}

/**
 * Determines which words that can be a keyword or a name are certainly keywords that begin a declaration, clause, route or part
 * of a test. Sets their token types. Goes backwards, as each word depends on the next tokens.
 */
export function markSynchronizationTokens(tokens: readonly LaidToken[]): void {
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    const token = tokens[at] as LaidToken
    const keyword = kinds.keywordOf.get(token.tokenType)
    if (keyword === undefined || !token.first || tokens[at - 1]?.tokenType === kinds.Dot) continue
    if (declarations.has(keyword) && !token.margin) continue
    if (fitsAsSynchronizationToken(token, tokens[at + 1], tokens[at + 2])) setType(token, keyword)
  }
}

export function setType(token: LaidToken, type: TokenType): void {
  token.tokenType = type
  token.tokenTypeIdx = type.tokenTypeIdx as number
}
