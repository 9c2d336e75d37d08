/** Types, and the fields of records and identities. */
import type { IToken, ParserMethod } from 'chevrotain'
import { missingSeparator, unexpected } from '../../diagnostics/catalogue/syntax.ts'
import type { Field, Name, Text, TypeNode } from '../ast.ts'
import type { LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import { ExpressionParser } from './expressions.ts'
import { beginsField, fields, isField } from './recovery/region.ts'
import { kept } from './words.ts'

interface Fields {
  readonly fields: readonly Field[]
  readonly ellipsis: IToken | null
}

export class TypeParser extends ExpressionParser {
  /** Type = Literals | Fields | Named */
  protected type: ParserMethod<[], TypeNode> = this.RULE('type', (): TypeNode => {
    const start = this.mark()
    this.deeper()
    this.ACTION(() => {
      if (beginsField(this.LA(1) as LaidToken, this.LA(2))) this.expected('a type')
    })
    const type = this.OR<TypeNode>({
      ERR_MSG: 'a type',
      DEF: [
        { ALT: () => this.SUBRULE(this.literals) },
        {
          ALT: () => {
            const { fields, ellipsis } = this.SUBRULE(this.fields)
            return { kind: 'RecordType', fields, open: ellipsis !== null, span: this.since(start) }
          },
        },
        { ALT: () => this.SUBRULE(this.named) },
      ],
    })
    this.shallower()
    return type
  })

  /** Literals = Text { "|" Text } */
  private literals: ParserMethod<[], TypeNode> = this.RULE('literals', (): TypeNode => {
    const start = this.mark()
    const values: Text[] = []
    this.AT_LEAST_ONE_SEP({ SEP: kinds.Bar, DEF: () => values.push(this.SUBRULE(this.text)) })
    return { kind: 'LiteralsType', values: kept(values), span: this.since(start) }
  })

  /** Named = Name [ "<" Type { "," Type } ">" ] */
  private named: ParserMethod<[], TypeNode> = this.RULE('named', (): TypeNode => {
    const start = this.mark()
    const name = this.plainName() ?? this.SUBRULE(this.name)
    const given: TypeNode[] = []
    this.OPTION(() => {
      this.CONSUME(kinds.Less)
      this.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => given.push(this.SUBRULE(this.type)) })
      this.CONSUME(kinds.Greater, { ERR_MSG: '`,` or `>`' })
    })
    if (given.length === 0) return { kind: 'NamedType', name, span: this.since(start) }
    return { kind: 'GenericType', name, arguments: kept(given), span: this.since(start) }
  })

  /** Fields = "{" { Field [ "," ] } [ "..." ] "}"      (a comma may be left out at the end of a line) */
  protected fields: ParserMethod<[], Fields> = this.RULE('fields', () => {
    const found: Field[] = []
    let ellipsis: IToken | null = null
    const opened = this.open(isField)
    const region = fields(opened.depth)
    this.repeat(region, 'a field', [], () => {
      this.ACTION(() => this.mendName())
      this.MANY(() => {
        const field = this.SUBRULE(this.field, { ARGS: [region] })
        if (field !== null) found.push(field)
        this.OPTION(() => this.CONSUME(kinds.Comma))
        this.ACTION(() => this.mendName())
      })
    })
    this.OPTION2(() => {
      ellipsis = this.CONSUME(kinds.Ellipsis)
    })
    this.close(opened)
    return { fields: kept(found), ellipsis }
  })

  /** OpenFields = Fields      (always open, so `...` is not written: claims, queries) */
  protected openFields: ParserMethod<[], readonly Field[]> = this.RULE('openFields', () => {
    const { fields, ellipsis } = this.SUBRULE(this.fields)
    this.ACTION(() => {
      if (ellipsis === null) return
      this.report(unexpected, this.spanOf(ellipsis), { expected: 'a field or `}`', found: '`...`', suggestion: null, hint: null })
    })
    return fields
  })

  /** Field = Name [ "?" ] [ "from" Text { Text } ] ":" Type */
  private field: ParserMethod<[ReturnType<typeof fields>], Field | null> = this.RULE('field', (region): Field | null => {
    const start = this.mark()
    let name: Name | null = null
    let optional = false
    const from: Text[] = []
    const whole = this.attempt(region, (): Field => {
      const before = this.LA(0)
      const first = this.LA(1) as LaidToken
      const read = this.plainName() ?? this.SUBRULE(this.name)
      name = read
      this.OPTION(() => {
        this.CONSUME(kinds.Question)
        optional = true
      })
      this.OPTION2(() => {
        this.CONSUME(kinds.From)
        this.AT_LEAST_ONE({ ERR_MSG: 'a quoted text', DEF: () => from.push(this.SUBRULE(this.text)) })
      })
      this.CONSUME(kinds.Colon)
      this.ACTION(() => this.checkSeparated(before, first))
      const type = this.SUBRULE(this.type)
      return { kind: 'Field', name: read, optional, from: kept(from), type, span: this.since(start) }
    })
    return whole ?? (name === null ? null : this.withoutType(name, optional, from))
  })

  /** Returns a field of unreadable type: known by name, with nothing reported about its type. */
  private withoutType(name: Name, optional: boolean, from: readonly Text[]): Field {
    this.brokenNames.add('')
    const type: TypeNode = { kind: 'NamedType', name: { kind: 'Name', text: '', span: name.span }, span: name.span }
    return { kind: 'Field', name, optional, from, type, span: name.span }
  }

  private checkSeparated(before: IToken, name: LaidToken): void {
    if (name.first || this.isPlace(name.startOffset) || before.tokenType === kinds.Comma || before.tokenType === kinds.OpenBrace)
      return
    const span = this.spanOf(name)
    const { end } = this.spanOf(before)
    const fix = { title: 'put a comma between them', edits: [{ span: { ...span, start: end, end }, text: ',' }] }
    this.report(missingSeparator, span, { name: name.image }, [], [fix])
  }
}
