/** Requirements: how and how recently the caller must have authenticated. */
import type { ParserMethod } from 'chevrotain'
import type { Period, Requirement, Text } from '../ast.ts'
import * as kinds from '../tokens.ts'
import { WordParser } from './words.ts'

export class RequirementParser extends WordParser {
  /** Requirement = "mfa" [ Within ] | "acr" Text { "|" Text } [ Within ] | "auth" Within */
  protected requirement: ParserMethod<[], Requirement> = this.RULE('requirement', (): Requirement => {
    const start = this.mark()
    const values: Text[] = []
    let within: Period | null = null
    const what = this.OR<Requirement['what']>({
      ERR_MSG: '`mfa`, `acr` or `auth`',
      DEF: [
        {
          ALT: () => {
            this.CONSUME(kinds.Mfa)
            this.OPTION(() => {
              within = this.SUBRULE(this.within)
            })
            return 'mfa'
          },
        },
        {
          ALT: () => {
            this.CONSUME(kinds.Acr)
            this.AT_LEAST_ONE_SEP({
              SEP: kinds.Bar,
              ERR_MSG: 'a quoted text',
              DEF: () => values.push(this.SUBRULE(this.text)),
            })
            this.OPTION2(() => {
              within = this.SUBRULE2(this.within)
            })
            return 'acr'
          },
        },
        {
          ALT: () => {
            this.CONSUME(kinds.Auth)
            within = this.SUBRULE3(this.within)
            return 'auth'
          },
        },
      ],
    })
    return { kind: 'Requirement', what, values, within, span: this.since(start) }
  })

  /** Within = "within" Period */
  private within: ParserMethod<[], Period> = this.RULE('within', () => {
    this.CONSUME(kinds.Within)
    return this.SUBRULE(this.period)
  })
}
