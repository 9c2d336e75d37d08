/**
 * Chapter: the expectation of a test. The decision that the test expects, and the headers, limits and shadow rules with it.
 *
 * Implements `tests.md` of `spec/language/`.
 */
import { numberOutOfRange } from '../../diagnostics/catalogue/syntax.ts'
import type { Expectation, Name, Placeholder, TestDeclaration, Text } from '../ast.ts'
import * as kinds from '../tokens.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import { readInt, type WordProductions } from './words.ts'

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
export type Headers = TestDeclaration['headers'][number][]

/** Receives the parsed `expect` clause of a test; the member is absent until the clause is read. */
export interface Expected {
  expect?: Mutable<Expectation>
}

export type ExpectationProductions = ReturnType<typeof defineExpectationProductions>

export function defineExpectationProductions(parser: RecoveringParser, words: WordProductions) {
  const expectations = {
    /** Expectation = "expect" Effect [ "by" Reason ] */
    expectation: parser.RULE('expectation', (read: Expected): void => {
      const start = parser.mark()
      parser.CONSUME(kinds.Expect)
      const { effect, status } = parser.SUBRULE(expectations.effect)
      let by: Expectation['by'] = null
      parser.OPTION(() => {
        parser.CONSUME(kinds.By)
        by = parser.SUBRULE(expectations.reason)
      })
      parser.ACTION(() => {
        const span = parser.since(start)
        read.expect = { kind: 'Expectation', effect, by, status, headers: [], limit: null, shadow: null, span }
      })
    }),

    /** Effect = "permit" | "deny" | "unauthenticated" | "challenge" | "reject" Int | Placeholder */
    effect: parser.RULE('effect', (): Pick<Expectation, 'effect' | 'status'> => {
      let status: number | null = null
      const effect = parser.OR<Expectation['effect']>({
        ERR_MSG: '`permit`, `deny`, `unauthenticated`, `challenge` or `reject`',
        DEF: [
          { ALT: () => parser.CONSUME(kinds.Permit).image as Expectation['effect'] },
          { ALT: () => parser.CONSUME(kinds.Deny).image as Expectation['effect'] },
          { ALT: () => parser.CONSUME(kinds.Unauthenticated).image as Expectation['effect'] },
          { ALT: () => parser.CONSUME(kinds.Challenge).image as Expectation['effect'] },
          {
            ALT: () => {
              parser.CONSUME(kinds.Reject)
              status = parser.SUBRULE(expectations.status)
              return 'reject'
            },
          },
          { ALT: () => parser.SUBRULE(words.placeholder) },
        ],
      })
      return { effect, status }
    }),

    /** Status = Int      (from 100 to 599) */
    status: parser.RULE('status', (): number => {
      const token = parser.CONSUME(kinds.Int)
      return parser.ACTION(() => {
        const status = readInt(parser, token)
        if (/^[1-5]\d\d$/.test(token.image)) return status
        return parser.refuse(numberOutOfRange, parser.spanOf(token), { text: token.image, type: 'status' })
      })
    }),

    /** Reason = "no" "-" "route" | Name | Placeholder */
    reason: parser.RULE('reason', (): Name | Placeholder => {
      const start = parser.mark()
      return parser.OR<Name | Placeholder>({
        ERR_MSG: 'a rule, `default`, `no-route` or `data`',
        IGNORE_AMBIGUITIES: true,
        DEF: [
          {
            GATE: () => parser.LA(2).tokenType === kinds.Minus,
            ALT: () => {
              parser.CONSUME(kinds.No)
              parser.CONSUME(kinds.Minus)
              parser.CONSUME(kinds.Route, { ERR_MSG: '`no-route`' })
              return { kind: 'Name', text: 'no-route', span: parser.since(start) }
            },
          },
          { ALT: () => parser.SUBRULE(words.name) },
          { ALT: () => parser.SUBRULE(words.placeholder) },
        ],
      })
    }),

    /** Obligation = Headers | "limit" Names | "shadow" Names      (`none` alone: none) */
    obligation: parser.RULE('obligation', (read: Expected): void => {
      const headers: Headers = []
      let limit: readonly Name[] | null = null
      let shadow: readonly Name[] | null = null
      parser.OR([
        { ALT: () => parser.SUBRULE(expectations.headers, { ARGS: [headers] }) },
        {
          ALT: () => {
            parser.CONSUME(kinds.Limit)
            limit = parser.SUBRULE(words.names)
          },
        },
        {
          ALT: () => {
            parser.CONSUME(kinds.Shadow)
            shadow = parser.SUBRULE2(words.names)
          },
        },
      ])
      parser.ACTION(() => {
        const { expect } = read
        if (expect === undefined) return
        expect.headers = [...expect.headers, ...headers]
        if (limit !== null) expect.limit = [...(expect.limit ?? []), ...named(limit)]
        if (shadow !== null) expect.shadow = [...(expect.shadow ?? []), ...named(shadow)]
        expect.span = parser.since(expect.span.start)
      })
    }),

    /** Headers = "header" Text ":" TextOrPlaceholder { "," Text ":" TextOrPlaceholder } */
    headers: parser.RULE('headers', (list: Headers): void => {
      parser.CONSUME(kinds.Header)
      parser.AT_LEAST_ONE_SEP({
        SEP: kinds.Comma,
        ERR_MSG: 'a quoted string',
        DEF: () => {
          const name = parser.SUBRULE(words.text)
          parser.CONSUME(kinds.Colon)
          const value = parser.SUBRULE2(expectations.textOrPlaceholder)
          parser.ACTION(() => list.push({ name, value }))
        },
      })
    }),

    /** TextOrPlaceholder = Text | Placeholder */
    textOrPlaceholder: parser.RULE('textOrPlaceholder', (): Text | Placeholder =>
      parser.OR<Text | Placeholder>({
        ERR_MSG: 'a quoted string',
        DEF: [{ ALT: () => parser.SUBRULE(words.text) }, { ALT: () => parser.SUBRULE(words.placeholder) }],
      }),
    ),
  }
  return expectations
}

/** A lone `none` means an empty list. */
function named(names: readonly Name[]): readonly Name[] {
  return names.length === 1 && names[0]?.text === 'none' ? [] : names
}
