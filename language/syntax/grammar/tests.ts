/** Tests in a policy. */
import type { ParserMethod } from 'chevrotain'
import { partOrder } from '../../diagnostics/catalogue/syntax.ts'
import type { Authenticated, JsonNode, TestCase, TestDeclaration, Text } from '../ast.ts'
import { asKeyword, type LaidToken } from '../synchronization-tokens.ts'
import * as kinds from '../tokens.ts'
import { ExpectationParser, type Expected, type Headers, type Mutable } from './expectations.ts'
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
import type { Prelude } from './words.ts'

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

export class TestParser extends ExpectationParser {
  /**
   * Test = "test" Text "{" [ Caller ] [ Authentication ] Request { Headers } { TestData } [ Certificate ] [ Time ] [ Address ]
   *        Expectation { Obligation } [ Cases ] "}"
   */
  protected test: ParserMethod<[Prelude], TestDeclaration | null> = this.RULE('test', (prelude): TestDeclaration | null => {
    this.CONSUME(kinds.Test)
    const name = this.SUBRULE(this.text)
    const opened = this.open(beginsPart)
    const { depth } = opened
    const region = parts(depth)
    const read: Parts = { headers: [], data: [], depth, lost: false }
    let whole = true
    const part = (production: () => void) => {
      const found = this.attempt(region, () => {
        production()
        return true
      })
      whole = whole && found === true
    }
    part(() => this.OPTION(() => this.SUBRULE(this.caller, { ARGS: [read] })))
    part(() => this.OPTION2(() => this.SUBRULE(this.authentication, { ARGS: [read] })))
    // After a mistake, a missing part may have been skipped.
    part(() => {
      if (whole || beginsRequest(this.LA(1) as LaidToken, this.LA(2))) this.SUBRULE(this.request, { ARGS: [read] })
    })
    this.MANY(() => part(() => this.SUBRULE(this.headers, { ARGS: [read.headers] })))
    this.MANY2(() => part(() => this.SUBRULE(this.testData, { ARGS: [read] })))
    part(() => this.OPTION3(() => this.SUBRULE(this.certificate, { ARGS: [read] })))
    part(() => this.OPTION4(() => this.SUBRULE(this.time, { ARGS: [read] })))
    part(() => this.OPTION5(() => this.SUBRULE(this.address, { ARGS: [read] })))
    if (whole) this.ACTION(() => this.skipLate(read, region, early))
    part(() => {
      if (whole || this.sees(kinds.Expect)) this.SUBRULE(this.expectation, { ARGS: [read] })
    })
    this.MANY3(() => part(() => this.SUBRULE(this.obligation, { ARGS: [read] })))
    part(() => this.OPTION6(() => this.SUBRULE(this.cases, { ARGS: [read] })))
    if (whole) this.ACTION(() => this.skipLate(read, region, partWords))
    if (whole) this.close(opened)
    else this.skipToClosing(depth)
    return this.ACTION(() => (whole ? this.testOf(prelude, name, read) : null))
  })

  private testOf({ start, doc, annotations }: Prelude, name: Text, read: Parts): TestDeclaration | null {
    const { method, url, expect, headers, data } = read
    if (read.lost || method === undefined || url === undefined || expect === undefined) return null
    const { caller = null, authenticated = null, body = null, mtls = null, at = null, from = null, cases = null } = read
    const before = { doc, annotations, name, caller, authenticated, method, url, body, headers, data }
    return { kind: 'TestDeclaration', ...before, mtls, at, from, expect, cases, span: this.since(start) }
  }

  /** Caller = "as" ( "anonymous" | Identified ) */
  private caller: ParserMethod<[Parts], void> = this.RULE('caller', (read) => {
    this.CONSUME(kinds.As)
    this.OR({
      MAX_LOOKAHEAD: 1,
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => this.LA(2).tokenType !== kinds.OpenBrace,
          ALT: () => {
            this.CONSUME(kinds.Anonymous)
            this.ACTION(() => {
              read.caller = null
            })
          },
        },
        { ALT: () => this.SUBRULE(this.identified, { ARGS: [read] }) },
      ],
      ERR_MSG: 'an identity or `anonymous`',
    })
  })

  /** Identified = Name JsonObject */
  private identified: ParserMethod<[Parts], void> = this.RULE('identified', (read) => {
    const identity = this.SUBRULE(this.name)
    this.ACTION(() => {
      if (!this.sees(kinds.OpenBrace) && !this.seesInside(isMember)) this.expected(`\`{\` and the claims of \`${identity.text}\``)
    })
    const claims = this.SUBRULE(this.jsonObject)
    this.ACTION(() => {
      read.caller = { identity, claims }
    })
  })

  /** Authentication = "authenticated" [ "by" ( "mfa" | "acr" Text ) ] Period "ago" */
  private authentication: ParserMethod<[Parts], void> = this.RULE('authentication', (read) => {
    const start = this.mark()
    this.CONSUME(kinds.Authenticated)
    let by: Authenticated['by'] = null
    this.OPTION(() => {
      this.CONSUME(kinds.By)
      this.OR([
        {
          ALT: () => {
            this.CONSUME(kinds.Mfa)
            by = 'mfa'
          },
        },
        {
          ALT: () => {
            this.CONSUME(kinds.Acr)
            by = this.SUBRULE(this.text)
          },
        },
      ])
    })
    const ago = this.SUBRULE(this.period)
    this.CONSUME(kinds.Ago)
    this.ACTION(() => {
      read.authenticated = { kind: 'Authenticated', by, ago, span: this.since(start) }
    })
  })

  /** Request = Method TextOrPlaceholder [ JsonObject | JsonArray | Placeholder | "body" Text ] */
  private request: ParserMethod<[Parts], void> = this.RULE('request', (read) => {
    const method = this.SUBRULE(this.method)
    const url = this.SUBRULE(this.textOrPlaceholder)
    this.ACTION(() => {
      read.method = this.checkMethod(method)
      read.url = url
    })
    if (!this.RECORDING_PHASE && this.seesInside(isMember)) {
      read.body = this.SUBRULE(this.jsonObject)
      return
    }
    this.OPTION(() => {
      const body = this.OR<JsonNode | Text>([
        {
          ALT: () => {
            this.CONSUME(kinds.Body)
            return this.SUBRULE(this.text)
          },
        },
        { ALT: () => this.SUBRULE(this.jsonObject) },
        { ALT: () => this.SUBRULE(this.jsonArray) },
        { ALT: () => this.SUBRULE(this.placeholder) },
      ])
      this.ACTION(() => {
        read.body = body
      })
    })
  })

  /** TestData = "data" Name ":" Json */
  private testData: ParserMethod<[Parts], void> = this.RULE('testData', (read) => {
    this.CONSUME(kinds.Data)
    const name = this.SUBRULE(this.name)
    this.CONSUME(kinds.Colon)
    const value = this.SUBRULE(this.json)
    this.ACTION(() => read.data.push({ name, value }))
  })

  /** Certificate = "mtls" JsonObject */
  private certificate: ParserMethod<[Parts], void> = this.RULE('certificate', (read) => {
    this.CONSUME(kinds.Mtls)
    const mtls = this.SUBRULE(this.jsonObject)
    this.ACTION(() => {
      read.mtls = mtls
    })
  })

  /** Time = "at" "timestamp" "(" TextOrPlaceholder ")" */
  private time: ParserMethod<[Parts], void> = this.RULE('time', (read) => {
    this.CONSUME(kinds.At)
    this.CONSUME(kinds.Timestamp, { ERR_MSG: '`timestamp("…")`' })
    this.CONSUME(kinds.OpenParen)
    const at = this.SUBRULE(this.textOrPlaceholder)
    this.CONSUME(kinds.CloseParen)
    this.ACTION(() => {
      read.at = at
    })
  })

  /** Address = "from" TextOrPlaceholder */
  private address: ParserMethod<[Parts], void> = this.RULE('address', (read) => {
    this.CONSUME(kinds.From)
    const from = this.SUBRULE(this.textOrPlaceholder)
    this.ACTION(() => {
      read.from = from
    })
  })

  /** Cases = "cases" "{" { Case [ "," ] } "}"      (a comma may be left out at the end of a line) */
  private cases: ParserMethod<[Parts], void> = this.RULE('cases', (read) => {
    const found: TestCase[] = []
    this.CONSUME(kinds.Cases)
    const opened = this.open(isMember)
    const region = rows(opened.depth)
    let whole = true
    const rest = this.repeat(region, 'a quoted text that names a case', [], () => {
      this.MANY(() => {
        whole = this.attempt(region, () => found.push(this.SUBRULE(this.case))) !== null && whole
        this.OPTION(() => this.CONSUME(kinds.Comma))
      })
    })
    this.close(opened)
    this.ACTION(() => {
      if (!whole || !rest) read.lost = true
      this.checkKeys(found.map(({ name }) => ({ key: name })))
      read.cases = found
    })
  })

  /** Case = Text ":" JsonObject */
  private case: ParserMethod<[], TestCase> = this.RULE('case', (): TestCase => {
    const start = this.mark()
    const name = this.SUBRULE(this.text)
    this.CONSUME(kinds.Colon)
    return { kind: 'TestCase', name, values: this.SUBRULE(this.jsonObject), span: this.since(start) }
  })

  /** Reports and skips parts that are too late. */
  private skipLate(read: Parts, region: Region, words: Words): void {
    for (;;) {
      const token = this.LA(1) as LaidToken
      if (this.atEnd() || !words.has(asKeyword(token)) || token.depth !== read.depth) return
      this.report(partOrder, this.spanOf(token), { part: token.image })
      read.lost = true
      this.SKIP_TOKEN()
      this.skip(region)
    }
  }

  /** Skips the rest of a body after a mistake, without another report if it is unclosed. */
  private skipToClosing(depth: number): void {
    this.skip(untilClosed(depth))
    if (this.sees(kinds.CloseBrace)) this.SKIP_TOKEN()
  }
}
