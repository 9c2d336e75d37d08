import { positionAt, type Source } from '../../../language/source.ts'
import type { Coverage } from './measure-coverage.ts'

/** Returns a tracefile (geninfo(1) of LCOV): rules and routes are functions, clauses are branches. */
export function lcov(coverage: Coverage): string {
  const sources = new Map<string, Source>()
  const named = [...coverage.routes, ...coverage.rules].flatMap(({ name, span, tests }) =>
    span === null ? [] : [{ name, span, tests }],
  )
  for (const { span } of [...named, ...coverage.clauses]) sources.set(span.source.name, span.source)
  return [...sources.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((source) => record(source, coverage.clauses, named))
    .join('')
}

type Named = Coverage['rules'][number]

function record(source: Source, clauses: Coverage['clauses'], named: readonly Named[]): string {
  const at = (offset: number) => positionAt(source, offset).line
  const functions = named
    .filter(({ span }) => span.source === source)
    .map(({ name, span, tests }) => ({ name, line: at(span.start), tests }))
    .sort((a, b) => a.line - b.line)
  const branches = clauses
    .filter(({ span }) => span.source === source)
    .flatMap((clause, block) => {
      const reached = clause.true + clause.false + clause.errors > 0
      return [clause.true, clause.false].map((taken, branch) => ({ line: at(clause.span.start), block, branch, taken, reached }))
    })
  const lines = new Map<number, number>()
  for (const { line, tests } of functions) lines.set(line, Math.max(lines.get(line) ?? 0, tests))
  for (const { line, taken } of branches) lines.set(line, Math.max(lines.get(line) ?? 0, taken))
  const sorted = [...lines].sort(([a], [b]) => a - b)
  return `${[
    'TN:',
    `SF:${source.name}`,
    ...functions.map(({ line, name }) => `FN:${line},${name}`),
    ...functions.map(({ name, tests }) => `FNDA:${tests},${name}`),
    `FNF:${functions.length}`,
    `FNH:${functions.filter(({ tests }) => tests > 0).length}`,
    ...branches.map(({ line, block, branch, taken, reached }) => `BRDA:${line},${block},${branch},${reached ? taken : '-'}`),
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ taken }) => taken > 0).length}`,
    ...sorted.map(([line, count]) => `DA:${line},${count}`),
    `LF:${sorted.length}`,
    `LH:${sorted.filter(([, count]) => count > 0).length}`,
    'end_of_record',
  ].join('\n')}\n`
}
