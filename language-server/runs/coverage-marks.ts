import type { Range } from 'vscode-languageserver-types'
import type { Coverage } from '../../compiler/testing/index.ts'
import type { Span } from '../../language/index.ts'
import { rangeOf } from '../text/positions.ts'

/** What tests cover of a route, a rule or a clause, for the margin of an editor. */
export interface CoverageMark {
  readonly uri: string
  readonly range: Range
  /** `some`: a clause that was only true, or only false. */
  readonly covered: 'all' | 'some' | 'none'
  /** In words: `permit_all: decides 2 tests`. */
  readonly message: string
}

/** Returns marks in the order routes, rules, clauses. Imported routes have none. */
export function coverageMarks({ routes, rules, clauses }: Coverage, uriOf: (name: string) => string): readonly CoverageMark[] {
  const mark = (span: Span, covered: CoverageMark['covered'], message: string): CoverageMark => ({
    ...{ uri: uriOf(span.source.name), range: rangeOf(span), covered, message },
  })
  return [
    ...routes.flatMap(({ name, span, tests }) =>
      span === null ? [] : [mark(span, tests > 0 ? 'all' : 'none', `${name}: requested by ${counted(tests)}`)],
    ),
    ...rules.map(({ name, span, tests }) => mark(span, tests > 0 ? 'all' : 'none', `${name}: decides ${counted(tests)}`)),
    ...clauses.map((clause) => {
      const seen = [clause.true, clause.false].filter((count) => count > 0).length
      const covered = seen === 2 ? 'all' : seen === 1 ? 'some' : 'none'
      return mark(clause.span, covered, `${clause.kind}: true in ${counted(clause.true)}, false in ${counted(clause.false)}`)
    }),
  ]
}

function counted(tests: number): string {
  return tests === 1 ? '1 test' : `${tests} tests`
}
