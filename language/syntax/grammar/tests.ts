/**
 * Chapter: tests. A test with the parts of its request, in their order, and its cases. What a test expects is in
 * `expectations.ts`.
 *
 * Implements `tests.md` of `spec/language/`.
 */
import { partOrder } from '../../diagnostics/catalogue/syntax.ts'
import type { Authenticated, JsonNode, JsonObject, Name, Placeholder, TestCase, TestDeclaration, Text } from '../ast.ts'
import { asKeyword, type LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import type { ExpectationProductions, Expected, Headers, Mutable } from './expectations.ts'
import { checkKeys, type JsonProductions } from './json.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import {
  beginsPart,
  beginsRequest,
  isMember,
  parts,
  partWords,
  type Region,
  rows,
  untilClosed,
  type Words,
} from './recovery/region.ts'
import { checkMethod, type ServiceProductions } from './services.ts'
import type { Prelude, WordProductions } from './words.ts'

type Single = 'caller' | 'authenticated' | 'method' | 'url' | 'body' | 'mtls' | 'at' | 'from' | 'cases'
interface Parts extends Expected, Mutable<Partial<Pick<TestDeclaration, Single>>> {
  readonly headers: Headers
  readonly data: TestDeclaration['data'][number][]
  /** The depth of its inside. */
  readonly depth: number
  /** Whether a part of it was unreadable, and so reported. */
  lost: boolean
}

/** The words of the parts before `expect`. */
const early: Words = new Set(
  [...partWords].filter((word) => ![kinds.Expect, kinds.Limit, kinds.Shadow, kinds.Cases].some((late) => late === word)),
)

export type TestProductions = ReturnType<typeof defineTestProductions>

export function defineTestProductions(
  parser: RecoveringParser,
  words: WordProductions,
  json: JsonProductions,
  services: ServiceProductions,
  expectations: ExpectationProductions,
) {
  const tests = {
    /**
     * Test = "test" Text "{" [ Caller ] [ Authentication ] Request { Headers } { TestData } [ Certificate ] [ Time ] [ Address ]
     *        Expectation { Obligation } [ Cases ] "}"
     */
    test: parser.RULE('test', (prelude: Prelude): TestDeclaration | null => {
      parser.CONSUME(kinds.Test)
      const name = parser.SUBRULE(words.text)
      const opened = parser.open(beginsPart)
      const { depth } = opened
      const region = parts(depth)
      const read: Parts = { headers: [], data: [], depth, lost: false }
      let whole = true
      const part = (production: () => void) => {
        const found = parser.attempt(region, () => {
          production()
          return true
        })
        whole = whole && found === true
      }
      part(() => parser.OPTION(() => parser.SUBRULE(tests.caller, { ARGS: [read] })))
      part(() => parser.OPTION2(() => parser.SUBRULE(tests.authentication, { ARGS: [read] })))
      // After a mistake, a missing part may have been skipped.
      part(() => {
        if (whole || beginsRequest(parser.LA(1) as LaidToken, parser.LA(2))) parser.SUBRULE(tests.request, { ARGS: [read] })
      })
      parser.MANY(() => part(() => parser.SUBRULE(expectations.headers, { ARGS: [read.headers] })))
      parser.MANY2(() => part(() => parser.SUBRULE(tests.testData, { ARGS: [read] })))
      part(() => parser.OPTION3(() => parser.SUBRULE(tests.certificate, { ARGS: [read] })))
      part(() => parser.OPTION4(() => parser.SUBRULE(tests.time, { ARGS: [read] })))
      part(() => parser.OPTION5(() => parser.SUBRULE(tests.address, { ARGS: [read] })))
      if (whole) parser.ACTION(() => skipLate(parser, read, region, early))
      part(() => {
        if (whole || parser.sees(kinds.Expect)) parser.SUBRULE(expectations.expectation, { ARGS: [read] })
      })
      parser.MANY3(() => part(() => parser.SUBRULE(expectations.obligation, { ARGS: [read] })))
      part(() => parser.OPTION6(() => parser.SUBRULE(tests.cases, { ARGS: [read] })))
      if (whole) parser.ACTION(() => skipLate(parser, read, region, partWords))
      if (whole) parser.close(opened)
      else skipToClosing(parser, depth)
      return parser.ACTION(() => (whole ? testOf(parser, prelude, name, read) : null))
    }),

    /** Caller = "as" ( "anonymous" | Identified ) */
    caller: parser.RULE('caller', (read: Parts): void => {
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
                read.caller = null
              })
            },
          },
          { ALT: () => parser.SUBRULE(tests.identified, { ARGS: [read] }) },
        ],
        ERR_MSG: 'an identity or `anonymous`',
      })
    }),

    /** Identified = ( Name | Placeholder ) ( JsonObject | Placeholder ) */
    identified: parser.RULE('identified', (read: Parts): void => {
      const identity = parser.OR<Name | Placeholder>([
        { ALT: () => parser.SUBRULE(words.name) },
        { ALT: () => parser.SUBRULE(words.placeholder) },
      ])
      parser.ACTION(() => {
        if (parser.sees(kinds.OpenBrace) || parser.sees(kinds.Placeholder) || parser.seesInside(isMember)) return
        parser.expected(`\`{\` and the claims of \`${identity.kind === 'Name' ? identity.text : `$${identity.name}`}\``)
      })
      if (!parser.RECORDING_PHASE && parser.seesInside(isMember)) {
        read.caller = { identity, claims: parser.SUBRULE(json.jsonObject) }
        return
      }
      const claims = parser.OR2<JsonObject | Placeholder>([
        { ALT: () => parser.SUBRULE(json.jsonObject) },
        { ALT: () => parser.SUBRULE2(words.placeholder) },
      ])
      parser.ACTION(() => {
        read.caller = { identity, claims }
      })
    }),

    /** Authentication = "authenticated" [ "by" ( "mfa" | "acr" Text ) ] Period "ago" */
    authentication: parser.RULE('authentication', (read: Parts): void => {
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

    /** Request = ( Method | Placeholder ) TextOrPlaceholder [ "body" Text | JsonObject | JsonArray | Placeholder ] */
    request: parser.RULE('request', (read: Parts): void => {
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
        const body = parser.OR<JsonNode | Text>([
          {
            ALT: () => {
              parser.CONSUME(kinds.Body)
              return parser.SUBRULE(words.text)
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

    /** TestData = "data" Name ( ":" Json | "missing" ) */
    testData: parser.RULE('testData', (read: Parts): void => {
      parser.CONSUME(kinds.Data)
      const name = parser.SUBRULE(words.name)
      const value = parser.OR<JsonNode | null>({
        ERR_MSG: '`:` and a value, or `missing`',
        DEF: [
          {
            ALT: () => {
              parser.CONSUME(kinds.Colon)
              return parser.SUBRULE(json.json)
            },
          },
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
    certificate: parser.RULE('certificate', (read: Parts): void => {
      parser.CONSUME(kinds.Mtls)
      const mtls = parser.SUBRULE(json.jsonObject)
      parser.ACTION(() => {
        read.mtls = mtls
      })
    }),

    /** Time = "at" "timestamp" "(" TextOrPlaceholder ")" */
    time: parser.RULE('time', (read: Parts): void => {
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
    address: parser.RULE('address', (read: Parts): void => {
      parser.CONSUME(kinds.From)
      const from = parser.SUBRULE(expectations.textOrPlaceholder)
      parser.ACTION(() => {
        read.from = from
      })
    }),

    /** Cases = "cases" "{" { Case [ "," ] } "}"      (a comma may be left out at the end of a line) */
    cases: parser.RULE('cases', (read: Parts): void => {
      const found: TestCase[] = []
      parser.CONSUME(kinds.Cases)
      const opened = parser.open(isMember)
      const region = rows(opened.depth)
      let whole = true
      const rest = parser.repeat(region, 'a quoted string that names a case', [], () => {
        parser.MANY(() => {
          whole = parser.attempt(region, () => found.push(parser.SUBRULE(tests.case))) !== null && whole
          parser.OPTION(() => parser.CONSUME(kinds.Comma))
        })
      })
      parser.close(opened)
      parser.ACTION(() => {
        if (!whole || !rest) read.lost = true
        const keys = found.map(({ name }) => ({ key: name }))
        checkKeys(parser, keys)
        read.cases = found
      })
    }),

    /** Case = Text ":" JsonObject */
    case: parser.RULE('case', (): TestCase => {
      const start = parser.mark()
      const name = parser.SUBRULE(words.text)
      parser.CONSUME(kinds.Colon)
      return { kind: 'TestCase', name, values: parser.SUBRULE(json.jsonObject), span: parser.since(start) }
    }),
  }
  return tests
}

/** Returns the test; null if it lacks a part that was unreadable or left out. */
function testOf(parser: RecoveringParser, { start, doc, annotations }: Prelude, name: Text, read: Parts): TestDeclaration | null {
  const { method, url, expect, headers, data } = read
  if (read.lost || method === undefined || url === undefined || expect === undefined) return null
  const { caller = null, authenticated = null, body = null, mtls = null, at = null, from = null, cases = null } = read
  const before = { doc, annotations, name, caller, authenticated, method, url, body, headers, data }
  return { kind: 'TestDeclaration', ...before, mtls, at, from, expect, cases, span: parser.since(start) }
}

/** Reports and skips parts that are too late. */
function skipLate(parser: RecoveringParser, read: Parts, region: Region, words: Words): void {
  for (;;) {
    const token = parser.LA(1) as LaidToken
    if (parser.atEnd() || !words.has(asKeyword(token)) || token.depth !== read.depth) return
    parser.report(partOrder, parser.spanOf(token), { part: token.image })
    read.lost = true
    parser.SKIP_TOKEN()
    parser.skip(region)
  }
}

/** Skips the rest of a body after a mistake, without another report if it is unclosed. */
function skipToClosing(parser: RecoveringParser, depth: number): void {
  parser.skip(untilClosed(depth))
  if (parser.sees(kinds.CloseBrace)) parser.SKIP_TOKEN()
}
