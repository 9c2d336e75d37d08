/** Regions of error recovery: where each kind of broken construct ends. */
import type { IToken, TokenType } from 'chevrotain'
import {
  asKeyword,
  fitsAsSynchronizationToken,
  isDeclarationWord,
  isIdentifier,
  type LaidToken,
} from '../../synchronization-tokens.ts'
import * as kinds from '../../tokens.ts'

/** The context of a token at which error recovery may stop skipping tokens. */
export interface Surroundings {
  /** The number of brackets opened since skipping began. */
  readonly open: number
  readonly previous: IToken
  readonly next: IToken
  readonly afterNext: IToken
}

export interface Region {
  /**
   * Returns whether a repetition may end at this token. It may also end at the end of the text, and at a token that begins a
   * declaration beyond doubt.
   */
  ends(token: LaidToken): boolean
  /** Returns whether parsing resumes at this token after a mistake. */
  resumes(token: LaidToken, round: Surroundings): boolean
}

export type Words = ReadonlySet<TokenType | undefined>
const ruleWords: Words = new Set([
  ...[kinds.On, kinds.Except, kinds.To, kinds.When, kinds.Unless],
  ...[kinds.Require, kinds.Limit, kinds.Header, kinds.Because],
])
const invariantWords: Words = new Set([kinds.On, kinds.Except, kinds.Permitted, kinds.Denied, kinds.Allow])
/**
 * Keywords that begin a part of a test, such as `expect`. The part with the request has no keyword, as it begins with an HTTP
 * method.
 */
export const partWords: Words = new Set([
  ...[
    kinds.Given,
    kinds.As,
    kinds.Authenticated,
    kinds.Body,
    kinds.Header,
    kinds.Data,
    kinds.Mtls,
    kinds.At,
    kinds.From,
    kinds.Expect,
  ],
  ...[kinds.Limit, kinds.Shadow, kinds.Cases],
])
/** Tokens before a name: a word on the next line is more likely that name than the start of something. */
const awaitsName: ReadonlySet<TokenType | undefined> = new Set([
  ...[
    kinds.Comma,
    kinds.Dot,
    kinds.Colon,
    kinds.Assign,
    kinds.On,
    kinds.Except,
    kinds.To,
    kinds.Of,
    kinds.Via,
    kinds.Is,
    kinds.By,
  ],
])

/** Error recovery region of a declaration: up to the next declaration. */
export const declarations: Region = {
  ends: () => false,
  resumes: (token, round) => beginsDeclarationProbably(token, round) || (round.open === 0 && isMistyped(token)),
}

/** Error recovery region of annotations: up to the annotated declaration or route, on the same line or a later one. */
export const annotated: Region = {
  ends: () => false,
  resumes(token, round) {
    if (token.tokenType === kinds.AtSign || token.tokenType === kinds.CloseBrace) return true
    const keyword = asKeyword(token)
    const begins = isDeclarationWord(token) || keyword === kinds.Route || keyword === kinds.Rpc
    return begins && fitsAsSynchronizationToken(token, round.next, round.afterNext)
  },
}

/** Error recovery region of the head of a declaration with a body in braces: up to the opening brace. */
export const head: Region = {
  ends: () => false,
  resumes: (token, round) => token.tokenType === kinds.OpenBrace || beginsDeclarationProbably(token, round),
}

/** Error recovery region of a clause of a rule: up to the next clause or declaration. */
export const ruleClauses: Region = clauses(ruleWords)
export const invariantClauses: Region = clauses(invariantWords)

function clauses(words: Words): Region {
  const isOther = (token: LaidToken) => isWordAtMargin(token) && !words.has(asKeyword(token))
  return {
    ends: (token) => beginsAnother(token) || isOther(token),
    resumes(token, round) {
      if (words.has(token.tokenType) || isOther(token)) return true
      if (beginsDeclarationProbably(token, round)) return true
      const couldBegin = words.has(asKeyword(token)) && fitsAsSynchronizationToken(token, round.next, round.afterNext)
      return couldBegin && round.open === 0 && !awaitsName.has(asKeyword(round.previous))
    },
  }
}

/**
 * Returns the error recovery region of a field in a body at `depth`: up to a comma, a field on the next line, or the closing
 * brace.
 */
export function fields(depth: number): Region {
  return {
    ends: (token) => token.tokenType === kinds.CloseBrace || token.tokenType === kinds.Ellipsis || beginsRoute(token),
    resumes(token, { open }) {
      if (beginsRoute(token)) return true
      if (token.tokenType === kinds.CloseBrace) return token.depth <= depth
      if (token.depth !== depth) return false
      if (token.tokenType === kinds.Comma) return open === 0
      return token.first && (isIdentifier(token.tokenType) || token.tokenType === kinds.Ellipsis)
    },
  }
}

/** Returns whether a token begins a field, `name:` or `name?`. */
export function isField({ tokenType }: LaidToken, next: IToken): boolean {
  const follows = next.tokenType === kinds.Colon || next.tokenType === kinds.Question
  return follows && isIdentifier(tokenType)
}

/** Returns whether a token begins a field, `name:` or `name?`, at the start of a line. */
export function beginsField(token: LaidToken, next: IToken): boolean {
  return token.first && isField(token, next)
}

/** Returns whether a token begins a member of a JSON object: `key:`. */
export function isMember({ tokenType }: LaidToken, next: IToken): boolean {
  const isKey = isIdentifier(tokenType) || (tokenType.CATEGORIES?.includes(kinds.Word) ?? false) || tokenType === kinds.Text
  return isKey && next.tokenType === kinds.Colon
}

/** Returns whether a token is a keyword that begins a route: `route` or `rpc`. */
export function beginsRoute({ tokenType }: LaidToken): boolean {
  return tokenType === kinds.Route || tokenType === kinds.Rpc
}

/** Returns whether a token at the start of a line begins a test's caller, `as …`, or its request, `GET "https://…"`. */
export function beginsPart(token: LaidToken, next: IToken): boolean {
  return (token.first && token.tokenType === kinds.As) || beginsRequest(token, next)
}

/**
 * Returns the error recovery region of a route in the body of a service at `depth`: up to the next route or the closing brace.
 */
export function routes(depth: number, openapi: boolean): Region {
  const begins = (token: LaidToken, next: IToken) =>
    token.tokenType === kinds.AtSign || (openapi && isIdentifier(token.tokenType) && asKeyword(next) === kinds.Is)
  return {
    ends: (token) => token.tokenType === kinds.CloseBrace,
    resumes(token, { open, next, afterNext }) {
      if (token.tokenType === kinds.CloseBrace) return token.depth <= depth
      if (beginsRoute(token)) return true
      if (token.first && token.depth === depth && begins(token, next)) return true
      const keyword = asKeyword(token)
      const couldBegin = (keyword === kinds.Route || keyword === kinds.Rpc) && fitsAsSynchronizationToken(token, next, afterNext)
      return couldBegin && open === 0
    },
  }
}

/**
 * Returns the error recovery region of a part of a test in a body at `depth`. It ends at the next part, even after unclosed
 * braces, or at the closing brace.
 */
export function parts(depth: number): Region {
  return {
    ends: (token) => token.tokenType === kinds.CloseBrace,
    resumes(token, { next, afterNext }) {
      if (token.tokenType === kinds.CloseBrace) return token.depth <= depth
      if (partWords.has(asKeyword(token))) {
        if (token.tokenType === asKeyword(token) || (token.first && token.depth === depth)) return true
        if (token.depth === depth && fitsAsSynchronizationToken(token, next, afterNext)) return true
      }
      return beginsRequest(token, next)
    },
  }
}

/**
 * Returns the error recovery region of a row of a test's `cases` at `depth`: up to a comma, the next row or the closing brace.
 */
export function rows(depth: number): Region {
  return {
    ends: (token) => token.tokenType === kinds.CloseBrace,
    resumes(token, { open }) {
      if (token.tokenType === kinds.CloseBrace) return token.depth <= depth
      if (token.depth !== depth) return false
      if (token.tokenType === kinds.Comma) return open === 0
      return token.first && token.tokenType === kinds.Text
    },
  }
}

/** Returns whether a token begins a request, `GET "https://…"` or `$method $url`, at the start of a line. */
export function beginsRequest(token: LaidToken, next: IToken): boolean {
  if (!token.first) return false
  const isText = next.tokenType === kinds.Text
  return isIdentifier(token.tokenType)
    ? isText
    : token.tokenType === kinds.Placeholder && (isText || next.tokenType === kinds.Placeholder)
}

/** Returns the error recovery region of the rest of a body in braces at `depth`: up to the closing brace. */
export function untilClosed(depth: number): Region {
  const closes = (token: LaidToken) => token.tokenType === kinds.CloseBrace && token.depth <= depth
  return { ends: closes, resumes: closes }
}

/**
 * Returns whether a token can follow a complete declaration: it begins a declaration, an import, an annotation, or a line that is
 * not indented.
 */
export function endsDeclaration(token: LaidToken): boolean {
  return token.margin || beginsAnother(token)
}

function beginsAnother(token: LaidToken): boolean {
  return isDeclarationWord(token) || token.tokenType === kinds.Import || token.tokenType === kinds.AtSign
}

export function isWordAtMargin(token: LaidToken): boolean {
  // `allow p on …`: `allow` begins only a clause of invariants, and is another language's word for a permit.
  return token.margin && (isIdentifier(token.tokenType) || token.tokenType === kinds.Allow)
}

/** A word at the margin that begins no clause: a mistyped declaration. */
function isMistyped(token: LaidToken): boolean {
  const keyword = asKeyword(token)
  return isWordAtMargin(token) && !ruleWords.has(keyword) && !invariantWords.has(keyword)
}

/** A declaration word, or an annotation, at the start of a line where no name is expected. */
function beginsDeclarationProbably(token: LaidToken, { open, previous, next, afterNext }: Surroundings): boolean {
  if (!token.first || open > 0) return false
  if (token.tokenType === kinds.AtSign) return true
  // An indented one is rather the rest of a test: `data x: …`.
  if (partWords.has(asKeyword(token)) && !token.margin) return false
  return isDeclarationWord(token) && fitsAsSynchronizationToken(token, next, afterNext) && !awaitsName.has(asKeyword(previous))
}
