/**
 * The tokens of a text, handed out in their order with the comments that stand before them. As every printer asks for the
 * tokens that it prints, none is lost, none is made up, and every comment comes out between the tokens that it stood between.
 */
import type { Source } from '../source.ts'
import { tokenize } from '../syntax/tokenize.ts'
import { blankLine, blockComment, concat, type Document, either, hardLine, lineComment, sequence } from './document.ts'
import { canonicalNumber, canonicalText } from './literals.ts'
import { joinRemarks, type Remark, readTrivia, type Trivia } from './trivia.ts'

interface Token {
  readonly image: string
  readonly trivia: Trivia
}

/** What means the same where it is not: parentheses that group nothing, commas at the end of a line or a list. */
const dispensable: ReadonlySet<string> = new Set(['(', ')', ','])
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

/** What stands before an item of a body. */
export interface Lead {
  readonly document: Document
  /** Whether an empty line is in it. */
  readonly blank: boolean
  /** Whether there is no comment in it. */
  readonly bare: boolean
  /** Whether a comment in it stands on the line of what follows. */
  readonly inline: boolean
}

export class Cursor {
  private readonly tokens: readonly Token[]
  private readonly last: Trivia
  private at = 0
  /** Comments of tokens that were passed over, and those of the next token once they were asked for. */
  private waiting: Remark[] = []
  private taken = -1

  constructor(source: Source) {
    const { text } = source
    let end = 0
    const tokens = tokenize(source).tokens.map(({ image, startOffset }): Token => {
      const trivia = readTrivia(text, end, startOffset)
      end = startOffset + image.length
      return { image, trivia }
    })
    this.tokens = beforeParentheses(tokens)
    this.last = readTrivia(text, end, text.length)
  }

  /** The next token that is not dispensable, or null at the end of the text. */
  peek(): string | null {
    let at = this.at
    while (dispensable.has(this.tokens[at]?.image ?? '')) at += 1
    return this.tokens[at]?.image ?? null
  }

  /** The comments before a text that is to come. */
  before(text: string): Document {
    this.pass(text)
    return this.comments()
  }

  /** The tokens that make up `text`, and before them their comments. */
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

  /** The next token whatever it is, a quoted text or a number in its canonical form. */
  literal(): Document {
    while (dispensable.has(this.upcoming)) this.skip()
    const before = this.comments()
    const { image } = this.next()
    return concat(before, /["']/.test(image) ? canonicalText(image) : canonicalNumber(image))
  }

  /** An operator that may begin a line: what is said between it and its operand comes before it. */
  operator(text: string): Document {
    this.pass(text)
    const before = this.comments()
    this.next()
    const own = this.tokens[this.at]?.trivia.remarks.every(({ place }) => place !== 'inline') ? this.comments() : ''
    return concat(before, own, text)
  }

  /** What closes a list, and apart from it what is said before it. */
  close(text: string): { readonly comments: Document; readonly text: Document } {
    this.pass(text)
    const comments = this.remarks().map(({ text, place, first }) => {
      const alone = place !== 'inline' || text.includes('\n')
      return alone ? lineComment(text, !first) : blockComment(text, false)
    })
    return { comments: sequence(comments), text: this.emit(text) }
  }

  /** A comma, where the text has one; what is said before it comes behind it. */
  comma(): Document {
    if (this.upcoming === ',') this.skip()
    return ','
  }

  /** Whether a comma comes next. */
  atComma(): boolean {
    return this.upcoming === ','
  }

  /** Passes a comma over, where there is one. */
  dropComma(): void {
    if (this.upcoming === ',') this.skip()
  }

  /** The comments before the next token, where they have not been printed yet. */
  comments(): Document {
    const spaced = !spaceless.has(this.upcoming)
    return concat(
      ...this.remarks().map(({ text, place }) =>
        place === 'inline' ? blockComment(text, spaced) : lineComment(text, place === 'trailing'),
      ),
    )
  }

  /**
   * A line end and the comments before the next item of a body or, at its end, before what closes it. Empty lines stay, one at
   * a place; `first`: none before the first of all; `blank`: there is one at least; `tight`: there is none.
   */
  lead(place: 'first' | 'next' | 'blank' | 'tight' | 'end'): Lead {
    return this.leading(place, false)
  }

  /** The same where the body may turn out to be on one line: without the line end, and without what is only an empty line. */
  softLead(place: 'first' | 'next'): Lead {
    return this.leading(place, true)
  }

  private leading(place: 'first' | 'next' | 'blank' | 'tight' | 'end', soft: boolean): Lead {
    while (dispensable.has(this.upcoming)) this.skip()
    // What documented nothing must not document what follows.
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

  /** Passes over what is dispensable before a text that is to come. */
  private pass(text: string): void {
    while (dispensable.has(this.upcoming) && !text.startsWith(this.upcoming)) this.skip()
  }

  private get upcoming(): string {
    return this.tokens[this.at]?.image ?? ''
  }

  private skip(): void {
    const remarks = this.remarks()
    this.at += 1
    this.waiting = joinRemarks(remarks, (this.tokens[this.at]?.trivia ?? this.last).lineEnd)
  }

  private next(): Token {
    const token = this.tokens[this.at]
    if (token === undefined) throw new Error('the text ends before what is to be printed')
    // Comments within a token of several parts come before what follows it.
    if (this.taken !== this.at) this.waiting = [...this.remarks()]
    this.at += 1
    return token
  }
}

/**
 * Comments behind an operator and the parentheses of its operand, as if they stood before these: whether there will be
 * parentheses is then the same to them.
 */
function beforeParentheses(tokens: readonly Token[]): readonly Token[] {
  const moved = [...tokens]
  for (let at = tokens.length - 2; at > 0; at -= 1) {
    const [token, next] = [moved[at] as Token, moved[at + 1] as Token]
    let before = at - 1
    while (tokens[before]?.image === '(') before -= 1
    const { remarks } = next.trivia
    if (token.image !== '(' || !operators.has(tokens[before]?.image ?? '')) continue
    if (remarks.length === 0 || remarks.some(({ place }) => place === 'inline')) continue
    moved[at] = { ...token, trivia: { ...token.trivia, remarks: joinRemarks([...token.trivia.remarks, ...remarks], true) } }
    moved[at + 1] = { ...next, trivia: { ...next.trivia, remarks: [] } }
  }
  return moved
}

/** `/// x` as `// x`. */
export function undocumented(comment: string): string {
  return comment.replace(/^\/\/\/(?!\/)/, '//')
}
