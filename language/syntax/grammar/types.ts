/**
 * Chapter: types. The types that a policy writes, and the fields of records, claims and queries.
 *
 * Implements `types.md` of `spec/language/`.
 */
import type { IToken } from 'chevrotain'
import { missingSeparator, unexpected } from '../../diagnostics/catalogue/syntax.ts'
import type { Field, Name, Text, TypeNode } from '../ast.ts'
import type { LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import { beginsField, fields, isField, type Region } from './recovery/region.ts'
import { kept, mendName, plainName, type WordProductions } from './words.ts'

interface Fields {
  readonly fields: readonly Field[]
  readonly ellipsis: IToken | null
}

export type TypeProductions = ReturnType<typeof defineTypeProductions>

export function defineTypeProductions(parser: RecoveringParser, words: WordProductions) {
  const types = {
    /** Type = Literals | Fields | Named */
    type: parser.RULE('type', (): TypeNode => {
      const start = parser.mark()
      parser.deeper()
      parser.ACTION(() => {
        if (beginsField(parser.LA(1) as LaidToken, parser.LA(2))) parser.expected('a type')
      })
      const type = parser.OR<TypeNode>({
        ERR_MSG: 'a type',
        DEF: [
          { ALT: () => parser.SUBRULE(types.literals) },
          {
            ALT: () => {
              const { fields, ellipsis } = parser.SUBRULE(types.fields)
              return { kind: 'RecordType', fields, open: ellipsis !== null, span: parser.since(start) }
            },
          },
          { ALT: () => parser.SUBRULE(types.named) },
        ],
      })
      parser.shallower()
      return type
    }),

    /** Literals = Text { "|" Text } */
    literals: parser.RULE('literals', (): TypeNode => {
      const start = parser.mark()
      const values: Text[] = []
      parser.AT_LEAST_ONE_SEP({ SEP: kinds.Bar, DEF: () => values.push(parser.SUBRULE(words.text)) })
      return { kind: 'LiteralsType', values: kept(values), span: parser.since(start) }
    }),

    /** Named = Name [ "<" Type { "," Type } ">" ] */
    named: parser.RULE('named', (): TypeNode => {
      const start = parser.mark()
      const name = plainName(parser) ?? parser.SUBRULE(words.name)
      const given: TypeNode[] = []
      parser.OPTION(() => {
        parser.CONSUME(kinds.Less)
        parser.AT_LEAST_ONE_SEP({ SEP: kinds.Comma, DEF: () => given.push(parser.SUBRULE(types.type)) })
        parser.CONSUME(kinds.Greater, { ERR_MSG: '`,` or `>`' })
      })
      if (given.length === 0) return { kind: 'NamedType', name, span: parser.since(start) }
      return { kind: 'GenericType', name, arguments: kept(given), span: parser.since(start) }
    }),

    /** Fields = "{" { Field [ "," ] } [ "..." ] "}"      (a comma may be left out at the end of a line) */
    fields: parser.RULE('fields', (): Fields => {
      const found: Field[] = []
      let ellipsis: IToken | null = null
      const opened = parser.open(isField)
      const region = fields(opened.depth)
      parser.repeat(region, 'a field', [], () => {
        parser.ACTION(() => mendName(parser))
        parser.MANY(() => {
          const field = parser.SUBRULE(types.field, { ARGS: [region] })
          if (field !== null) found.push(field)
          parser.OPTION(() => parser.CONSUME(kinds.Comma))
          parser.ACTION(() => mendName(parser))
        })
      })
      parser.OPTION2(() => {
        ellipsis = parser.CONSUME(kinds.Ellipsis)
      })
      parser.close(opened)
      return { fields: kept(found), ellipsis }
    }),

    /** OpenFields = Fields      (always open, so `...` is not written: claims, queries) */
    openFields: parser.RULE('openFields', (): readonly Field[] => {
      const { fields, ellipsis } = parser.SUBRULE(types.fields)
      parser.ACTION(() => {
        if (ellipsis === null) return
        const params = { expected: 'a field or `}`', found: '`...`', suggestion: null, hint: null }
        parser.report(unexpected, parser.spanOf(ellipsis), params)
      })
      return fields
    }),

    /** Field = Name [ "?" ] [ "from" Text { Text } ] ":" Type */
    field: parser.RULE('field', (region: Region): Field | null => {
      const start = parser.mark()
      let name: Name | null = null
      let optional = false
      const from: Text[] = []
      const whole = parser.attempt(region, (): Field => {
        const before = parser.LA(0)
        const first = parser.LA(1) as LaidToken
        const read = plainName(parser) ?? parser.SUBRULE(words.name)
        name = read
        parser.OPTION(() => {
          parser.CONSUME(kinds.Question)
          optional = true
        })
        parser.OPTION2(() => {
          parser.CONSUME(kinds.From)
          parser.AT_LEAST_ONE({ ERR_MSG: 'a quoted string', DEF: () => from.push(parser.SUBRULE(words.text)) })
        })
        parser.CONSUME(kinds.Colon)
        parser.ACTION(() => checkSeparated(parser, before, first))
        const type = parser.SUBRULE(types.type)
        return { kind: 'Field', name: read, optional, from: kept(from), type, span: parser.since(start) }
      })
      return whole ?? (name === null ? null : withoutType(parser, name, optional, from))
    }),
  }
  return types
}

/** Returns a field of unreadable type: known by name, with nothing reported about its type. */
function withoutType(parser: RecoveringParser, name: Name, optional: boolean, from: readonly Text[]): Field {
  parser.unreadable.broken.add('')
  const type: TypeNode = { kind: 'NamedType', name: { kind: 'Name', text: '', span: name.span }, span: name.span }
  return { kind: 'Field', name, optional, from, type, span: name.span }
}

/** Reports a field on the line of the one before it, with no comma between them. */
function checkSeparated(parser: RecoveringParser, before: IToken, name: LaidToken): void {
  if (name.first || parser.isPlace(name.startOffset) || before.tokenType === kinds.Comma || before.tokenType === kinds.OpenBrace)
    return
  const span = parser.spanOf(name)
  const { end } = parser.spanOf(before)
  const fix = { title: 'put a comma between them', edits: [{ span: { ...span, start: end, end }, text: ',' }] }
  parser.report(missingSeparator, span, { name: name.image }, [], [fix])
}
