/**
 * Chapter: JSON. The values of tests: claims, bodies, data. Keys may be bare, a comma may follow the last member, and a
 * placeholder may stand for a value.
 *
 * Implements `grammar.md` (JSON), `tests.md` of `spec/language/`.
 */
import { duplicateKey } from '../../diagnostics/catalogue/syntax.ts'
import type { JsonNode, JsonObject, JsonScalar, Name, Text } from '../ast.ts'
import * as kinds from '../tokens.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import { isMember } from './recovery/region.ts'
import { kept, readJsonNumber, type WordProductions } from './words.ts'

type Members = JsonObject['members']

export type JsonProductions = ReturnType<typeof defineJsonProductions>

export function defineJsonProductions(parser: RecoveringParser, words: WordProductions) {
  const json = {
    /** Json = JsonObject | JsonArray | JsonScalar | Placeholder */
    json: parser.RULE('json', (): JsonNode => {
      parser.deeper()
      const value = parser.OR<JsonNode>({
        ERR_MSG: 'a JSON value',
        DEF: [
          { ALT: () => parser.SUBRULE(json.jsonObject) },
          { ALT: () => parser.SUBRULE(json.jsonArray) },
          { ALT: () => parser.SUBRULE(json.jsonScalar) },
          { ALT: () => parser.SUBRULE(words.placeholder) },
        ],
      })
      parser.shallower()
      return value
    }),

    /** JsonObject = "{" [ JsonMember { "," JsonMember } [ "," ] ] "}" */
    jsonObject: parser.RULE('jsonObject', (): JsonObject => {
      const start = parser.mark()
      const members: Members[number][] = []
      const opened = parser.open(isMember)
      parser.OPTION(() => {
        members.push(parser.SUBRULE(json.jsonMember))
        parser.MANY({
          GATE: () => parser.LA(2).tokenType !== kinds.CloseBrace,
          DEF: () => {
            parser.CONSUME(kinds.Comma)
            members.push(parser.SUBRULE2(json.jsonMember))
          },
        })
        parser.OPTION2(() => parser.CONSUME2(kinds.Comma))
      })
      parser.close(opened, '`,` or `}`')
      parser.ACTION(() => checkKeys(parser, members))
      return { kind: 'JsonObject', members: kept(members), span: parser.since(start) }
    }),

    /** JsonMember = JsonKey ":" Json */
    jsonMember: parser.RULE('jsonMember', (): Members[number] => {
      const key = parser.SUBRULE(json.jsonKey)
      parser.CONSUME(kinds.Colon)
      return { key, value: parser.SUBRULE(json.json) }
    }),

    /** JsonKey = Word | Text      (a reserved word too, as providers have claims such as `acr`) */
    jsonKey: parser.RULE('jsonKey', (): Name | Text =>
      parser.OR<Name | Text>({
        ERR_MSG: 'a key',
        DEF: [{ ALT: () => parser.SUBRULE(words.word) }, { ALT: () => parser.SUBRULE(words.text) }],
      }),
    ),

    /** JsonArray = "[" [ Json { "," Json } [ "," ] ] "]" */
    jsonArray: parser.RULE('jsonArray', (): JsonNode => {
      const start = parser.mark()
      const elements: JsonNode[] = []
      parser.CONSUME(kinds.OpenBracket)
      parser.OPTION(() => {
        elements.push(parser.SUBRULE(json.json))
        parser.MANY({
          GATE: () => parser.LA(2).tokenType !== kinds.CloseBracket,
          DEF: () => {
            parser.CONSUME(kinds.Comma)
            elements.push(parser.SUBRULE2(json.json))
          },
        })
        parser.OPTION2(() => parser.CONSUME2(kinds.Comma))
      })
      parser.CONSUME(kinds.CloseBracket, { ERR_MSG: '`,` or `]`' })
      return { kind: 'JsonArray', elements: kept(elements), span: parser.since(start) }
    }),

    /** JsonScalar = Text | JsonNumber | "true" | "false" | "null" */
    jsonScalar: parser.RULE('jsonScalar', (): JsonScalar => {
      const start = parser.mark()
      const value = parser.OR<JsonScalar['value']>([
        { ALT: () => parser.SUBRULE(words.text).value },
        { ALT: () => parser.SUBRULE(json.jsonNumber) },
        { ALT: () => parser.CONSUME(kinds.True).image === 'true' },
        { ALT: () => parser.CONSUME(kinds.False).image !== 'false' },
        {
          ALT: () => {
            parser.CONSUME(kinds.Null)
            return null
          },
        },
      ])
      return { kind: 'JsonScalar', value, span: parser.since(start) }
    }),

    /** JsonNumber = [ "-" ] ( Int | Double ) */
    jsonNumber: parser.RULE('jsonNumber', (): number => {
      let negative = false
      parser.OPTION(() => {
        parser.CONSUME(kinds.Minus)
        negative = true
      })
      const token = parser.OR([{ ALT: () => parser.CONSUME(kinds.Int) }, { ALT: () => parser.CONSUME(kinds.Double) }])
      const value = parser.ACTION(() => readJsonNumber(parser, token))
      return negative ? -value : value
    }),
  }
  return json
}

/** Reports each key that an object has twice. */
export function checkKeys(parser: RecoveringParser, members: readonly { readonly key: Name | Text }[]): void {
  const first = new Map<string, Name | Text>()
  for (const { key } of members) {
    const text = key.kind === 'Name' ? key.text : key.value
    const before = first.get(text)
    if (before === undefined) first.set(text, key)
    else parser.report(duplicateKey, key.span, { key: text }, [{ message: 'first here', span: before.span }])
  }
}
