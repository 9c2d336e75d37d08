/**
 * Hands out a text's tokens in order, with the comments before them. Each printer requests the tokens that it prints, so none is
 * lost or added, and every comment stays between its tokens.
 */
import type { Source } from '../source.ts'
import { tokenize } from '../syntax/tokenize.ts'
import { blankLine, blockComment, concat, type Document, either, hardLine, lineComment, sequence } from './document.ts'
import { canonicalNumber, canonicalText } from './literals.ts'
import { joinRemarks, type Remark, readTrivia, type Trivia } from './trivia.ts'

interface Token {
  readonly image: string
  readonly trivia: Trivia
  readonly start: number
  /** Start of the closing parenthesis of a pair that must be kept, for both tokens of the pair; else null. */
  readonly keptTo: number | null
  /** Index of the other parenthesis of the pair; null for other tokens. */
  readonly pair: number | null
}

/** Tokens that formatting may drop: parentheses that group nothing, trailing commas. */
const dispensable: ReadonlySet<string> = new Set(['(', ')', ','])

function isDispensable(token: Token | undefined): boolean {
  return token !== undefined && token.keptTo === null && dispensable.has(token.image)
}
const operators: ReadonlySet<string> = new Set([
  '&&',
  '||',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'is',
  '+',
  '-',
  '*',
  '/',
  '%',
  '?',
  ':',
])
const spaceless: ReadonlySet<string> = new Set([')', ']', '}', '>', '.', ',', ':', '?'])

/** The layout before an item of a body, that is, of a list in braces: comments, line ends and empty lines. */
export interface Lead {
  readonly document: Document
  /** Whether an empty line precedes the next item or is among the comments before it. */
  readonly blank: boolean
  /** Whether there is no comment between the item and the one before. */
  readonly bare: boolean
  /** Whether a comment is on the line of the following item. */
  readonly inline: boolean
}

export class Cursor {
  private readonly tokens: readonly Token[]
  private readonly last: Trivia
  private at = 0
  /** Comments of skipped tokens, and those of the next token once requested. */
  private waiting: Remark[] = []
  private taken = -1
  /** Indices of opening parentheses that were skipped. */
  private readonly skipped = new Set<number>()

  constructor(source: Source) {
    const { text } = source
    let end = 0
    const tokens = tokenize(source).tokens.map(({ image, startOffset }): Token => {
      const trivia = readTrivia(text, end, startOffset)
      end = startOffset + image.length
      return { image, trivia, start: startOffset, keptTo: null, pair: null }
    })
    this.tokens = beforeParentheses(withPairs(tokens))
    this.last = readTrivia(text, end, text.length)
  }

  /**
   * Returns the next token other than the commas and parentheses that formatting may drop; null at the end of the text. Does not
   * read the token.
   */
  peek(): string | null {
    let at = this.at
    while (isDispensable(this.tokens[at])) at += 1
    return this.tokens[at]?.image ?? null
  }

  /**
   * Returns the offset of the closing parenthesis that belongs to the next opening one, if formatting must keep the pair. Returns
   * -1 if the next token does not begin such a pair.
   */
  keptParenthesis(): number {
    let at = this.at
    while (isDispensable(this.tokens[at])) at += 1
    const { image, keptTo = null } = this.tokens[at] ?? {}
    return image === '(' && keptTo !== null ? keptTo : -1
  }

  /** Reads the next opening parenthesis that must be kept. */
  openKept(): Document {
    while (isDispensable(this.tokens[this.at])) this.skip()
    return this.emit('(')
  }

  /** Reads the opening parenthesis of the pair that contains the text up to `end` and no more. Skips those of wider pairs. */
  open(end: number): Document {
    this.pass('(')
    while (this.upcoming === '(' && this.isWider(end)) this.skip()
    return this.emit('(')
  }

  /** Returns the comments before the next token, which begins `text`, without reading the token. */
  before(text: string): Document {
    this.pass(text)
    return this.comments()
  }

  /** Reads the tokens of `text`, and returns `text` preceded by the comments before it. */
  emit(text: string): Document {
    this.pass(text)
    const before = this.comments()
    for (let rest = text; rest !== ''; ) {
      const { image } = this.next()
      if (!rest.startsWith(image)) throw new Error(`${text} is expected, and the text has ${image}`)
      rest = rest.slice(image.length)
    }
    return concat(before, text)
  }

  /** Reads a literal, and returns it in canonical form, preceded by its comments. */
  literal(): Document {
    while (isDispensable(this.tokens[this.at])) this.skip()
    const before = this.comments()
    const { image } = this.next()
    return concat(before, /["']/.test(image) ? canonicalText(image) : canonicalNumber(image))
  }

  /**
   * Reads an operator that may begin a line, and returns it preceded by its comments. Comments between the operator and its
   * operand go before the operator.
   */
  operator(text: string): Document {
    this.pass(text)
    const before = this.comments()
    const { image } = this.next()
    if (image !== text) throw new Error(`${text} is expected, and the text has ${image}`)
    const own = this.tokens[this.at]?.trivia.remarks.every(({ place }) => place !== 'inline') ? this.comments() : ''
    return concat(before, own, text)
  }

  /** Reads the closing token of a list; returns the token, and separately the comments before it. */
  close(text: string): { readonly comments: Document; readonly text: Document } {
    this.pass(text)
    const comments = this.remarks().map(({ text, place, first }) => {
      const alone = place !== 'inline' || text.includes('\n')
      return alone ? lineComment(text, !first) : blockComment(text, false)
    })
    return { comments: sequence(comments), text: this.emit(text) }
  }

  /** Skips a comma if the text has one, and returns a comma. Comments before the skipped comma go after it. */
  comma(): Document {
    if (this.upcoming === ',') this.skip()
    return ','
  }

  atComma(): boolean {
    return this.upcoming === ','
  }

  /** Skips a comma if there is one. */
  dropComma(): void {
    if (this.upcoming === ',') this.skip()
  }

  /** Returns the comments before the next token if they were not printed yet. */
  comments(): Document {
    const spaced = !spaceless.has(this.upcoming)
    return concat(
      ...this.remarks().map(({ text, place }) =>
        place === 'inline' ? blockComment(text, spaced) : lineComment(text, place === 'trailing'),
      ),
    )
  }

  /**
   * Returns the line end and comments before the next item of a body or before its closing token. Keeps at most one empty line
   * per place. `first` keeps none before the first item, `blank` forces one, `tight` forbids one.
   */
  lead(place: 'first' | 'next' | 'blank' | 'tight' | 'end'): Lead {
    return this.leading(place, false)
  }

  /**
   * Returns the comments before an item of a body that may fit on one line: without the line end and without a lone empty line.
   */
  softLead(place: 'first' | 'next'): Lead {
    return this.leading(place, true)
  }

  private leading(place: 'first' | 'next' | 'blank' | 'tight' | 'end', soft: boolean): Lead {
    while (isDispensable(this.tokens[this.at])) this.skip()
    // A doc comment that documented nothing must not document the next item.
    if (!soft) this.waiting = this.waiting.map((remark) => ({ ...remark, text: undocumented(remark.text) }))
    const { blank: blankBefore } = this.tokens[this.at]?.trivia ?? this.last
    const remarks = this.remarks()
    const blanks = [...remarks.map((remark) => remark.place !== 'trailing' && remark.blank), blankBefore]
    const start = [...remarks, null].findIndex((remark) => remark?.place !== 'trailing')
    if (place === 'first') blanks[start] = false
    if (place === 'blank' && !blanks.includes(true)) blanks[start] = true
    if (place === 'tight') blanks.fill(false)
    if (place === 'end') blanks[remarks.length] = false
    const ends = place === 'end'
    const parts: Document[] = soft || ends ? [] : [hardLine]
    for (const [at, { text, place, first }] of remarks.entries()) {
      if (blanks[at]) parts.push(blankLine)
      if (place === 'inline' && !ends) parts.push(blockComment(text, true))
      else parts.push(lineComment(text, !first))
    }
    if (blanks[remarks.length]) parts.push(soft ? either({ broken: blankLine, flat: '' }) : blankLine)
    const inline = remarks.at(-1)?.place === 'inline'
    return { document: sequence(parts), blank: blanks.includes(true), bare: remarks.length === 0, inline }
  }

  private remarks(): readonly Remark[] {
    const own = this.taken === this.at ? [] : (this.tokens[this.at]?.trivia ?? this.last).remarks
    const remarks = this.waiting.length === 0 ? own : joinRemarks([...this.waiting, ...own], false)
    this.taken = this.at
    this.waiting = []
    return remarks
  }

  /** Skips dispensable tokens before an upcoming text. */
  private pass(text: string): void {
    while (isDispensable(this.tokens[this.at]) && (!text.startsWith(this.upcoming) || this.isAlone())) this.skip()
  }

  /** Whether the next token closes a parenthesis that was skipped. */
  private isAlone(): boolean {
    const { pair = null } = this.tokens[this.at] ?? {}
    return pair !== null && this.skipped.has(pair)
  }

  /** Whether the pair that the next token opens contains more than the text up to `end`. */
  private isWider(end: number): boolean {
    const { pair = null } = this.tokens[this.at] ?? {}
    if (pair === null) return false
    let inside = pair - 1
    while (this.tokens[inside]?.image === ')') inside -= 1
    return (this.tokens[inside]?.start ?? 0) >= end
  }

  private get upcoming(): string {
    return this.tokens[this.at]?.image ?? ''
  }

  private skip(): void {
    const remarks = this.remarks()
    const isOpening = this.upcoming === '('
    if (isOpening) this.skipped.add(this.at)
    this.at += 1
    // The operand of an opening parenthesis follows the comment, on whatever line it was.
    this.waiting = joinRemarks(remarks, !isOpening && (this.tokens[this.at]?.trivia ?? this.last).lineEnd)
  }

  private next(): Token {
    const token = this.tokens[this.at]
    if (token === undefined) throw new Error('the text ends before what is to be printed')
    // Comments inside a token of several parts go before what follows it.
    if (this.taken !== this.at) this.waiting = [...this.remarks()]
    this.at += 1
    return token
  }
}

/** Moves comments between an operator and its operand's parentheses before these, which may be removed. */
function beforeParentheses(tokens: readonly Token[]): readonly Token[] {
  const moved = [...tokens]
  for (let at = tokens.length - 2; at > 0; at -= 1) {
    const [token, next] = [moved[at] as Token, moved[at + 1] as Token]
    let before = at - 1
    while (tokens[before]?.image === '(') before -= 1
    const { remarks } = next.trivia
    if (token.image !== '(' || token.keptTo !== null || !operators.has(tokens[before]?.image ?? '')) continue
    if (remarks.length === 0 || remarks.some(({ place }) => place === 'inline')) continue
    moved[at] = { ...token, trivia: { ...token.trivia, remarks: joinRemarks([...token.trivia.remarks, ...remarks], true) } }
    moved[at + 1] = { ...next, trivia: { ...next.trivia, remarks: [] } }
  }
  return moved
}

/**
 * Pairs parentheses, and marks those with a `///` comment before the closing one as kept. Without them, the comment could end up
 * before the next declaration, and would document it.
 */
function withPairs(tokens: readonly Token[]): readonly Token[] {
  const marked = [...tokens]
  const open: number[] = []
  for (const [at, { image, trivia, start }] of tokens.entries()) {
    if (image === '(') open.push(at)
    if (image !== ')') continue
    const opening = open.pop()
    if (opening === undefined) continue
    const keptTo = trivia.remarks.some(({ text }) => undocumented(text) !== text) ? start : null
    marked[opening] = { ...(tokens[opening] as Token), keptTo, pair: at }
    marked[at] = { ...(tokens[at] as Token), keptTo, pair: opening }
  }
  return marked
}

/** Turns a documentation comment, `/// x`, into an ordinary one, `// x`. Returns other comments unchanged. */
export function undocumented(comment: string): string {
  return comment.replace(/^\/\/\/(?!\/)/, '//')
}
