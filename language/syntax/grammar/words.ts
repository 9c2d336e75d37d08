/** Names, quoted texts and numbers. */
import type { IToken, ParserMethod } from 'chevrotain'
import { badEscape, badName, malformedNumber, numberOutOfRange, reservedWord } from '../../diagnostics/catalogue/syntax.ts'
import type { Annotation, Name, Period, Placeholder, Text } from '../ast.ts'
import { readEscapes } from '../read-escapes.ts'
import { isIdentifier, type LaidToken, setType } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import { RecoveringParser } from './recovery/recovering-parser.ts'
import { annotated } from './recovery/region.ts'

/** Milliseconds by unit. */
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The value of a number after a report: valid everywhere, unlike 0 as a divisor or a limit. */
const MISREAD = 1

const jsonNumber = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** What precedes a declaration, and its start. */
export interface Prelude {
  readonly start: number
  readonly doc: string | null
  readonly annotations: readonly Annotation[]
}

export class WordParser extends RecoveringParser {
  /** Name = Identifier      (any word but a reserved one) */
  protected name: ParserMethod<[], Name> = this.RULE('name', (): Name => {
    this.ACTION(() => this.mendName())
    const token = this.CONSUME(kinds.Identifier)
    return { kind: 'Name', text: token.image, span: this.spanOf(token) }
  })

  /** Reads a certain name without its production, else null: a third of all tokens, in a third of the time. */
  protected plainName(): Name | null {
    if (this.RECORDING_PHASE) return null
    const token = this.LA(1)
    if (!isIdentifier(token.tokenType)) return null
    this.SKIP_TOKEN()
    return { kind: 'Name', text: token.image, span: this.spanOf(token) }
  }

  /** Word: a name, or a reserved word. */
  protected word: ParserMethod<[], Name> = this.RULE('word', (): Name => {
    const token = this.CONSUME(kinds.Word)
    return { kind: 'Name', text: token.image, span: this.spanOf(token) }
  })

  /** Names = Name { "," Name } */
  protected names: ParserMethod<[], readonly Name[]> = this.RULE('names', () => {
    const names: Name[] = []
    this.ACTION(() => this.mendName())
    this.AT_LEAST_ONE_SEP({
      SEP: kinds.Comma,
      DEF: () => names.push(this.plainName() ?? this.SUBRULE(this.name)),
      ERR_MSG: 'a name',
    })
    return kept(names)
  })

  /** Text */
  protected text: ParserMethod<[], Text> = this.RULE('text', (): Text => {
    const token = this.CONSUME(kinds.Text)
    return { kind: 'Text', value: this.ACTION(() => this.textOf(token)), span: this.spanOf(token) }
  })

  /** Texts = Text { "," Text } */
  protected texts: ParserMethod<[], readonly Text[]> = this.RULE('texts', () => {
    const texts: Text[] = []
    this.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => texts.push(this.SUBRULE(this.text)), ERR_MSG: 'a quoted text' })
    return kept(texts)
  })

  /** A period: a whole number and `ms`, `s`, `m`, `h` or `d`. */
  protected period: ParserMethod<[], Period> = this.RULE('period', (): Period => {
    const token = this.CONSUME(kinds.Period)
    return { kind: 'Period', milliseconds: this.ACTION(() => this.periodOf(token)), span: this.spanOf(token) }
  })

  /** `$x` */
  protected placeholder: ParserMethod<[], Placeholder> = this.RULE('placeholder', (): Placeholder => {
    const token = this.CONSUME(kinds.Placeholder)
    return { kind: 'Placeholder', name: token.image.slice(1), span: this.spanOf(token) }
  })

  /** Annotations = { "@" Name "(" Text ")" }      (`@was("old")`, `@deprecated("use x")`; documentation before them) */
  protected prelude: ParserMethod<[], Prelude> = this.RULE('annotations', () => {
    const start = this.mark()
    const annotations: Annotation[] = []
    this.MANY(() => this.attempt(annotated, () => annotations.push(this.SUBRULE(this.annotation))))
    return { start, doc: this.docAt(start), annotations: kept(annotations) }
  })

  private annotation: ParserMethod<[], Annotation> = this.RULE('annotation', (): Annotation => {
    const start = this.mark()
    this.CONSUME(kinds.AtSign)
    const name = this.SUBRULE(this.name)
    this.CONSUME(kinds.OpenParen)
    const argument = this.SUBRULE(this.text)
    this.CONSUME(kinds.CloseParen)
    return { kind: 'Annotation', name, argument, span: this.since(start) }
  })

  /** Reads `7x` or a reserved word in place of a name as a broken name. Each is reported once, and references to it are not. */
  protected mendName(): void {
    const token = this.LA(1) as LaidToken
    const { image, tokenType } = token
    if (tokenType === kinds.Identifier) return
    const numeral = tokenType === kinds.Malformed || tokenType === kinds.Period || tokenType === kinds.Uint
    const reserved = kinds.reservedWords.get(image) === tokenType && tokenType !== kinds.Import
    const next = this.LA(2).tokenType
    const alone = token.first && next !== kinds.Colon && next !== kinds.Question
    if (!(numeral && /^\d\w*$/.test(image)) && !(reserved && !alone)) return
    if (!this.misnamed.has(image)) {
      if (numeral) this.report(badName, this.spanOf(token), { name: image })
      else this.report(reservedWord, this.spanOf(token), { word: image })
    }
    this.misnamed.add(image)
    this.brokenNames.add(image)
    setType(token, kinds.Identifier)
  }

  /** Returns the value of a quoted text, with escapes resolved. */
  protected textOf(token: IToken): string {
    return readEscapes(token.image, ({ offset, length }) => {
      if (token.tokenType === kinds.OpenText) return
      const start = token.startOffset + offset
      this.report(
        badEscape,
        { source: this.source, start, end: start + length },
        { escape: token.image.slice(offset, offset + length) },
      )
    })
  }

  protected intOf(token: IToken): number {
    const value = Number(token.image)
    if (Number.isSafeInteger(value)) return value
    this.report(numberOutOfRange, this.spanOf(token), { text: token.image, type: 'int' })
    return MISREAD
  }

  private periodOf(token: IToken): number {
    const unit = /[a-z]+$/.exec(token.image)?.[0] ?? ''
    const value = Number(token.image.slice(0, -unit.length)) * (units[unit] as number)
    if (Number.isSafeInteger(value)) return value
    this.report(numberOutOfRange, this.spanOf(token), { text: token.image, type: 'period' })
    return MISREAD
  }

  protected doubleOf(token: IToken): number {
    const value = Number(token.image)
    if (Number.isFinite(value)) return value
    this.report(numberOutOfRange, this.spanOf(token), { text: token.image, type: 'double' })
    return MISREAD
  }

  /** JSON's numbers are doubles with a stricter syntax than the language's. */
  protected jsonNumberOf(token: IToken): number {
    if (jsonNumber.test(token.image)) return this.doubleOf(token)
    this.report(malformedNumber, this.spanOf(token), { text: token.image })
    return MISREAD
  }
}

const nothing: readonly never[] = []

/**
 * Copies a list without spare capacity. Most lists of a tree hold one or two nodes but have room for seventeen, which was a sixth
 * of a parsed text's memory.
 */
export function kept<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? nothing : list.slice()
}
