import type { MatrixColumn } from '../index.ts'

/** The number of caller columns that fit on paper beside a route. */
const WIDTH = 6

/**
 * Divides the columns of an access matrix into tables that fit on paper. Keeps the columns of an identity together if they fit.
 */
export function sheetsOf(columns: readonly MatrixColumn[]): readonly (readonly MatrixColumn[])[] {
  const sheets: MatrixColumn[][] = []
  for (const identity of new Set(columns.map((column) => column.identity))) {
    const group = columns.filter((column) => column.identity === identity)
    for (let at = 0; at < group.length; at += WIDTH) {
      const part = group.slice(at, at + WIDTH)
      const last = sheets.at(-1)
      if (last !== undefined && last.length + part.length <= WIDTH) last.push(...part)
      else sheets.push(part)
    }
  }
  return sheets
}
