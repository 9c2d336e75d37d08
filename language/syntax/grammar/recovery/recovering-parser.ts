/**
 * What all productions call: spans, reports and error recovery. A production that can be read apart from its neighbors (a
 * declaration, a clause, a field …) is an `attempt`: a mistake in it gives one diagnostic, the rest of it is skipped, and its
 * neighbors are read normally.
 */
import { EOF, type IToken, isRecognitionException, type TokenType } from 'chevrotain'
import type { Entry, Params } from '../../../diagnostics/catalogue/define.ts'
import { tooDeep } from '../../../diagnostics/catalogue/syntax.ts'
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts'
import { report } from '../../../diagnostics/report.ts'
import type { Source, Span } from '../../../source.ts'
import type { Comment, File, Name } from '../../ast.ts'
import { beginsDeclaration, type LaidToken } from '../../synchronization-tokens.ts'
import type { Tokens } from '../../tokenize.ts'
import * as kinds from '../../tokens.ts'
import { ChevrotainParser } from './chevrotain-parser.ts'
import { expectations, explainSyntaxError } from './explain.ts'
import { YAML } from './policy-languages.ts'
import { declarations, endsDeclaration, head, isWordAtMargin, type Region } from './region.ts'
import { UnreadableNames } from './unreadable-names.ts'

/** The maximum depth of expressions, types and JSON, so that no later phase overflows the stack. */
export const DEPTH_LIMIT = 200

/** Thrown by a production that has reported its mistake. */
class Refused extends Error {}

export const declarationWords = [
  ...['import', 'type', 'identity', 'role', 'label', 'data', 'def', 'service'],
  ...['permit', 'forbid', 'shadow', 'invariant', 'test', 'fixture'],
]

const opening = new Set<TokenType>([kinds.OpenBrace, kinds.OpenParen, kinds.OpenBracket])
const closing = new Set<TokenType>([kinds.CloseBrace, kinds.CloseParen, kinds.CloseBracket])

/** Whether a token begins an item of a body. */
type Inside = (token: LaidToken, next: IToken) => boolean

/** A body in braces whose content is being parsed. */
export interface Opened {
  /** The number of open braces around the content of the body, within its declaration. */
  readonly depth: number
  /** Whether the opening brace is present in the text. */
  readonly written: boolean
}

const nowhere: Source = { name: '', text: '' }
const noTokens: Tokens = { tokens: [], docs: new Map(), comments: [], openComment: false, diagnostics: [] }

export class RecoveringParser extends ChevrotainParser {
  /** The text that is being parsed. */
  source: Source = nowhere
  protected diagnostics: Diagnostic[] = []
  /** The names in the parts of the text that could not be read so far. */
  unreadable = new UnreadableNames()
  private lexed: Tokens = noTokens
  private nesting = 0
  /** Whether something was skipped, and so reported. */
  private mistaken = false
  /** Offsets at which an unexpected token was reported. */
  private places = new Set<number>()
  /** The number of reports before the current declaration. */
  private before = 0

  /**
   * Creates a parser.
   *
   * @param validated whether to check the grammar for ambiguities, which is slow and only for its test
   */
  constructor(validated: boolean) {
    super(kinds.vocabulary, {
      maxLookahead: 2,
      recoveryEnabled: false,
      skipValidations: !validated,
      errorMessageProvider: expectations,
    })
  }

  /** Starts to parse a new text. `end` releases the text. */
  protected begin(source: Source, lexed: Tokens): void {
    this.source = source
    this.lexed = lexed
    this.diagnostics = [...lexed.diagnostics]
    this.unreadable = new UnreadableNames()
    this.nesting = 0
    this.mistaken = false
    this.places = new Set()
    this.before = 0
    // A copy, as the parser appends to its input.
    this.input = lexed.tokens.slice()
  }

  /** Returns the text of the documentation comment (`///`) before the token at an offset; null if there is none. */
  docAt(start: number): string | null {
    return this.lexed.docs.get(start) ?? null
  }

  protected comments(): readonly Comment[] {
    return this.lexed.comments
  }

  /** Returns the start offset of the next token, or at the end of the text the end of the last token. */
  mark(): number {
    const token = this.LA(1)
    return Number.isNaN(token.startOffset) ? endOf(this.LA(0)) : startOf(token)
  }

  /** Returns the span from an offset, as `mark` returns it, to the end of the last token read. */
  since(start: number): Span {
    return { source: this.source, start, end: endOf(this.LA(0)) }
  }

  /** Returns the span of a token. For the end-of-file token, returns an empty span after the last token. */
  spanOf(token: IToken): Span {
    if (Number.isNaN(token.startOffset)) return this.behind(this.lexed.tokens.length)
    return { source: this.source, start: startOf(token), end: endOf(token) }
  }

  /** Returns the empty span after `tokens[index - 1]`. */
  private behind(index: number): Span {
    const last = this.lexed.tokens[index - 1]
    const end = last === undefined ? 0 : endOf(last)
    return { source: this.source, start: end, end }
  }

  /** Returns whether the next token has a given type, or one that belongs to a given category. */
  sees(type: TokenType): boolean {
    const found = this.LA(1).tokenType
    return found === type || (found.CATEGORIES?.includes(type) ?? false)
  }

  /** Returns whether an unexpected token was reported at this offset. */
  isPlace(start: number): boolean {
    return this.places.has(start)
  }

  report<P extends Params>(
    entry: Entry<P>,
    span: Span,
    params: P,
    related: Diagnostic['related'] = [],
    fixes: Diagnostic['fixes'] = [],
  ): void {
    this.diagnostics.push(report(entry, span, params, related, fixes))
  }

  /** Reports a mistake and aborts the current `attempt`. */
  refuse<P extends Params>(entry: Entry<P>, span: Span, params: P, related: Diagnostic['related'] = []): never {
    this.report(entry, span, params, related)
    throw new Refused()
  }

  /**
   * Reports the next token as unexpected and aborts the current `attempt`, as `CONSUME` does, with this description of the
   * expected syntax.
   */
  expected(what: string, words: Iterable<string> = []): never {
    this.explain(what, words, this.index())
    throw new Refused()
  }

  /**
   * Reads the opening brace of a body, in place of `CONSUME`. If only the brace is missing, reports that and continues with the
   * body.
   *
   * @param isInside returns whether a token begins an item of the body
   */
  open(isInside: Inside): Opened {
    if (this.RECORDING_PHASE || this.sees(kinds.OpenBrace) || !this.seesInside(isInside)) {
      this.CONSUME(kinds.OpenBrace)
      return { depth: (this.LA(0) as LaidToken).depth + 1, written: true }
    }
    this.explain('`{`', [], this.index())
    this.mistaken = true
    return { depth: (this.LA(1) as LaidToken).depth, written: false }
  }

  /** Reads the closing brace of a body. It may be missing if the opening brace is missing. */
  close({ written }: Opened, what = '`}`'): void {
    if (written || this.sees(kinds.CloseBrace)) this.CONSUME(kinds.CloseBrace, { ERR_MSG: what })
  }

  /**
   * Returns whether the next token begins the content of a body without an opening brace. The content begins a line, or is closed
   * on the same line.
   */
  seesInside(isInside: Inside): boolean {
    const token = this.LA(1) as LaidToken
    if (this.atEnd() || !isInside(token, this.LA(2))) return false
    for (let ahead = 1; !token.first; ahead += 1) {
      const next = this.LA(ahead) as LaidToken
      if (next.tokenType === kinds.CloseBrace) break
      if (next.tokenType === EOF || (next.first && ahead > 1)) return false
    }
    return true
  }

  /** Marks the start of a declaration: mistakes reported from here on belong to it. */
  beginDeclaration(): void {
    this.before = this.diagnostics.length
  }

  /** Enters a recursive production. `shallower` leaves the production, unless the attempt is aborted. */
  deeper(): void {
    if (this.nesting > DEPTH_LIMIT) this.refuse(tooDeep, this.spanOf(this.LA(1)), { limit: DEPTH_LIMIT })
    this.nesting += 1
  }

  shallower(): void {
    this.nesting -= 1
  }

  /**
   * Parses a production. After a mistake in it, reports the mistake once, skips tokens to the end of the region, and returns
   * null.
   */
  attempt<T>(region: Region, production: () => T): T | null {
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

  /** Parses a declaration. If the declaration is broken, only its name is kept, which the production passes to `known`. */
  declared<T>(what: string, production: (known: (name: Name) => Name) => T): T | null {
    let name: Name | null = null
    const found = this.attempt(declarations, () => {
      const read = production((known) => {
        name = known
        return known
      })
      // Something else on its line may belong to it, and then the declaration is not what was meant.
      if (!this.RECORDING_PHASE && !this.atEnd() && !endsDeclaration(this.LA(1) as LaidToken))
        this.expected(what, declarationWords)
      return read
    })
    if (found === null) this.unreadable.breaks(name)
    return found
  }

  /**
   * Rejects text after a declaration on the same line: the text may belong to the declaration, which is then not the intended
   * one.
   */
  checkEnds(what: string, also?: TokenType): void {
    const token = this.LA(1) as LaidToken
    if (this.atEnd() || endsDeclaration(token) || token.tokenType === also) return
    this.expected(what, declarationWords)
  }

  /** Returns the `hidesNames` of a file. */
  protected hidesNames(read: Pick<File, 'imports' | 'declarations'>): boolean {
    return this.unreadable.hidesNames(read, this.lexed.tokens)
  }

  /**
   * Records the skipped words from `tokens[start]` on, quoted or not, as names that the text may have declared or imported. Their
   * uses are not reported.
   */
  loses(start: number, isBetween: (token: LaidToken) => boolean = () => true): void {
    for (const token of this.lexed.tokens.slice(start, this.index())) {
      if (!this.unreadable.loses(token) && !isBetween(token)) return
    }
  }

  /**
   * Parses a repetition. If it stops at a token that cannot follow it, reports a mistake, skips tokens and continues the
   * repetition.
   *
   * @param region determines which tokens can follow the repetition, and at which tokens it continues
   * @param lost receives the skipped tokens
   * @returns whether there was no mistake
   */
  repeat(
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
      // The closing of an excess brace, and the rest of a broken declaration, are no further mistakes.
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

  /**
   * Skips tokens until the region resumes parsing, a declaration begins, or the text ends. Brackets that are opened on the way
   * are skipped with their content.
   */
  skip(region: Region): void {
    let open = 0
    while (!this.atEnd()) {
      const token = this.LA(1) as LaidToken
      if (region.resumes(token, { open, previous: this.LA(0) as LaidToken, next: this.LA(2), afterNext: this.LA(3) })) return
      if (opening.has(token.tokenType)) open += 1
      else if (closing.has(token.tokenType)) open = Math.max(0, open - 1)
      this.SKIP_TOKEN()
    }
  }

  /** Returns whether the text ends here, or the next token begins a declaration beyond doubt. */
  atEnd(): boolean {
    const token = this.LA(1)
    return token.tokenType === EOF || beginsDeclaration(token)
  }

  /** Returns the index of the next token; at the end of the text, the number of tokens. */
  index(): number {
    return (this.LA(1) as Partial<LaidToken>).index ?? this.lexed.tokens.length
  }

  /** Returns the diagnostics in text order and releases the text, so that no token outlives its parse. */
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

  /** Whether a mistake follows from another: at its place, in YAML, or a missing brace after an excess one or a swallowed one. */
  private follows({ span, related, help }: Diagnostic): boolean {
    if (this.places.has(span.start) || (help === YAML && this.diagnostics.some((before) => before.help === YAML))) return true
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

/** With little stack left, less is too deep. V8 and JavaScriptCore throw `RangeError`, SpiderMonkey `InternalError`. */
function isOutOfStack(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'InternalError')
}

/**
 * Returns a small integer, 0 for NaN. The parser's artificial tokens have doubles; a span with one would make V8 store all spans'
 * numbers outside of them, which makes a tree a third larger.
 */
function startOf({ startOffset }: IToken): number {
  return startOffset | 0
}

function endOf(token: IToken): number {
  return startOf(token) + token.image.length
}
