/** Tests that stand in a policy. */
import type { ParserMethod, TokenType } from 'chevrotain'
import { notInThisVersion, numberOutOfRange } from '../../diagnostics/catalogue/syntax.ts'
import type { Expectation, JsonObject, Name, TestDeclaration } from '../ast.ts'
import { asKeyword, isIdentifier, type LaidToken } from '../beginnings.ts'
import * as kinds from '../tokens.ts'
import { beginsRequest, laterParts, parts, type Region, untilClosed } from './region.ts'
import { ServiceParser } from './services.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
type Parts = Mutable<Partial<Pick<TestDeclaration, 'caller' | 'method' | 'url' | 'at' | 'from' | 'expect'>>>
type Headers = TestDeclaration['headers']

const effects = ['permit', 'deny', 'unauthenticated', 'challenge', 'reject'] as const
export class TestParser extends ServiceParser {
  /** Test = "test" Text "{" [ As ] Request { Headers } [ At ] [ From ] Expect "}" */
  protected test: ParserMethod<[string | null], TestDeclaration | null> = this.RULE('test', (doc): TestDeclaration | null => {
    const start = this.mark()
    this.CONSUME(kinds.Test)
    const name = this.SUBRULE(this.text)
    this.CONSUME(kinds.OpenBrace)
    const depth = this.insideDepth()
    const region = parts(depth)
    const read: Parts = {}
    const headers: Headers[number][] = []
    let whole = true
    const part = (production: () => void) => {
      this.ACTION(() => this.skipLaterParts(region))
      const found = this.attempt(region, () => {
        production()
        return true
      })
      whole = whole && found === true
    }
    part(() => this.OPTION(() => this.SUBRULE(this.as, { ARGS: [read] })))
    // After a mistake, a part that is not there may be what was skipped.
    part(() => {
      if (whole || beginsRequest(this.LA(1) as LaidToken, this.LA(2))) this.SUBRULE(this.request, { ARGS: [read, region] })
    })
    part(() => this.MANY(() => this.SUBRULE(this.headers, { ARGS: [headers] })))
    part(() => this.OPTION2(() => this.SUBRULE(this.at, { ARGS: [read] })))
    part(() => this.OPTION3(() => this.SUBRULE(this.from, { ARGS: [read] })))
    part(() => {
      if (whole || this.sees(kinds.Expect)) this.SUBRULE(this.expect, { ARGS: [read] })
    })
    this.ACTION(() => this.skipLaterParts(region, whole ? kinds.Header : undefined))
    if (whole) this.CONSUME(kinds.CloseBrace)
    else this.skipToClosing(depth)
    const { caller = null, method, url, at = null, from = null, expect } = read
    if (!whole || method === undefined || url === undefined || expect === undefined) return null
    return { kind: 'TestDeclaration', name, caller, method, url, headers, at, from, expect, doc, span: this.since(start) }
  })

  /** As = "as" ( "anonymous" | Name JsonObject ) */
  private as: ParserMethod<[Parts], void> = this.RULE('as', (read) => {
    this.CONSUME(kinds.As)
    const identity = this.SUBRULE(this.name)
    let claims: JsonObject | null = null
    this.OPTION(() => {
      claims = this.SUBRULE(this.jsonObject)
    })
    this.ACTION(() => {
      if (claims === null && identity.text !== 'anonymous') this.expected(`\`{\` and the claims of \`${identity.text}\``)
      read.caller = claims === null ? null : { identity, claims }
    })
  })

  /** Request = Method Text */
  private request: ParserMethod<[Parts, Region], void> = this.RULE('request', (read, region) => {
    const method = this.SUBRULE(this.method)
    const url = this.SUBRULE(this.text)
    this.ACTION(() => {
      read.method = this.checkMethod(method)
      read.url = url
      this.skipBody(region)
    })
  })

  /** Headers = "header" Text ":" Text { "," Text ":" Text } */
  private headers: ParserMethod<[Headers[number][]], void> = this.RULE('headers', (list) => {
    this.CONSUME(kinds.Header)
    this.AT_LEAST_ONE_SEP({
      SEP: kinds.Comma,
      ERR_MSG: 'a quoted text',
      DEF: () => {
        const name = this.SUBRULE(this.text)
        this.CONSUME(kinds.Colon)
        const value = this.SUBRULE2(this.text)
        this.ACTION(() => list.push({ name, value }))
      },
    })
  })

  /** At = "at" "timestamp" "(" Text ")" */
  private at: ParserMethod<[Parts], void> = this.RULE('at', (read) => {
    this.CONSUME(kinds.At)
    this.ACTION(() => {
      if (this.LA(1).image !== 'timestamp') this.expected('`timestamp("…")`', ['timestamp'])
    })
    this.SUBRULE(this.name)
    this.CONSUME(kinds.OpenParen)
    const at = this.SUBRULE(this.text)
    this.CONSUME(kinds.CloseParen)
    this.ACTION(() => {
      read.at = at
    })
  })

  /** From = "from" Text */
  private from: ParserMethod<[Parts], void> = this.RULE('from', (read) => {
    this.CONSUME(kinds.From)
    const from = this.SUBRULE(this.text)
    this.ACTION(() => {
      read.from = from
    })
  })

  /** Expect = "expect" Effect [ Int ] [ "by" ( Name | "no-route" ) ]      (the number after `reject`, and only there) */
  private expect: ParserMethod<[Parts], void> = this.RULE('expect', (read) => {
    const start = this.mark()
    this.CONSUME(kinds.Expect)
    this.ACTION(() => {
      if (!(effects as readonly string[]).includes(this.LA(1).image))
        this.expected('`permit`, `deny`, `unauthenticated`, `challenge` or `reject`', effects)
    })
    const effect = this.SUBRULE(this.name).text as Expectation['effect']
    let status: number | null = null
    this.OR([
      {
        GATE: () => effect === 'reject',
        ALT: () => {
          status = this.SUBRULE(this.status)
        },
      },
      { GATE: () => effect !== 'reject', ALT: () => {} },
    ])
    let by: Name | null = null
    this.OPTION2(() => {
      this.CONSUME(kinds.By)
      by = this.SUBRULE(this.reason)
    })
    this.ACTION(() => {
      read.expect = { kind: 'Expectation', effect, by, status, span: this.since(start) }
    })
  })

  private status: ParserMethod<[], number> = this.RULE('status', () => {
    const token = this.CONSUME(kinds.Int)
    return this.ACTION(() => {
      const status = this.intOf(token)
      if (/^[1-5]\d\d$/.test(token.image)) return status
      return this.refuse(numberOutOfRange, this.spanOf(token), { text: token.image, type: 'status' })
    })
  })

  /** Reason = Name | "no-route" */
  private reason: ParserMethod<[], Name> = this.RULE('reason', () => {
    const first = this.SUBRULE(this.name)
    let reason = first
    this.OPTION({
      GATE: () => first.text === 'no',
      DEF: () => {
        this.CONSUME(kinds.Minus)
        this.ACTION(() => {
          if (this.LA(1).image !== 'route') this.expected('`no-route`')
        })
        const last = this.SUBRULE2(this.name)
        this.ACTION(() => {
          reason = { kind: 'Name', text: 'no-route', span: { ...first.span, end: last.span.end } }
        })
      },
    })
    return reason
  })

  /** `authenticated by mfa 5m ago`, `data x: …` and the like: read over. */
  private skipLaterParts(region: Region, also?: TokenType): void {
    for (;;) {
      const token = this.LA(1)
      const isLater = isIdentifier(token.tokenType) && laterParts.has(token.image)
      if (!isLater && (also === undefined || asKeyword(token) !== also)) return
      this.reportLater(token)
      this.SKIP_TOKEN()
      this.skip(region)
    }
  }

  /** `POST "…" { … }`: the body is read over. */
  private skipBody(region: Region): void {
    if (!this.sees(kinds.OpenBrace)) return
    this.report(notInThisVersion, this.spanOf(this.LA(1)), { construct: 'a request body' })
    this.SKIP_TOKEN()
    this.skip(region)
  }

  /** After a mistake within braces: what is left of them, without a further report if they are not closed. */
  private skipToClosing(depth: number): void {
    this.skip(untilClosed(depth))
    if (this.sees(kinds.CloseBrace)) this.SKIP_TOKEN()
  }
}
