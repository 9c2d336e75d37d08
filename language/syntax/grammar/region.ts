/** Where what is broken ends: one kind of region for each kind of thing that can be read apart from its neighbours. */
import type { IToken, TokenType } from 'chevrotain'
import { asKeyword, fitsAsBeginning, isDeclarationWord, isIdentifier, type LaidToken } from '../beginnings.ts'
import * as kinds from '../tokens.ts'

/** What stands round a token at which skipping may end. */
export interface Surroundings {
  /** Brackets of any kind that were opened since skipping began. */
  readonly open: number
  readonly previous: IToken
  readonly next: IToken
  readonly afterNext: IToken
}

export interface Region {
  /** Whether a repetition of such things may end at this token. (At a sure declaration and at the end it always may.) */
  ends(token: LaidToken): boolean
  /** Whether reading goes on at this token after a mistake. */
  resumes(token: LaidToken, round: Surroundings): boolean
}

const clauseWords: ReadonlySet<TokenType | undefined> = new Set([
  ...[kinds.On, kinds.Except, kinds.To, kinds.When, kinds.Unless, kinds.Because],
  ...[kinds.Require, kinds.Limit, kinds.Header],
])
const partWords: ReadonlySet<TokenType | undefined> = new Set([kinds.Header, kinds.At, kinds.From, kinds.Expect])
/** What a later version has between the parts of a test. */
export const laterParts: ReadonlySet<string> = new Set([
  'authenticated',
  'with',
  'body',
  'data',
  'mtls',
  'cases',
  'limit',
  'shadow',
])
/** After these a name is awaited, so that a word on the next line is more likely that name than a beginning. */
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

/** A declaration of a file: up to the next one. */
export const declarations: Region = {
  ends: () => false,
  resumes: (token, round) => beginsDeclarationProbably(token, round) || (round.open === 0 && isWordAtMargin(token)),
}

/** The head of a declaration that has a body: up to the body. */
export const head: Region = {
  ends: () => false,
  resumes: (token, round) => token.tokenType === kinds.OpenBrace || beginsDeclarationProbably(token, round),
}

/** A clause of a rule. */
export const clauses: Region = {
  ends: (token) => beginsAnother(token) || isWordAtMargin(token),
  resumes(token, round) {
    if (clauseWords.has(token.tokenType) || isWordAtMargin(token)) return true
    if (beginsDeclarationProbably(token, round)) return true
    const couldBegin = clauseWords.has(asKeyword(token)) && fitsAsBeginning(token, round.next, round.afterNext)
    return couldBegin && round.open === 0 && !awaitsName.has(asKeyword(round.previous))
  },
}

/** A field of the body in braces whose inside is `depth` deep: up to a comma, the next line's field, or the closing brace. */
export function fields(depth: number): Region {
  return {
    ends: (token) => token.tokenType === kinds.CloseBrace || token.tokenType === kinds.Ellipsis,
    resumes(token, { open }) {
      if (token.tokenType === kinds.CloseBrace) return token.depth <= depth
      if (token.depth !== depth) return false
      if (token.tokenType === kinds.Comma) return open === 0
      return token.first && (isIdentifier(token.tokenType) || token.tokenType === kinds.Ellipsis)
    },
  }
}

/** `name:` or `name?` at the beginning of a line: no type, but the next field. */
export function beginsField(token: LaidToken, next: IToken): boolean {
  const follows = next.tokenType === kinds.Colon || next.tokenType === kinds.Question
  return token.first && follows && isIdentifier(token.tokenType)
}

/** A route of a service. */
export function routes(depth: number): Region {
  return {
    ends: (token) => token.tokenType === kinds.CloseBrace,
    resumes(token, { open, next, afterNext }) {
      if (token.tokenType === kinds.CloseBrace) return token.depth <= depth
      if (token.tokenType === kinds.Route || token.tokenType === kinds.Rpc) return true
      const couldBegin = asKeyword(token) === kinds.Route && fitsAsBeginning(token, next, afterNext)
      return couldBegin && open === 0
    },
  }
}

/** A part of a test: up to what begins as a later part does, whatever braces are left open before it. */
export function parts(depth: number): Region {
  return {
    ends: (token) => token.tokenType === kinds.CloseBrace,
    resumes(token, { next, afterNext }) {
      if (token.tokenType === kinds.CloseBrace) return token.depth <= depth
      if (partWords.has(token.tokenType)) return true
      if (laterParts.has(token.image) && token.first && token.depth === depth && isIdentifier(token.tokenType)) return true
      if (partWords.has(asKeyword(token)) && token.depth === depth) return fitsAsBeginning(token, next, afterNext)
      return beginsRequest(token, next)
    },
  }
}

/** `GET "https://…"` on a line of its own. */
export function beginsRequest(token: LaidToken, next: IToken): boolean {
  return token.first && isIdentifier(token.tokenType) && next.tokenType === kinds.Text
}

/** What is left of a body in braces. */
export function untilClosed(depth: number): Region {
  const closes = (token: LaidToken) => token.tokenType === kinds.CloseBrace && token.depth <= depth
  return { ends: closes, resumes: closes }
}

/** What can follow a whole declaration, or the margin. */
export function endsDeclaration(token: LaidToken): boolean {
  return token.margin || beginsAnother(token)
}

function beginsAnother(token: LaidToken): boolean {
  return isDeclarationWord(token) || token.tokenType === kinds.Import || token.tokenType === kinds.AtSign
}

/** A word where declarations begin that is none of a clause: a mistyped declaration. */
function isWordAtMargin(token: LaidToken): boolean {
  return token.margin && isIdentifier(token.tokenType) && !clauseWords.has(asKeyword(token))
}

/** A declaration word at the beginning of a line where no name is awaited, or an annotation there. */
function beginsDeclarationProbably(token: LaidToken, { open, previous, next, afterNext }: Surroundings): boolean {
  if (!token.first || open > 0) return false
  if (token.tokenType === kinds.AtSign) return true
  return isDeclarationWord(token) && fitsAsBeginning(token, next, afterNext) && !awaitsName.has(asKeyword(previous))
}
