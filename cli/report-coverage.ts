import { spanJson } from '../compiler/project/index.ts'
import { type Coverage, type MutationReport, uncovered } from '../compiler/testing/index.ts'
import type { Span } from '../language/index.ts'
import type { Output } from './io.ts'
import { placeOf } from './report.ts'
import { count, paint } from './style.ts'

/** Returns test coverage with each span's file name relative to the working directory. */
export function seenCoverage(coverage: Coverage, seen: (span: Span) => Span): Coverage {
  return {
    ...coverage,
    routes: coverage.routes.map((route) => ({ ...route, span: route.span && seen(route.span) })),
    rules: coverage.rules.map((rule) => ({ ...rule, span: seen(rule.span) })),
    clauses: coverage.clauses.map((clause) => ({ ...clause, span: seen(clause.span) })),
  }
}

/** Writes the routes, rules and clauses that no test covers, one per line, then the totals. */
export function writeCoverage(output: Output, coverage: Coverage): void {
  const style = paint(output)
  for (const { message, span } of uncovered(coverage))
    output.write(`${style.yellow('uncovered')}  ${span === null ? '' : `${style.dim(placeOf(span))}  `}${message}\n`)
  const { routes, rules, clauses } = coverage
  const of = (list: readonly { readonly tests: number }[]) => `${list.filter(({ tests }) => tests > 0).length}/${list.length}`
  const ways = clauses.flatMap((clause) => [clause.true, clause.false])
  const each = `${ways.filter((tests) => tests > 0).length}/${ways.length}`
  output.write(`coverage ${percent(coverage.percent)}: routes ${of(routes)}, rules ${of(rules)}, clauses each way ${each}\n`)
}

export function coverageJson({ routes, rules, clauses, covered, total, percent }: Coverage): object {
  const place = (span: Span | null) => (span === null ? { file: null } : spanJson(span))
  return {
    covered,
    total,
    percent,
    routes: routes.map(({ span, ...route }) => ({ ...route, ...place(span) })),
    rules: rules.map(({ span, ...rule }) => ({ ...rule, ...place(span) })),
    clauses: clauses.map(({ span, ...clause }) => ({ ...clause, ...place(span) })),
  }
}

/** Writes the changes of the policy that no test detected (surviving mutants), one per line, then the mutation score. */
export function writeMutation(output: Output, { results, ...report }: MutationReport): void {
  const { killed, survived, equivalent, invalid, untried, score } = report
  const style = paint(output)
  for (const { mutant, outcome } of results)
    if (outcome.kind === 'survived')
      output.write(`${style.yellow('survived')}   ${style.dim(placeOf(mutant.span))}  ${mutant.change}\n`)
  const noticed = `${killed} of ${count(killed + survived, 'mutant')} noticed`
  const left = untried > 0 ? `, ${untried} not tried` : ''
  output.write(`mutation score ${percent(score)}: ${noticed}; ${equivalent} equivalent, ${invalid} invalid${left}\n`)
}

export function mutationJson({ results, ...figures }: MutationReport): object {
  return {
    ...figures,
    mutants: results.map(({ mutant: { operator, change, span }, outcome }) => ({
      operator,
      change,
      ...spanJson(span),
      outcome: outcome.kind,
      ...(outcome.kind === 'killed' && { test: outcome.test }),
      ...(outcome.kind === 'invalid' && { code: outcome.code }),
    })),
  }
}

/** Formats a percentage with at most one decimal, rounded down, so that 100 % means all. */
export function percent(value: number): string {
  return `${Math.floor(value * 10) / 10} %`
}
