/**
 * Chapter: words. What stands between keywords and brackets in all chapters: names, quoted strings, periods, placeholders,
 * annotations, and the values of numbers.
 *
 * Implements `grammar.md` (lexing), `annotations.md` of `spec/language/`.
 */
import type { IToken } from 'chevrotain'
import { badEscape, badName, malformedNumber, numberOutOfRange, reservedWord } from '../../diagnostics/catalogue/syntax.ts'
import type { Annotation, Name, Period, Placeholder, Text } from '../ast.ts'
import { readEscapes } from '../read-escapes.ts'
import { isIdentifier, type LaidToken, setType } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import { annotated } from './recovery/region.ts'

/** Milliseconds by unit. */
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The value of a number after a report: valid everywhere, unlike 0 as a divisor or a limit. */
const MISREAD = 1

const jsonNumber = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** The annotations and comments before a declaration, and the start of the declaration. */
export interface Prelude {
  readonly start: number
  readonly doc: string | null
  readonly annotations: readonly Annotation[]
}

export type WordProductions = ReturnType<typeof defineWordProductions>

export function defineWordProductions(parser: RecoveringParser) {
  const words = {
    /** Name = NAME      (any word but a reserved one) */
    name: parser.RULE('name', (): Name => {
      parser.ACTION(() => mendName(parser))
      const token = parser.CONSUME(kinds.Identifier)
      return { kind: 'Name', text: token.image, span: parser.spanOf(token) }
    }),

    /** Word = WORD      (a name, or a reserved word) */
    word: parser.RULE('word', (): Name => {
      const token = parser.CONSUME(kinds.Word)
      return { kind: 'Name', text: token.image, span: parser.spanOf(token) }
    }),

    /** Names = Name { "," Name } */
    names: parser.RULE('names', (): readonly Name[] => {
      const names: Name[] = []
      parser.ACTION(() => mendName(parser))
      parser.AT_LEAST_ONE_SEP({
        SEP: kinds.Comma,
        DEF: () => names.push(plainName(parser) ?? parser.SUBRULE(words.name)),
        ERR_MSG: 'a name',
      })
      return kept(names)
    }),

    /** Text = TEXT      (with its escapes resolved) */
    text: parser.RULE('text', (): Text => {
      const token = parser.CONSUME(kinds.Text)
      return { kind: 'Text', value: parser.ACTION(() => readText(parser, token)), span: parser.spanOf(token) }
    }),

    /** Texts = Text { "," Text } */
    texts: parser.RULE('texts', (): readonly Text[] => {
      const texts: Text[] = []
      parser.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => texts.push(parser.SUBRULE(words.text)), ERR_MSG: 'a quoted string' })
      return kept(texts)
    }),

    /** Period = PERIOD      (a whole number and `ms`, `s`, `m`, `h` or `d`) */
    period: parser.RULE('period', (): Period => {
      const token = parser.CONSUME(kinds.Period)
      return { kind: 'Period', milliseconds: parser.ACTION(() => readPeriod(parser, token)), span: parser.spanOf(token) }
    }),

    /** Placeholder = PLACEHOLDER      (`$x`) */
    placeholder: parser.RULE('placeholder', (): Placeholder => {
      const token = parser.CONSUME(kinds.Placeholder)
      return { kind: 'Placeholder', name: token.image.slice(1), span: parser.spanOf(token) }
    }),

    /** Annotations = { Annotation }      (and the documentation before them) */
    annotations: parser.RULE('annotations', (): Prelude => {
      const start = parser.mark()
      const annotations: Annotation[] = []
      parser.MANY(() => parser.attempt(annotated, () => annotations.push(parser.SUBRULE(words.annotation))))
      return { start, doc: parser.docAt(start), annotations: kept(annotations) }
    }),

    /** Annotation = "@" Name "(" Text ")"      (`@was("old")`, `@deprecated("use x")`) */
    annotation: parser.RULE('annotation', (): Annotation => {
      const start = parser.mark()
      parser.CONSUME(kinds.AtSign)
      const name = parser.SUBRULE(words.name)
      parser.CONSUME(kinds.OpenParen)
      const argument = parser.SUBRULE(words.text)
      parser.CONSUME(kinds.CloseParen)
      return { kind: 'Annotation', name, argument, span: parser.since(start) }
    }),
  }
  return words
}

/**
 * Parses a name without the cost of a grammar production. Returns null if the next token is not certainly a name. One token in
 * three is such a name, and parsing them takes a third of the time.
 */
export function plainName(parser: RecoveringParser): Name | null {
  if (parser.RECORDING_PHASE) return null
  const token = parser.LA(1)
  if (!isIdentifier(token.tokenType)) return null
  parser.SKIP_TOKEN()
  return { kind: 'Name', text: token.image, span: parser.spanOf(token) }
}

/**
 * Reads `7x` or a reserved word in place of a name, and reports it once as an invalid name. References to that name are not
 * reported.
 */
export function mendName(parser: RecoveringParser): void {
  const token = parser.LA(1) as LaidToken
  const { image, tokenType } = token
  if (tokenType === kinds.Identifier) return
  const numeral = tokenType === kinds.Malformed || tokenType === kinds.Period || tokenType === kinds.Uint
  const reserved = kinds.reservedWords.get(image) === tokenType && tokenType !== kinds.Import
  const next = parser.LA(2).tokenType
  const alone = token.first && next !== kinds.Colon && next !== kinds.Question
  if (!(numeral && /^\d\w*$/.test(image)) && !(reserved && !alone)) return
  if (!parser.unreadable.misnamed.has(image)) {
    if (numeral) parser.report(badName, parser.spanOf(token), { name: image })
    else parser.report(reservedWord, parser.spanOf(token), { word: image })
  }
  parser.unreadable.misnamed.add(image)
  parser.unreadable.broken.add(image)
  setType(token, kinds.Identifier)
}

/** Returns the value of a quoted string, with escapes resolved. */
export function readText(parser: RecoveringParser, token: IToken): string {
  return readEscapes(token.image, ({ offset, length }) => {
    if (token.tokenType === kinds.OpenText) return
    const start = token.startOffset + offset
    parser.report(
      badEscape,
      { source: parser.source, start, end: start + length },
      { escape: token.image.slice(offset, offset + length) },
    )
  })
}

/** Returns the value of an integer; reports one out of range. */
export function readInt(parser: RecoveringParser, token: IToken): number {
  const value = Number(token.image)
  if (Number.isSafeInteger(value)) return value
  parser.report(numberOutOfRange, parser.spanOf(token), { text: token.image, type: 'int' })
  return MISREAD
}

/** Returns the milliseconds of a period; reports one out of range. */
function readPeriod(parser: RecoveringParser, token: IToken): number {
  const unit = /[a-z]+$/.exec(token.image)?.[0] ?? ''
  const value = Number(token.image.slice(0, -unit.length)) * (units[unit] as number)
  if (Number.isSafeInteger(value)) return value
  parser.report(numberOutOfRange, parser.spanOf(token), { text: token.image, type: 'period' })
  return MISREAD
}

/** Returns the value of a double; reports one out of range. */
export function readDouble(parser: RecoveringParser, token: IToken): number {
  const value = Number(token.image)
  if (Number.isFinite(value)) return value
  parser.report(numberOutOfRange, parser.spanOf(token), { text: token.image, type: 'double' })
  return MISREAD
}

/** Returns the value of a number in JSON: a double with a stricter syntax than the language's. */
export function readJsonNumber(parser: RecoveringParser, token: IToken): number {
  if (jsonNumber.test(token.image)) return readDouble(parser, token)
  parser.report(malformedNumber, parser.spanOf(token), { text: token.image })
  return MISREAD
}

const nothing: readonly never[] = []

/**
 * Returns a copy of a list without spare capacity. Most lists of a tree hold one or two nodes but have room for seventeen, which
 * was a sixth of a parsed text's memory.
 */
export function kept<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? nothing : list.slice()
}
