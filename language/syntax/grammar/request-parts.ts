/**
 * Chapter: the parts of a request, of tests and fixtures, in their order.
 *
 * Implements `tests.md` of `spec/language/`.
 */
import type { Authenticated, JsonFile, JsonNode, JsonObject, Name, Placeholder, RequestParts, Text } from '../ast.ts'
import { asKeyword, type LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import type { ExpectationProductions, Headers, Mutable } from './expectations.ts'
import type { JsonProductions } from './json.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import { beginsRequest, isMember, partWords, type Region } from './recovery/region.ts'
import { checkMethod, type ServiceProductions } from './services.ts'
import type { WordProductions } from './words.ts'

type Single = Exclude<keyof RequestParts, 'headers' | 'data'>
/** Receives the parts; a member is absent until its part is read. */
export interface ReadParts extends Mutable<Partial<Pick<RequestParts, Single>>> {
  readonly headers: Headers
  readonly data: RequestParts['data'][number][]
  readonly region: Region
  /** The depth of its inside. */
  readonly depth: number
  /** False in a fixture, and in a test with fixtures: these may have the request. */
  needsRequest: boolean
  /** False after a mistake in a part. */
  whole: boolean
  /** Whether a part of it was unreadable, and so reported. */
  lost: boolean
}

/** Parses a part. After a mistake, it is reported, and the next part follows. */
export function attemptPart(parser: RecoveringParser, read: ReadParts, production: () => void): void {
  const found = parser.attempt(read?.region, () => {
    production()
    return true
  })
  if (found !== true) read.whole = false
}

export type RequestPartProductions = ReturnType<typeof defineRequestPartProductions>

export function defineRequestPartProductions(
  parser: RecoveringParser,
  words: WordProductions,
  json: JsonProductions,
  services: ServiceProductions,
  expectations: ExpectationProductions,
) {
  const requests = {
    /**
     * RequestParts = [ Caller ] [ Authentication ] [ Request ] { Headers } { TestData } [ Certificate ] [ Time ] [ Address ]
     */
    requestParts: parser.RULE('requestParts', (read: ReadParts): void => {
      const part = (production: () => void) => attemptPart(parser, read, production)
      part(() => parser.OPTION(() => parser.SUBRULE(requests.caller, { ARGS: [read] })))
      part(() => parser.OPTION2(() => parser.SUBRULE(requests.authentication, { ARGS: [read] })))
      part(() => {
        if (parser.RECORDING_PHASE) parser.OPTION3(() => parser.SUBRULE(requests.request))
        else if (isRequestNext(parser, read)) {
          if (isOtherPart(parser)) parser.expected('a method')
          parser.SUBRULE(requests.request, { ARGS: [read] })
        }
      })
      parser.MANY(() => part(() => parser.SUBRULE(expectations.headers, { ARGS: [read?.headers] })))
      parser.MANY2(() => part(() => parser.SUBRULE(requests.testData, { ARGS: [read] })))
      part(() => parser.OPTION4(() => parser.SUBRULE(requests.certificate, { ARGS: [read] })))
      part(() => parser.OPTION5(() => parser.SUBRULE(requests.time, { ARGS: [read] })))
      part(() => parser.OPTION6(() => parser.SUBRULE(requests.address, { ARGS: [read] })))
    }),

    /** Caller = "as" ( "anonymous" | Identified ) */
    caller: parser.RULE('caller', (read: ReadParts): void => {
      parser.CONSUME(kinds.As)
      parser.OR({
        MAX_LOOKAHEAD: 1,
        IGNORE_AMBIGUITIES: true,
        DEF: [
          {
            GATE: () => parser.LA(2).tokenType !== kinds.OpenBrace,
            ALT: () => {
              parser.CONSUME(kinds.Anonymous)
              parser.ACTION(() => {
                read.caller = 'anonymous'
              })
            },
          },
          { ALT: () => parser.SUBRULE(requests.identified, { ARGS: [read] }) },
        ],
        ERR_MSG: 'an identity or `anonymous`',
      })
    }),

    /** Identified = ( Name | Placeholder ) ( JsonObject | Placeholder | JsonFile ) */
    identified: parser.RULE('identified', (read: ReadParts): void => {
      const identity = parser.OR<Name | Placeholder>([
        { ALT: () => parser.SUBRULE(words.name) },
        { ALT: () => parser.SUBRULE(words.placeholder) },
      ])
      parser.ACTION(() => {
        const next = [kinds.OpenBrace, kinds.Placeholder, kinds.From]
        if (next.some((type) => parser.sees(type)) || parser.seesInside(isMember)) return
        parser.expected(`\`{\` and the claims of \`${identity.kind === 'Name' ? identity.text : `$${identity.name}`}\``)
      })
      if (!parser.RECORDING_PHASE && parser.seesInside(isMember)) {
        read.caller = { identity, claims: parser.SUBRULE(json.jsonObject) }
        return
      }
      const claims = parser.OR2<JsonObject | Placeholder | JsonFile>([
        { ALT: () => parser.SUBRULE(json.jsonObject) },
        { ALT: () => parser.SUBRULE2(words.placeholder) },
        { ALT: () => parser.SUBRULE(requests.jsonFile) },
      ])
      parser.ACTION(() => {
        read.caller = { identity, claims }
      })
    }),

    /** Authentication = "authenticated" [ "by" ( "mfa" | "acr" Text ) ] Period "ago" */
    authentication: parser.RULE('authentication', (read: ReadParts): void => {
      const start = parser.mark()
      parser.CONSUME(kinds.Authenticated)
      let by: Authenticated['by'] = null
      parser.OPTION(() => {
        parser.CONSUME(kinds.By)
        parser.OR([
          {
            ALT: () => {
              parser.CONSUME(kinds.Mfa)
              by = 'mfa'
            },
          },
          {
            ALT: () => {
              parser.CONSUME(kinds.Acr)
              by = parser.SUBRULE(words.text)
            },
          },
        ])
      })
      const ago = parser.SUBRULE(words.period)
      parser.CONSUME(kinds.Ago)
      parser.ACTION(() => {
        read.authenticated = { kind: 'Authenticated', by, ago, span: parser.since(start) }
      })
    }),

    /**
     * Request = ( Method | Placeholder ) TextOrPlaceholder
     *           [ "body" ( Text | JsonFile ) | JsonObject | JsonArray | Placeholder ]
     */
    request: parser.RULE('request', (read: ReadParts): void => {
      const method = parser.OR2<Name | Text | Placeholder>({
        ERR_MSG: 'a method',
        DEF: [{ ALT: () => parser.SUBRULE(services.method) }, { ALT: () => parser.SUBRULE2(words.placeholder) }],
      })
      const url = parser.SUBRULE(expectations.textOrPlaceholder)
      parser.ACTION(() => {
        read.method = method.kind === 'Placeholder' ? method : checkMethod(parser, method)
        read.url = url
      })
      if (!parser.RECORDING_PHASE && parser.seesInside(isMember)) {
        read.body = parser.SUBRULE(json.jsonObject)
        return
      }
      parser.OPTION(() => {
        const body = parser.OR<JsonNode | Text | JsonFile>([
          {
            ALT: () => {
              parser.CONSUME(kinds.Body)
              return parser.OR3<Text | JsonFile>({
                ERR_MSG: 'a quoted string or `from`',
                DEF: [{ ALT: () => parser.SUBRULE(words.text) }, { ALT: () => parser.SUBRULE(requests.jsonFile) }],
              })
            },
          },
          { ALT: () => parser.SUBRULE(json.jsonObject) },
          { ALT: () => parser.SUBRULE(json.jsonArray) },
          { ALT: () => parser.SUBRULE(words.placeholder) },
        ])
        parser.ACTION(() => {
          read.body = body
        })
      })
    }),

    /** TestData = "data" Name ( ":" Json | JsonFile | "missing" ) */
    testData: parser.RULE('testData', (read: ReadParts): void => {
      parser.CONSUME(kinds.Data)
      const name = parser.SUBRULE(words.name)
      const value = parser.OR<JsonNode | JsonFile | null>({
        ERR_MSG: '`:` and a value, `from` or `missing`',
        DEF: [
          {
            ALT: () => {
              parser.CONSUME(kinds.Colon)
              return parser.SUBRULE(json.json)
            },
          },
          { ALT: () => parser.SUBRULE(requests.jsonFile) },
          {
            ALT: () => {
              parser.CONSUME(kinds.Missing)
              return null
            },
          },
        ],
      })
      parser.ACTION(() => read.data.push({ name, value }))
    }),

    /** Certificate = "mtls" JsonObject */
    certificate: parser.RULE('certificate', (read: ReadParts): void => {
      parser.CONSUME(kinds.Mtls)
      const mtls = parser.SUBRULE(json.jsonObject)
      parser.ACTION(() => {
        read.mtls = mtls
      })
    }),

    /** Time = "at" "timestamp" "(" TextOrPlaceholder ")" */
    time: parser.RULE('time', (read: ReadParts): void => {
      parser.CONSUME(kinds.At)
      parser.CONSUME(kinds.Timestamp, { ERR_MSG: '`timestamp("…")`' })
      parser.CONSUME(kinds.OpenParen)
      const at = parser.SUBRULE(expectations.textOrPlaceholder)
      parser.CONSUME(kinds.CloseParen)
      parser.ACTION(() => {
        read.at = at
      })
    }),

    /** Address = "from" TextOrPlaceholder */
    address: parser.RULE('address', (read: ReadParts): void => {
      parser.CONSUME(kinds.From)
      const from = parser.SUBRULE(expectations.textOrPlaceholder)
      parser.ACTION(() => {
        read.from = from
      })
    }),

    /** JsonFile = "from" Text */
    jsonFile: parser.RULE('jsonFile', (): JsonFile => {
      const start = parser.mark()
      parser.CONSUME(kinds.From)
      const from = parser.SUBRULE(words.text)
      return { kind: 'JsonFile', from, span: parser.since(start) }
    }),
  }
  return requests
}

/** Returns whether a word such as `data` begins a part that follows the request, and is no method. */
function isOtherPart(parser: RecoveringParser): boolean {
  const next = parser.LA(2).tokenType
  return partWords.has(asKeyword(parser.LA(1) as LaidToken)) && next !== kinds.Text && next !== kinds.Placeholder
}

/** Returns whether a request follows or must follow. After a mistake, a missing one may have been skipped. */
function isRequestNext(parser: RecoveringParser, { whole, needsRequest }: ReadParts): boolean {
  const token = parser.LA(1) as LaidToken
  if (beginsRequest(token, parser.LA(2))) return true
  return whole && (needsRequest || !(parser.sees(kinds.CloseBrace) || partWords.has(asKeyword(token))))
}
