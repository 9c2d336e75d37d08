import type { Span } from '../../../language/source.ts'
import type { ClauseCoverage, Coverage } from './measure-coverage.ts'

export interface Gap {
  readonly kind: 'route' | 'rule' | 'clause'
  /** Name of the route or rule; of a clause, name of the rule or role that has it. */
  readonly name: string
  /** In words: `no test takes the route \`orders.list\``. */
  readonly message: string
  readonly span: Span | null
}

/** Returns what no test decides: routes, rules, then clauses. */
export function uncovered({ routes, rules, clauses }: Coverage): readonly Gap[] {
  return [
    ...routes.flatMap(({ name, tests, span }): readonly Gap[] =>
      tests > 0 ? [] : [{ kind: 'route', name, message: `no test takes the route \`${name}\``, span }],
    ),
    ...rules.flatMap(({ name, tests, span }): readonly Gap[] =>
      tests > 0 ? [] : [{ kind: 'rule', name, message: `no test is decided by \`${name}\``, span }],
    ),
    ...clauses.flatMap((clause): readonly Gap[] => {
      const never = neverSeen(clause)
      return never === null
        ? []
        : [
            {
              kind: 'clause',
              name: clause.owner,
              message: `in no test is a clause of \`${clause.owner}\` ${never}: \`${clauseText(clause)}\``,
              span: clause.span,
            },
          ]
    }),
  ]
}

function neverSeen(clause: ClauseCoverage): string | null {
  const [yes, no] = clause.kind === 'require' ? ['met', 'unmet'] : ['true', 'false']
  if (clause.true > 0 && clause.false > 0) return null
  if (clause.true > 0) return no
  return clause.false > 0 ? yes : `either ${yes} or ${no}`
}

/** The clause on one line. */
function clauseText({ kind, span }: ClauseCoverage): string {
  return `${kind} ${span.source.text.slice(span.start, span.end).replace(/\s+/g, ' ')}`
}
