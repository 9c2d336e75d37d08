/**
 * Chapter: tests. A test with the fixtures that it names, the parts of its request and its cases; and fixtures. The parts of
 * requests are in `request-parts.ts`, what a test expects in `expectations.ts`.
 *
 * Implements `tests.md` of `spec/language/`.
 */
import type { IToken } from 'chevrotain'
import { partOrder } from '../../diagnostics/catalogue/syntax.ts'
import type {
  Expression,
  FixtureDeclaration,
  Name,
  Placeholder,
  PropertyDeclaration,
  RequestParts,
  TestCase,
  TestDeclaration,
  Text,
} from '../ast.ts'
import { asKeyword, isIdentifier, type LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import type { ExpectationProductions, Expected } from './expectations.ts'
import type { ExpressionProductions } from './expressions.ts'
import { checkKeys, type JsonProductions } from './json.ts'
import type { Opened, RecoveringParser } from './recovery/recovering-parser.ts'
import { beginsPart, isMember, parts, partWords, rows, untilClosed, type Words } from './recovery/region.ts'
import { attemptPart, type ReadParts, type RequestPartProductions } from './request-parts.ts'
import type { RuleClauses, RuleProductions } from './rules.ts'
import type { Prelude, WordProductions } from './words.ts'

interface ReadTest extends ReadParts, Expected {
  readonly given: (Name | Placeholder)[]
  cases?: readonly TestCase[] | null
}

type Property = Pick<PropertyDeclaration, 'on' | 'except' | 'condition' | 'expect'>

/** The words of the parts before `expect`. */
const early: Words = new Set(
  [...partWords].filter((word) => ![kinds.Expect, kinds.Limit, kinds.Shadow, kinds.Cases].some((late) => late === word)),
)

export type TestProductions = ReturnType<typeof defineTestProductions>

export function defineTestProductions(
  parser: RecoveringParser,
  words: WordProductions,
  json: JsonProductions,
  requests: RequestPartProductions,
  expectations: ExpectationProductions,
  expressions: ExpressionProductions,
  rules: RuleProductions,
) {
  /** Returns undefined if a test of single requests follows, and null after a reported mistake. */
  const readProperty = (opened: Opened): Property | null | undefined => {
    if (parser.RECORDING_PHASE) parser.OPTION3(() => parser.SUBRULE(tests.property))
    else if (parser.sees(kinds.For)) {
      const found = parser.attempt(parts(opened.depth), () => parser.SUBRULE(tests.property))
      if (found === null) skipToClosing(parser, opened.depth)
      else parser.close(opened)
      return found
    }
    return undefined
  }
  const tests = {
    /** Fixture = "fixture" Name "{" RequestParts "}" */
    fixture: parser.RULE('fixture', (prelude: Prelude): FixtureDeclaration | null => {
      parser.CONSUME(kinds.Fixture)
      const name = parser.SUBRULE(words.name)
      const opened = parser.open(isPart)
      const read: ReadParts = { ...partsIn(opened.depth), needsRequest: false }
      parser.SUBRULE(requests.requestParts, { ARGS: [read] })
      if (read.whole) parser.ACTION(() => skipLate(parser, read, early))
      if (read.whole) parser.close(opened, 'a part of a request or `}`')
      else skipToClosing(parser, opened.depth)
      return parser.ACTION((): FixtureDeclaration | null => {
        if (!read.whole || read.lost) {
          parser.unreadable.breaksRule(name)
          return null
        }
        const { start, ...before } = prelude
        return { kind: 'FixtureDeclaration', ...before, name, ...partsOf(read), span: parser.since(start) }
      })
    }),

    /** Test = "test" Text "{" ( Property | [ Given ] RequestParts Expectation { Obligation } [ Cases ] ) "}" */
    test: parser.RULE('test', (prelude: Prelude): TestDeclaration | PropertyDeclaration | null => {
      parser.CONSUME(kinds.Test)
      const name = parser.SUBRULE(words.text)
      const opened = parser.open(beginsPart)
      const property = readProperty(opened)
      if (property !== undefined) return parser.ACTION(() => property && propertyOf(parser, prelude, name, property))
      const read: ReadTest = { ...partsIn(opened.depth), given: [] }
      const part = (production: () => void) => attemptPart(parser, read, production)
      part(() => {
        if (parser.RECORDING_PHASE) parser.OPTION(() => parser.SUBRULE(tests.given))
        else if (parser.sees(kinds.Given)) parser.SUBRULE(tests.given, { ARGS: [read] })
      })
      parser.SUBRULE(requests.requestParts, { ARGS: [read] })
      if (read.whole) parser.ACTION(() => skipLate(parser, read, early))
      part(() => {
        if (read.whole || parser.sees(kinds.Expect)) parser.SUBRULE(expectations.expectation, { ARGS: [read] })
      })
      parser.MANY(() => part(() => parser.SUBRULE(expectations.obligation, { ARGS: [read] })))
      part(() => parser.OPTION2(() => parser.SUBRULE(tests.cases, { ARGS: [read] })))
      if (read.whole) parser.ACTION(() => skipLate(parser, read, partWords))
      if (read.whole) parser.close(opened)
      else skipToClosing(parser, opened.depth)
      return parser.ACTION(() => (read.whole ? testOf(parser, prelude, name, read) : null))
    }),

    /** Property = "for" "any" "request" On [ Except ] [ "when" Condition ] "expect" ( "permit" | "deny" ) */
    property: parser.RULE('property', (): Property => {
      const read: RuleClauses = { of: 'a test', said: new Map(), on: [], except: [] }
      let condition: Expression | null = null
      parser.CONSUME(kinds.For)
      parser.CONSUME(kinds.Any)
      parser.CONSUME(kinds.Request, { ERR_MSG: '`request`' })
      parser.SUBRULE(rules.on, { ARGS: [read] })
      parser.OPTION(() => parser.SUBRULE(rules.except, { ARGS: [read] }))
      parser.OPTION2(() => {
        parser.CONSUME(kinds.When)
        condition = parser.SUBRULE(expressions.condition)
      })
      const start = parser.mark()
      parser.CONSUME(kinds.Expect)
      const effect = parser.OR({
        ERR_MSG: '`permit` or `deny`',
        DEF: [{ ALT: () => parser.CONSUME(kinds.Permit) }, { ALT: () => parser.CONSUME(kinds.Deny) }],
      })
      return parser.ACTION(() => {
        const expect = { effect: effect.image as 'permit' | 'deny', span: parser.since(start) }
        return { on: read.on, except: read.except, condition, expect }
      })
    }),

    /** Given = "given" ( Name | Placeholder ) { "," ( Name | Placeholder ) } */
    given: parser.RULE('given', (read: ReadTest): void => {
      parser.CONSUME(kinds.Given)
      parser.AT_LEAST_ONE_SEP({
        SEP: kinds.Comma,
        ERR_MSG: 'the name of a fixture',
        DEF: () => {
          const fixture = parser.OR<Name | Placeholder>({
            ERR_MSG: 'the name of a fixture',
            DEF: [{ ALT: () => parser.SUBRULE(words.name) }, { ALT: () => parser.SUBRULE(words.placeholder) }],
          })
          parser.ACTION(() => {
            read.given.push(fixture)
            read.needsRequest = false
          })
        },
      })
    }),

    /** Cases = "cases" "{" { Case [ "," ] } "}"      (a comma may be left out at the end of a line) */
    cases: parser.RULE('cases', (read: ReadTest): void => {
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

function isPart(token: LaidToken, next: IToken): boolean {
  return beginsPart(token, next) || (token.first && partWords.has(asKeyword(token)))
}

function partsIn(depth: number): ReadParts {
  return { headers: [], data: [], region: parts(depth), depth, needsRequest: true, whole: true, lost: false }
}

/** Returns the parts in text order. */
function partsOf({ headers, data, ...read }: ReadParts): RequestParts {
  const {
    caller = null,
    authenticated = null,
    method = null,
    url = null,
    body = null,
    mtls = null,
    at = null,
    from = null,
  } = read
  return { caller, authenticated, method, url, body, headers, data, mtls, at, from }
}

function propertyOf(parser: RecoveringParser, prelude: Prelude, name: Text, read: Property): PropertyDeclaration {
  const { start, ...before } = prelude
  return { kind: 'PropertyDeclaration', ...before, name, ...read, span: parser.since(start) }
}

/** Returns the test; null if it lacks a part that was unreadable or left out. */
function testOf(parser: RecoveringParser, prelude: Prelude, name: Text, read: ReadTest): TestDeclaration | null {
  const { given, expect, cases = null } = read
  if (read.lost || expect === undefined || (read.needsRequest && read.method === undefined)) return null
  const { start, ...before } = prelude
  return { kind: 'TestDeclaration', ...before, name, given, ...partsOf(read), expect, cases, span: parser.since(start) }
}

/** Returns whether a token begins a request beyond doubt, on its line or not. */
function isRequest({ tokenType }: LaidToken, next: IToken): boolean {
  return isIdentifier(tokenType) && next.tokenType === kinds.Text && /^"https?:/.test(next.image)
}

/** Reports and skips parts that are too late. */
function skipLate(parser: RecoveringParser, read: ReadParts, words: Words): void {
  for (;;) {
    const token = parser.LA(1) as LaidToken
    const isPart = words.has(asKeyword(token)) || isRequest(token, parser.LA(2))
    if (parser.atEnd() || !isPart || token.depth !== read.depth) return
    parser.report(partOrder, parser.spanOf(token), { part: token.image })
    read.lost = true
    parser.SKIP_TOKEN()
    parser.skip(read.region)
  }
}

/** Skips the rest of a body after a mistake, without another report if it is unclosed. */
function skipToClosing(parser: RecoveringParser, depth: number): void {
  parser.skip(untilClosed(depth))
  if (parser.sees(kinds.CloseBrace)) parser.SKIP_TOKEN()
}
