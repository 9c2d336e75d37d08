/** The expectation of a test. */
import type { ParserMethod } from 'chevrotain'
import { numberOutOfRange } from '../../diagnostics/catalogue/syntax.ts'
import type { Expectation, Name, Placeholder, TestDeclaration, Text } from '../ast.ts'
import * as kinds from '../tokens.ts'
import { ServiceParser } from './services.ts'

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
export type Headers = TestDeclaration['headers'][number][]

/** Receives the expectation. */
export interface Expected {
  expect?: Mutable<Expectation>
}

export class ExpectationParser extends ServiceParser {
  /** Expectation = "expect" Effect [ "by" Reason ] */
  protected expectation: ParserMethod<[Expected], void> = this.RULE('expectation', (read) => {
    const start = this.mark()
    this.CONSUME(kinds.Expect)
    const { effect, status } = this.SUBRULE(this.effect)
    let by: Name | null = null
    this.OPTION(() => {
      this.CONSUME(kinds.By)
      by = this.SUBRULE(this.reason)
    })
    this.ACTION(() => {
      const span = this.since(start)
      read.expect = { kind: 'Expectation', effect, by, status, headers: [], limit: null, shadow: null, span }
    })
  })

  /** Effect = "permit" | "deny" | "unauthenticated" | "challenge" | "reject" Int | Placeholder */
  private effect: ParserMethod<[], Pick<Expectation, 'effect' | 'status'>> = this.RULE('effect', () => {
    let status: number | null = null
    const effect = this.OR<Expectation['effect']>({
      ERR_MSG: '`permit`, `deny`, `unauthenticated`, `challenge` or `reject`',
      DEF: [
        { ALT: () => this.CONSUME(kinds.Permit).image as Expectation['effect'] },
        { ALT: () => this.CONSUME(kinds.Deny).image as Expectation['effect'] },
        { ALT: () => this.CONSUME(kinds.Unauthenticated).image as Expectation['effect'] },
        { ALT: () => this.CONSUME(kinds.Challenge).image as Expectation['effect'] },
        {
          ALT: () => {
            this.CONSUME(kinds.Reject)
            status = this.SUBRULE(this.status)
            return 'reject'
          },
        },
        { ALT: () => this.SUBRULE(this.placeholder) },
      ],
    })
    return { effect, status }
  })

  /** Status = Int */
  private status: ParserMethod<[], number> = this.RULE('status', () => {
    const token = this.CONSUME(kinds.Int)
    return this.ACTION(() => {
      const status = this.intOf(token)
      if (/^[1-5]\d\d$/.test(token.image)) return status
      return this.refuse(numberOutOfRange, this.spanOf(token), { text: token.image, type: 'status' })
    })
  })

  /** Reason = "no" "-" "route" | Name */
  private reason: ParserMethod<[], Name> = this.RULE('reason', () => {
    const start = this.mark()
    return this.OR<Name>({
      ERR_MSG: 'a rule, `default`, `no-route` or `data`',
      IGNORE_AMBIGUITIES: true,
      DEF: [
        {
          GATE: () => this.LA(2).tokenType === kinds.Minus,
          ALT: () => {
            this.CONSUME(kinds.No)
            this.CONSUME(kinds.Minus)
            this.CONSUME(kinds.Route, { ERR_MSG: '`no-route`' })
            return { kind: 'Name', text: 'no-route', span: this.since(start) }
          },
        },
        { ALT: () => this.SUBRULE(this.name) },
      ],
    })
  })

  /** Obligation = Headers | "limit" Names | "shadow" Names      (`none` alone: none) */
  protected obligation: ParserMethod<[Expected], void> = this.RULE('obligation', (read) => {
    const headers: Headers = []
    let limit: readonly Name[] | null = null
    let shadow: readonly Name[] | null = null
    this.OR([
      { ALT: () => this.SUBRULE(this.headers, { ARGS: [headers] }) },
      {
        ALT: () => {
          this.CONSUME(kinds.Limit)
          limit = this.SUBRULE(this.names)
        },
      },
      {
        ALT: () => {
          this.CONSUME(kinds.Shadow)
          shadow = this.SUBRULE2(this.names)
        },
      },
    ])
    this.ACTION(() => {
      const { expect } = read
      if (expect === undefined) return
      expect.headers = [...expect.headers, ...headers]
      if (limit !== null) expect.limit = [...(expect.limit ?? []), ...named(limit)]
      if (shadow !== null) expect.shadow = [...(expect.shadow ?? []), ...named(shadow)]
      expect.span = this.since(expect.span.start)
    })
  })

  /** Headers = "header" Text ":" TextOrPlaceholder { "," Text ":" TextOrPlaceholder } */
  protected headers: ParserMethod<[Headers], void> = this.RULE('headers', (list) => {
    this.CONSUME(kinds.Header)
    this.AT_LEAST_ONE_SEP({
      SEP: kinds.Comma,
      ERR_MSG: 'a quoted text',
      DEF: () => {
        const name = this.SUBRULE(this.text)
        this.CONSUME(kinds.Colon)
        const value = this.SUBRULE2(this.textOrPlaceholder)
        this.ACTION(() => list.push({ name, value }))
      },
    })
  })

  /** TextOrPlaceholder = Text | Placeholder */
  protected textOrPlaceholder: ParserMethod<[], Text | Placeholder> = this.RULE('textOrPlaceholder', () =>
    this.OR<Text | Placeholder>({
      ERR_MSG: 'a quoted text',
      DEF: [{ ALT: () => this.SUBRULE(this.text) }, { ALT: () => this.SUBRULE(this.placeholder) }],
    }),
  )
}

/** A lone `none` means an empty list. */
function named(names: readonly Name[]): readonly Name[] {
  return names.length === 1 && names[0]?.text === 'none' ? [] : names
}
