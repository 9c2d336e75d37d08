/**
 * What all productions stand on: places, reports, and going on after a mistake. There is one idea. A production that can
 * be read apart from its neighbours (a declaration, a clause, a field …) is an `attempt`: after a mistake in it, one
 * diagnostic is reported, what is left of it is skipped, and its neighbours are read as if nothing had happened.
 */
import { EmbeddedActionsParser, type IToken, isRecognitionException, type TokenType } from 'chevrotain'
import type { Entry, Params } from '../../../diagnostics/catalogue/define.ts'
import { tooDeep } from '../../../diagnostics/catalogue/syntax.ts'
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Source, Span } from '../../../source.ts'
import type { Comment, Name } from '../../ast.ts'
import { beginsDeclaration, type LaidToken } from '../../beginnings.ts'
import type { Tokens } from '../../tokenize.ts'
import * as kinds from '../../tokens.ts'
import { expectations, explain } from './explain.ts'
import { declarations, endsDeclaration, type Region } from './region.ts'

/** How deep expressions, types and JSON nest at most, so that no later phase runs out of stack. */
export const DEPTH_LIMIT = 200

/** Thrown by a production that has itself reported what is wrong. */
class Refused extends Error {}

export const declarationWords = [
  ...['import', 'type', 'identity', 'role', 'label', 'data', 'def', 'service'],
  ...['permit', 'forbid', 'shadow', 'invariant', 'test'],
]

const opening = new Set<TokenType>([kinds.OpenBrace, kinds.OpenParen, kinds.OpenBracket])
const closing = new Set<TokenType>([kinds.CloseBrace, kinds.CloseParen, kinds.CloseBracket])

export class RecoveringParser extends EmbeddedActionsParser {
  protected source: Source = { name: '', text: '' }
  protected diagnostics: Diagnostic[] = []
  protected brokenNames = new Set<string>()
  private lexed: Tokens = { tokens: [], docs: new Map(), comments: [], openComment: false, diagnostics: [] }
  /** What was reported as no name: once, however often it stands there. */
  protected misnamed = new Set<string>()
  private nesting = 0
  /** Whether anything was not read: then something was reported. */
  private mistaken = false

  constructor() {
    super(kinds.vocabulary, { maxLookahead: 2, recoveryEnabled: false, errorMessageProvider: expectations })
  }

  /** Takes a new text. */
  protected begin(source: Source, lexed: Tokens): void {
    this.source = source
    this.lexed = lexed
    this.diagnostics = [...lexed.diagnostics]
    this.brokenNames = new Set()
    this.misnamed = new Set()
    this.nesting = 0
    this.mistaken = false
    // A copy, as the parser adds to what it is given.
    this.input = lexed.tokens.slice()
  }

  /** The documentation that stands before a place. */
  protected docAt(start: number): string | null {
    return this.lexed.docs.get(start) ?? null
  }

  /** The comments of the text. */
  protected comments(): readonly Comment[] {
    return this.lexed.comments
  }

  /** Where the next token begins. */
  protected mark(): number {
    return this.LA(1).startOffset
  }

  /** From a mark to the end of the last token read. */
  protected since(start: number): Span {
    return { source: this.source, start, end: endOf(this.LA(0)) }
  }

  /** The span of a token; that of the end is empty, behind the last token. */
  protected spanOf(token: IToken): Span {
    if (Number.isNaN(token.startOffset)) return this.behind(this.lexed.tokens.length)
    return { source: this.source, start: token.startOffset, end: endOf(token) }
  }

  /** The empty span behind `tokens[index - 1]`. */
  private behind(index: number): Span {
    const last = this.lexed.tokens[index - 1]
    const end = last === undefined ? 0 : endOf(last)
    return { source: this.source, start: end, end }
  }

  /** Whether the next token is of a kind, or of a kind of that kind. */
  protected sees(type: TokenType): boolean {
    const found = this.LA(1).tokenType
    return found === type || (found.CATEGORIES?.includes(type) ?? false)
  }

  protected report<P extends Params>(entry: Entry<P>, span: Span, params: P, related: Diagnostic['related'] = []): void {
    this.diagnostics.push(report(entry, span, params, related))
  }

  /** Reports and gives up the attempt. */
  protected refuse<P extends Params>(entry: Entry<P>, span: Span, params: P, related: Diagnostic['related'] = []): never {
    this.report(entry, span, params, related)
    throw new Refused()
  }

  /** Gives up the attempt as `CONSUME` does: something else was expected than the next token. */
  protected expected(what: string, words: Iterable<string> = []): never {
    this.explain(what, words, this.index())
    throw new Refused()
  }

  /** Begins a production that can stand within itself; each `deeper` has its `shallower`, or the attempt is given up. */
  protected deeper(): void {
    if (this.nesting > DEPTH_LIMIT) this.refuse(tooDeep, this.spanOf(this.LA(1)), { limit: DEPTH_LIMIT })
    this.nesting += 1
  }

  protected shallower(): void {
    this.nesting -= 1
  }

  /** Reads a production. After a mistake in it: one report, on to the region's end, and null. */
  protected attempt<T>(region: Region, production: () => T): T | null {
    if (this.RECORDING_PHASE) return production()
    const nesting = this.nesting
    const start = this.index()
    try {
      return production()
    } catch (error) {
      if (isOutOfStack(error)) this.report(tooDeep, this.behind(this.index()), { limit: DEPTH_LIMIT })
      else if (error instanceof Error && isRecognitionException(error)) this.explain(error.message, [], start)
      else if (!(error instanceof Refused)) throw error
      this.mistaken = true
      this.nesting = nesting
      this.skip(region)
      return null
    }
  }

  /** Reads a declaration of which nothing is kept but its name where it breaks. `known` says what the name is. */
  protected declared<T>(what: string, production: (known: (name: Name) => Name) => T): T | null {
    let name: Name | null = null
    const found = this.attempt(declarations, () => {
      const read = production((known) => {
        name = known
        return known
      })
      // What follows on the line may belong to it: then it is not what was meant.
      if (!this.RECORDING_PHASE && !this.atEnd() && !endsDeclaration(this.LA(1) as LaidToken))
        this.expected(what, declarationWords)
      return read
    })
    if (found === null) this.breaks(name)
    return found
  }

  /** What follows a declaration on its line may belong to it: then it is not what was meant. */
  protected checkEnds(what: string, also?: TokenType): void {
    const token = this.LA(1) as LaidToken
    if (this.atEnd() || endsDeclaration(token) || token.tokenType === also) return
    this.expected(what, declarationWords)
  }

  /** A declaration of this name is not, or not wholly, in the tree. */
  protected breaks(name: Name | null): void {
    if (name !== null) this.brokenNames.add(name.text)
  }

  /**
   * Reads what a repetition reads; where it ends at something that does not end the region, that is a mistake, and after
   * it the repetition goes on. Answers whether there was none.
   */
  protected repeat(region: Region, what: string, words: Iterable<string>, repetition: () => void): boolean {
    if (this.RECORDING_PHASE) {
      repetition()
      return true
    }
    let whole = true
    let braces = 0
    for (;;) {
      repetition()
      const token = this.LA(1) as LaidToken
      if (this.atEnd() || region.ends(token)) return whole
      const closesMistake = token.tokenType === kinds.CloseBrace && braces > 0
      whole = false
      this.mistaken = true
      if (token.tokenType === kinds.OpenBrace) braces += 1
      // The closing of a brace that was too much is no further mistake.
      if (closesMistake) braces -= 1
      else this.explain(what, words, this.index())
      this.SKIP_TOKEN()
      this.skip(region)
      if (this.sees(kinds.Comma)) this.SKIP_TOKEN()
    }
  }

  /** Skips to where the region says, or to a declaration, or the end. Brackets that were opened meanwhile are skipped whole. */
  protected skip(region: Region): void {
    let open = 0
    while (!this.atEnd()) {
      const token = this.LA(1) as LaidToken
      if (region.resumes(token, { open, previous: this.LA(0) as LaidToken, next: this.LA(2), afterNext: this.LA(3) })) return
      if (opening.has(token.tokenType)) open += 1
      else if (closing.has(token.tokenType)) open = Math.max(0, open - 1)
      this.SKIP_TOKEN()
    }
  }

  /** At the end of the text, or at what surely begins a declaration. */
  protected atEnd(): boolean {
    const token = this.LA(1)
    return token.tokenType.name === 'EOF' || beginsDeclaration(token)
  }

  /** The next token's position in `tokens`. */
  protected index(): number {
    return (this.LA(1) as Partial<LaidToken>).index ?? this.lexed.tokens.length
  }

  /** What was reported, in the order of the text. */
  protected reported(): readonly Diagnostic[] {
    if (this.mistaken && this.diagnostics.length === 0) throw new Error('a mistake in the text was not reported')
    return this.diagnostics.sort((a, b) => a.span.start - b.span.start)
  }

  private explain(what: string, words: Iterable<string>, start: number): void {
    const diagnostic = explain(this.source, this.lexed, { start, at: this.index() }, what, words)
    if (diagnostic === null || this.followsFromBrace(diagnostic)) return
    const { start: place } = diagnostic.span
    // One place is one mistake, whatever was expected there.
    if (!this.diagnostics.some(({ span }) => span.start === place)) this.diagnostics.push(diagnostic)
  }

  /** Whether a brace is missing because a brace was too much, which was reported. */
  private followsFromBrace({ related }: Diagnostic): boolean {
    const opened = related[0]?.span.start ?? Number.POSITIVE_INFINITY
    return this.diagnostics.some(({ span }) => span.start > opened && this.source.text[span.start] === '{')
  }
}

/** Where little stack is left to us, less than the limit is already too deep. V8 and JavaScriptCore say `RangeError`, SpiderMonkey `InternalError`. */
function isOutOfStack(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'InternalError')
}

function endOf(token: IToken): number {
  return token.startOffset + token.image.length
}
