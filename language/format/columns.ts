/** Rows whose cells stand below each other. */
import { type Document, sequence, spaces } from './document.ts'
import { flatWidth } from './print-document.ts'

/** Cells from the left; an empty text where a row has nothing to say. */
export type ColumnRow = readonly Document[]

/**
 * Puts spaces between the cells of each row, so that those of a column begin below each other.
 *
 * @param gaps spaces at least behind each column
 * @param takesPart whether a row, of which the width on one line is known, is put in columns; else it has single spaces
 */
export function inColumns(
  rows: readonly ColumnRow[],
  gaps: readonly number[],
  takesPart: (width: number) => boolean,
): Document[] {
  const sizes = rows.map((row) => {
    const width = rowWidth(row)
    return width !== null && takesPart(width) ? row.map((cell) => flatWidth(cell) ?? 0) : null
  })
  const starts = columnStarts(
    sizes.filter((size) => size !== null),
    gaps,
  )
  return rows.map((row, at) => {
    const size = sizes[at] ?? null
    const parts: Document[] = []
    let end = 0
    for (const [column, cell] of row.entries()) {
      if (cell === '') continue
      const start = starts[column] ?? 0
      if (parts.length > 0) parts.push(spaces(size === null ? 1 : start - end))
      parts.push(cell)
      end = start + (size?.[column] ?? 0)
    }
    return sequence(parts)
  })
}

/** Where each column begins; the last cell of a row needs no room kept for it. */
function columnStarts(sizes: readonly (readonly number[])[], gaps: readonly number[]): number[] {
  const starts = [0]
  const columns = largest(sizes.map((size) => size.length))
  for (let column = 0; column + 1 < columns; column += 1) {
    const width = largest(sizes.map((size) => (size.slice(column + 1).some((more) => more > 0) ? (size[column] ?? 0) : 0)))
    starts.push((starts[column] as number) + (width === 0 ? 0 : width + (gaps[column] ?? 1)))
  }
  return starts
}

/** 0 of none. */
export function largest(sizes: readonly number[]): number {
  return sizes.reduce((most, size) => Math.max(most, size), 0)
}

/** The columns that a row takes on one line with single spaces; null where it cannot be on one. */
export function rowWidth(row: ColumnRow): number | null {
  const widths = row.filter((cell) => cell !== '').map(flatWidth)
  return widths.reduce<number | null>((sum, width) => (sum === null || width === null ? null : sum + width + 1), -1)
}
