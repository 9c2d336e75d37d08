/** JSON in tests, with bare keys, trailing commas and `$x` as a value. */
import type { ParserMethod } from 'chevrotain'
import { duplicateKey } from '../../diagnostics/catalogue/syntax.ts'
import type { JsonNode, JsonObject, JsonScalar, Name, Text } from '../ast.ts'
import * as kinds from '../tokens.ts'
import { isMember } from './recovery/region.ts'
import { TypeParser } from './types.ts'
import { kept } from './words.ts'

type Members = JsonObject['members']

export class JsonParser extends TypeParser {
  /** Json = JsonObject | JsonArray | JsonScalar | Placeholder */
  protected json: ParserMethod<[], JsonNode> = this.RULE('json', () => {
    this.deeper()
    const json = this.OR<JsonNode>({
      ERR_MSG: 'a JSON value',
      DEF: [
        { ALT: () => this.SUBRULE(this.jsonObject) },
        { ALT: () => this.SUBRULE(this.jsonArray) },
        { ALT: () => this.SUBRULE(this.jsonScalar) },
        { ALT: () => this.SUBRULE(this.placeholder) },
      ],
    })
    this.shallower()
    return json
  })

  /** JsonObject = "{" [ Member { "," Member } [ "," ] ] "}" */
  protected jsonObject: ParserMethod<[], JsonObject> = this.RULE('jsonObject', (): JsonObject => {
    const start = this.mark()
    const members: Members[number][] = []
    const opened = this.open(isMember)
    this.OPTION(() => {
      members.push(this.SUBRULE(this.jsonMember))
      this.MANY({
        GATE: () => this.LA(2).tokenType !== kinds.CloseBrace,
        DEF: () => {
          this.CONSUME(kinds.Comma)
          members.push(this.SUBRULE2(this.jsonMember))
        },
      })
      this.OPTION2(() => this.CONSUME2(kinds.Comma))
    })
    this.close(opened, '`,` or `}`')
    this.ACTION(() => this.checkKeys(members))
    return { kind: 'JsonObject', members: kept(members), span: this.since(start) }
  })

  /** Member = JsonKey ":" Json */
  private jsonMember: ParserMethod<[], Members[number]> = this.RULE('jsonMember', () => {
    const key = this.SUBRULE(this.jsonKey)
    this.CONSUME(kinds.Colon)
    return { key, value: this.SUBRULE(this.json) }
  })

  /** JsonKey = Word | Text      (a reserved word too, as providers have claims such as `acr`) */
  private jsonKey: ParserMethod<[], Name | Text> = this.RULE('jsonKey', () =>
    this.OR<Name | Text>({
      ERR_MSG: 'a key',
      DEF: [{ ALT: () => this.SUBRULE(this.word) }, { ALT: () => this.SUBRULE(this.text) }],
    }),
  )

  /** JsonArray = "[" [ Json { "," Json } [ "," ] ] "]" */
  protected jsonArray: ParserMethod<[], JsonNode> = this.RULE('jsonArray', (): JsonNode => {
    const start = this.mark()
    const elements: JsonNode[] = []
    this.CONSUME(kinds.OpenBracket)
    this.OPTION(() => {
      elements.push(this.SUBRULE(this.json))
      this.MANY({
        GATE: () => this.LA(2).tokenType !== kinds.CloseBracket,
        DEF: () => {
          this.CONSUME(kinds.Comma)
          elements.push(this.SUBRULE2(this.json))
        },
      })
      this.OPTION2(() => this.CONSUME2(kinds.Comma))
    })
    this.CONSUME(kinds.CloseBracket, { ERR_MSG: '`,` or `]`' })
    return { kind: 'JsonArray', elements: kept(elements), span: this.since(start) }
  })

  /** JsonScalar = Text | [ "-" ] ( Int | Double ) | "true" | "false" | "null" */
  private jsonScalar: ParserMethod<[], JsonScalar> = this.RULE('jsonScalar', (): JsonScalar => {
    const start = this.mark()
    const value = this.OR<JsonScalar['value']>([
      { ALT: () => this.SUBRULE(this.text).value },
      { ALT: () => this.SUBRULE(this.jsonNumber) },
      { ALT: () => this.CONSUME(kinds.True).image === 'true' },
      { ALT: () => this.CONSUME(kinds.False).image !== 'false' },
      {
        ALT: () => {
          this.CONSUME(kinds.Null)
          return null
        },
      },
    ])
    return { kind: 'JsonScalar', value, span: this.since(start) }
  })

  private jsonNumber: ParserMethod<[], number> = this.RULE('jsonNumber', () => {
    let negative = false
    this.OPTION(() => {
      this.CONSUME(kinds.Minus)
      negative = true
    })
    const token = this.OR([{ ALT: () => this.CONSUME(kinds.Int) }, { ALT: () => this.CONSUME(kinds.Double) }])
    const value = this.ACTION(() => this.jsonNumberOf(token))
    return negative ? -value : value
  })

  protected checkKeys(members: readonly { readonly key: Name | Text }[]): void {
    const first = new Map<string, Name | Text>()
    for (const { key } of members) {
      const text = key.kind === 'Name' ? key.text : key.value
      const before = first.get(text)
      if (before === undefined) first.set(text, key)
      else this.report(duplicateKey, key.span, { key: text }, [{ message: 'first here', span: before.span }])
    }
  }
}
