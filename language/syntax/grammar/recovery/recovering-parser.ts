/**
 * What all productions stand on: places, reports, and going on after a mistake. There is one idea. A production that can
 * be read apart from its neighbors (a declaration, a clause, a field …) is an `attempt`: after a mistake in it, one
 * diagnostic is reported, what is left of it is skipped, and its neighbors are read as if nothing had happened.
 */
import { EmbeddedActionsParser, EOF, type IToken, isRecognitionException, type TokenType } from 'chevrotain'
import type { Entry, Params } from '../../../diagnostics/catalogue/define.ts'
import { tooDeep } from '../../../diagnostics/catalogue/syntax.ts'
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Source, Span } from '../../../source.ts'
import type { Comment, Name } from '../../ast.ts'
import { beginsDeclaration, isIdentifier, type LaidToken } from '../../synchronization-tokens.ts'
import type { Tokens } from '../../tokenize.ts'
import * as kinds from '../../tokens.ts'
import { expectations, explainSyntaxError } from './explain.ts'
import { declarations, endsDeclaration, head, isWordAtMargin, type Region } from './region.ts'

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

/** Whether what is in a body begins with a token. */
type Inside = (token: LaidToken, next: IToken) => boolean

/** A body that was opened. */
export interface Opened {
  /** Of its inside. */
  readonly depth: number
  /** Whether its brace stands in the text. */
  readonly written: boolean
}

const nowhere: Source = { name: '', text: '' }
const noTokens: Tokens = { tokens: [], docs: new Map(), comments: [], openComment: false, diagnostics: [] }

export class RecoveringParser extends EmbeddedActionsParser {
  protected source: Source = nowhere
  protected diagnostics: Diagnostic[] = []
  protected brokenNames = new Set<string>()
  protected lostNames = new Set<string>()
  private lexed: Tokens = noTokens
  /** What was reported as no name: once, however often it stands there. */
  protected misnamed = new Set<string>()
  private nesting = 0
  /** Whether anything was not read: then something was reported. */
  private mistaken = false
  /** Where something was reported that was not of the form awaited. */
  private places = new Set<number>()
  /** How much was reported before the declaration that is being read. */
  private before = 0

  /** Whether the grammar is looked through for ambiguities takes time, and is for its test. */
  constructor(validated: boolean) {
    super(kinds.vocabulary, {
      maxLookahead: 2,
      recoveryEnabled: false,
      skipValidations: !validated,
      errorMessageProvider: expectations,
    })
  }

  /** Takes a new text; `end` lets go of it. */
  protected begin(source: Source, lexed: Tokens): void {
    this.source = source
    this.lexed = lexed
    this.diagnostics = [...lexed.diagnostics]
    this.brokenNames = new Set()
    this.lostNames = new Set()
    this.misnamed = new Set()
    this.nesting = 0
    this.mistaken = false
    this.places = new Set()
    this.before = 0
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

  /** Where the next token begins, or the last one ends. */
  protected mark(): number {
    const token = this.LA(1)
    return Number.isNaN(token.startOffset) ? endOf(this.LA(0)) : startOf(token)
  }

  /** From a mark to the end of the last token read. */
  protected since(start: number): Span {
    return { source: this.source, start, end: endOf(this.LA(0)) }
  }

  /** The span of a token; that of the end is empty, behind the last token. */
  protected spanOf(token: IToken): Span {
    if (Number.isNaN(token.startOffset)) return this.behind(this.lexed.tokens.length)
    return { source: this.source, start: startOf(token), end: endOf(token) }
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

  /** Whether something else than what was awaited was reported at a place. */
  protected isPlace(start: number): boolean {
    return this.places.has(start)
  }

  protected report<P extends Params>(
    entry: Entry<P>,
    span: Span,
    params: P,
    related: Diagnostic['related'] = [],
    fixes: Diagnostic['fixes'] = [],
  ): void {
    this.diagnostics.push(report(entry, span, params, related, fixes))
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

  /**
   * Reads the brace that opens a body. Where it is missing and what follows is surely the inside, that is the whole mistake. To
   * be called where `CONSUME` would be.
   */
  protected open(isInside: Inside): Opened {
    if (this.RECORDING_PHASE || this.sees(kinds.OpenBrace) || !this.seesInside(isInside)) {
      this.CONSUME(kinds.OpenBrace)
      return { depth: (this.LA(0) as LaidToken).depth + 1, written: true }
    }
    this.explain('`{`', [], this.index())
    this.mistaken = true
    return { depth: (this.LA(1) as LaidToken).depth, written: false }
  }

  /** Reads the brace that closes it, which may be missing where the other was. */
  protected close({ written }: Opened, what = '`}`'): void {
    if (written || this.sees(kinds.CloseBrace)) this.CONSUME(kinds.CloseBrace, { ERR_MSG: what })
  }

  /** Whether the inside of a body begins here, without a brace: on a line of its own, or closed on this one. */
  protected seesInside(isInside: Inside): boolean {
    const token = this.LA(1) as LaidToken
    if (this.atEnd() || !isInside(token, this.LA(2))) return false
    for (let ahead = 1; !token.first; ahead += 1) {
      const next = this.LA(ahead) as LaidToken
      if (next.tokenType === kinds.CloseBrace) break
      if (next.tokenType === EOF || (next.first && ahead > 1)) return false
    }
    return true
  }

  /** Begins a declaration: what is reported from here on is of it. */
  protected beginDeclaration(): void {
    this.before = this.diagnostics.length
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
      const at = this.index()
      this.skip(region)
      if (region === declarations || region === head) this.loses(at, isBetweenNames)
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
   * Something was skipped from `tokens[start]` on that declares or imports nobody knows what: words, quoted or not, and what may
   * stand between them.
   */
  protected loses(start: number, isBetween: (token: LaidToken) => boolean = () => true): void {
    for (const token of this.lexed.tokens.slice(start, this.index())) {
      if (isIdentifier(token.tokenType)) this.lostNames.add(token.image)
      else if (token.tokenType === kinds.Text) this.lostNames.add(token.image.slice(1, -1))
      else if (!isBetween(token)) return
    }
  }

  /**
   * Reads what a repetition reads; where it ends at something that does not end the region, that is a mistake, and after
   * it the repetition goes on. Answers whether there was none.
   *
   * @param lost is told what was skipped
   */
  protected repeat(
    region: Region,
    what: string,
    words: Iterable<string>,
    repetition: () => void,
    lost?: (skipped: readonly LaidToken[]) => void,
  ): boolean {
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
      // The closing of a brace that was too much is no further mistake, nor is what is left of a broken declaration.
      if (closesMistake) braces -= 1
      else if (!(region === declarations && this.diagnostics.length > this.before && !isWordAtMargin(token)))
        this.explain(what, words, this.index())
      const start = this.index()
      this.SKIP_TOKEN()
      this.skip(region)
      if (region === declarations) this.loses(start, isBetweenNames)
      lost?.(this.lexed.tokens.slice(start, this.index()))
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
    return token.tokenType === EOF || beginsDeclaration(token)
  }

  /** The next token's position in `tokens`. */
  protected index(): number {
    return (this.LA(1) as Partial<LaidToken>).index ?? this.lexed.tokens.length
  }

  /** Answers what was reported, in the order of the text, and keeps nothing: no token outlives the reading of its text. */
  protected end(): readonly Diagnostic[] {
    const { diagnostics } = this
    if (this.mistaken && diagnostics.length === 0) throw new Error('a mistake in the text was not reported')
    this.source = nowhere
    this.lexed = noTokens
    this.diagnostics = []
    this.input = []
    return diagnostics.sort((a, b) => a.span.start - b.span.start)
  }

  private explain(what: string, words: Iterable<string>, start: number): void {
    const diagnostic = explainSyntaxError(this.source, this.lexed, { start, at: this.index() }, what, words)
    if (diagnostic === null || this.follows(diagnostic)) return
    this.places.add(diagnostic.span.start)
    this.diagnostics.push(diagnostic)
  }

  /**
   * Whether a mistake follows from another: at the same place; or a brace is missing because one was too much, or because what
   * was reported in the line of the one that it closes took it.
   */
  private follows({ span, related }: Diagnostic): boolean {
    if (this.places.has(span.start)) return true
    const opened = related[0]?.span.start
    if (opened === undefined) return false
    const { text } = this.source
    const end = text.indexOf('\n', opened)
    const line = end === -1 ? text.length : end
    for (let at = this.diagnostics.length - 1; at >= this.before; at -= 1) {
      const { start } = (this.diagnostics[at] as Diagnostic).span
      if (start <= opened) return false
      if (start < line || text[start] === '{') return true
    }
    return false
  }
}

function isBetweenNames({ tokenType }: LaidToken): boolean {
  return tokenType === kinds.Comma || tokenType === kinds.OpenBrace
}

/**
 * Where little stack is left to us, less than the limit is already too deep. V8 and JavaScriptCore say `RangeError`, SpiderMonkey
 * `InternalError`.
 */
function isOutOfStack(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'InternalError')
}

/**
 * As a small integer, 0 for what is no number. The parser's own tokens, of the end and of while the grammar is recorded, have
 * numbers of another kind; one span made of them has V8 keep the numbers of all spans outside of them, in a tree a third larger.
 */
function startOf({ startOffset }: IToken): number {
  return startOffset | 0
}

function endOf(token: IToken): number {
  return startOf(token) + token.image.length
}
