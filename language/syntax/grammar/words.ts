/** Names, quoted texts and numbers. */
import type { IToken, ParserMethod } from 'chevrotain'
import { badEscape, malformedNumber, numberOutOfRange } from '../../diagnostics/catalogue/syntax.ts'
import type { Name, Text } from '../ast.ts'
import { readEscapes } from '../read-escapes.ts'
import { Comma, Identifier, OpenText, Text as TextToken } from '../tokens.ts'
import { RecoveringParser } from './recovery.ts'

const jsonNumber = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

export class WordParser extends RecoveringParser {
  /** Name = Identifier      (any word but a reserved one) */
  protected name: ParserMethod<[], Name> = this.RULE('name', (): Name => {
    const token = this.CONSUME(Identifier)
    return { kind: 'Name', text: token.image, span: this.spanOf(token) }
  })

  /** Names = Name { "," Name } */
  protected names: ParserMethod<[], Name[]> = this.RULE('names', () => {
    const names: Name[] = []
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => names.push(this.SUBRULE(this.name)), ERR_MSG: 'a name' })
    return names
  })

  /** Text */
  protected text: ParserMethod<[], Text> = this.RULE('text', (): Text => {
    const token = this.CONSUME(TextToken)
    return { kind: 'Text', value: this.ACTION(() => this.textOf(token)), span: this.spanOf(token) }
  })

  /** The value of a quoted text, with its escapes resolved. */
  protected textOf(token: IToken): string {
    return readEscapes(token.image, ({ offset, length }) => {
      if (token.tokenType === OpenText) return
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
    return 0
  }

  protected doubleOf(token: IToken): number {
    const value = Number(token.image)
    if (Number.isFinite(value)) return value
    this.report(numberOutOfRange, this.spanOf(token), { text: token.image, type: 'double' })
    return 0
  }

  /** JSON's numbers are doubles, written more strictly than the language's own. */
  protected jsonNumberOf(token: IToken): number {
    if (jsonNumber.test(token.image)) return this.doubleOf(token)
    this.report(malformedNumber, this.spanOf(token), { text: token.image })
    return 0
  }
}
