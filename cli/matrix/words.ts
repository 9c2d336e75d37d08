import type { Cell, CellVerdict, MatrixColumn, Residual } from '../../analysis/matrix/index.ts'
import type { Route } from '../../language/index.ts'
import { count } from '../style.ts'
import type { DatedMatrix } from './judge-matrix.ts'
import { visibleLine } from './visible.ts'

export const VERDICTS = ['always', 'if', 'may', 'never'] as const satisfies readonly CellVerdict[]

/** A rule and what is left of it, as a policy writes it. */
export function residueLine(effect: 'permit' | 'forbid', { rule, clauses }: Residual): string {
  return [effect, rule, ...clauses].join(' ')
}

/** What stands below the verdict of a cell. Each is one line, whatever a policy says. */
export function cellLines({ nobody, permits, forbids, why }: Cell): readonly string[] {
  return [
    ...(nobody ? ['there is no such caller'] : []),
    ...permits.map((residue) => residueLine('permit', residue)),
    ...forbids.map((residue) => residueLine('forbid', residue)),
    ...why.map((one) => `nobody can tell: ${one}`),
  ].map(visibleLine)
}

/** What has to have arrived before a route permits anything. */
export function needsText(data: readonly string[]): string {
  return `needs data ${data.join(', ')}`
}

export function methodsText({ methods, rpc }: Route): string {
  return rpc ? 'rpc' : (methods?.join(', ') ?? 'ANY')
}

export function hostsText({ service }: Route): string {
  return service.hosts.map(({ text }) => text).join(', ')
}

/** `28 always, 7 if, 10 never` */
export function countsText({ rows }: DatedMatrix): string {
  const cells = rows.flatMap((row) => row.cells)
  const found = VERDICTS.flatMap((verdict) => {
    const amount = cells.filter((cell) => cell.verdict === verdict).length
    return amount === 0 ? [] : [`${amount} ${verdict}`]
  })
  return found.join(', ') || 'nothing'
}

/** `8 routes, 6 kinds of callers` */
export function sizeText({ rows, columns }: DatedMatrix): string {
  return `${count(rows.length, 'route')}, ${count(columns.length, 'kind of caller', 'kinds of callers')}`
}

/** A column as it is called where there is one line for it. */
export function columnText({ identity, role }: MatrixColumn): string {
  return identity === null ? 'anonymous' : role === null ? identity : `${identity}: ${role}`
}
