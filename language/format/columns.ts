/** Rows with aligned cells. */
import { type Document, sequence, spaces } from './document.ts'
import { flatWidth } from './print-document.ts'

/** A row of a table, as cells from the left. An empty cell is an empty text. */
export type ColumnRow = readonly Document[]

/**
 * Pads the cells of each row, so that columns line up.
 * @param gaps the minimum number of spaces after each column
 * @param takesPart whether a row of this width is aligned; others have single spaces
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

/** Returns the start of each column; the last cell of a row reserves no room. */
function columnStarts(sizes: readonly (readonly number[])[], gaps: readonly number[]): number[] {
  const starts = [0]
  const columns = largest(sizes.map((size) => size.length))
  for (let column = 0; column + 1 < columns; column += 1) {
    const width = largest(sizes.map((size) => (size.slice(column + 1).some((more) => more > 0) ? (size[column] ?? 0) : 0)))
    starts.push((starts[column] as number) + (width === 0 ? 0 : width + (gaps[column] ?? 1)))
  }
  return starts
}

/** Returns the largest of some sizes; 0 for an empty list. */
export function largest(sizes: readonly number[]): number {
  return sizes.reduce((most, size) => Math.max(most, size), 0)
}

/** Returns the width of a row on one line with single spaces; null if the row does not fit on one line. */
export function rowWidth(row: ColumnRow): number | null {
  const widths = row.filter((cell) => cell !== '').map(flatWidth)
  return widths.reduce<number | null>((sum, width) => (sum === null || width === null ? null : sum + width + 1), -1)
}
