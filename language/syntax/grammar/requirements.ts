/**
 * Chapter: requirements. How and how recently a caller must have authenticated, in `require` and in conditions.
 *
 * Implements `requirements.md` of `spec/language/`.
 */
import type { Period, Requirement, Text } from '../ast.ts'
import * as kinds from '../tokens.ts'
import type { RecoveringParser } from './recovery/recovering-parser.ts'
import type { WordProductions } from './words.ts'

export type RequirementProductions = ReturnType<typeof defineRequirementProductions>

export function defineRequirementProductions(parser: RecoveringParser, words: WordProductions) {
  const requirements = {
    /** Requirement = "mfa" [ Within ] | "acr" Text { "|" Text } [ Within ] | "auth" Within */
    requirement: parser.RULE('requirement', (): Requirement => {
      const start = parser.mark()
      const values: Text[] = []
      let within: Period | null = null
      const what = parser.OR<Requirement['what']>({
        ERR_MSG: '`mfa`, `acr` or `auth`',
        DEF: [
          {
            ALT: () => {
              parser.CONSUME(kinds.Mfa)
              parser.OPTION(() => {
                within = parser.SUBRULE(requirements.within)
              })
              return 'mfa'
            },
          },
          {
            ALT: () => {
              parser.CONSUME(kinds.Acr)
              parser.AT_LEAST_ONE_SEP({
                SEP: kinds.Bar,
                ERR_MSG: 'a quoted string',
                DEF: () => values.push(parser.SUBRULE(words.text)),
              })
              parser.OPTION2(() => {
                within = parser.SUBRULE2(requirements.within)
              })
              return 'acr'
            },
          },
          {
            ALT: () => {
              parser.CONSUME(kinds.Auth)
              within = parser.SUBRULE3(requirements.within)
              return 'auth'
            },
          },
        ],
      })
      return { kind: 'Requirement', what, values, within, span: parser.since(start) }
    }),

    /** Within = "within" Period */
    within: parser.RULE('within', (): Period => {
      parser.CONSUME(kinds.Within)
      return parser.SUBRULE(words.period)
    }),
  }
  return requirements
}
