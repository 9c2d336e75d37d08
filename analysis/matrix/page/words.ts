import type { Label, Route } from '../../../language/index.ts'
import type { Cell, CellVerdict, Matrix, MatrixColumn, Residual } from '../index.ts'
import { visibleLine } from './markup.ts'

/** An access matrix with the revision of its policy and the date of its creation. */
export interface DatedMatrix extends Matrix {
  /** Revision of the policy, equal to that of a bundle built from the same sources; a word that says that there is none. */
  readonly revision: string
  /** Date on which the matrix was created, such as `2026-11-27`. */
  readonly date: string
  readonly labels: readonly Label[]
}

export const VERDICTS = ['always', 'if', 'may', 'never'] as const satisfies readonly CellVerdict[]

/** Formats a rule and its remaining conditions on one line, in the notation of a policy. */
export function residualLine(effect: 'permit' | 'forbid', { rule, clauses }: Residual): string {
  return [effect, rule, ...clauses].join(' ')
}

/** Returns the lines of a cell below its verdict: conditions and reasons. Line breaks in policy texts are escaped. */
export function cellLines({ nobody, permits, forbids, why }: Cell): readonly string[] {
  return [
    ...(nobody ? ['no such caller exists'] : []),
    ...permits.map((residual) => residualLine('permit', residual)),
    ...forbids.map((residual) => residualLine('forbid', residual)),
    ...why.map((one) => `cannot be analyzed: ${one}`),
  ].map(visibleLine)
}

export function needsText(data: readonly string[]): string {
  return `needs data ${data.join(', ')}`
}

export function methodsText({ methods, rpc }: Route): string {
  return rpc ? 'rpc' : (methods?.join(', ') ?? 'ANY')
}

export function hostsText({ service }: Route): string {
  return service.hosts.map(({ text }) => text).join(', ')
}

/** Returns the number of cells by verdict: `28 always, 7 if, 10 never`. */
export function countsText({ rows }: DatedMatrix): string {
  const cells = rows.flatMap((row) => row.cells)
  const found = VERDICTS.flatMap((verdict) => {
    const amount = cells.filter((cell) => cell.verdict === verdict).length
    return amount === 0 ? [] : [`${amount} ${verdict}`]
  })
  return found.join(', ') || 'nothing'
}

/** Returns the size of a matrix: `8 routes, 6 kinds of callers`. */
export function sizeText({ rows, columns }: DatedMatrix): string {
  const routes = rows.length === 1 ? '1 route' : `${rows.length} routes`
  return `${routes}, ${columns.length === 1 ? '1 kind of caller' : `${columns.length} kinds of callers`}`
}

/** Returns the name of a matrix column: `anonymous`, `staff`, or `staff: support` for a role. */
export function columnText({ identity, role }: MatrixColumn): string {
  return identity === null ? 'anonymous' : role === null ? identity : `${identity}: ${role}`
}
