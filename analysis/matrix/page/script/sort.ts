const ORDER = ['always', 'if', 'may', 'never']

/** Sorts a table ascending by a heading's column; descending if the table is already sorted by that column. Stable. */
export function sortTable(table: HTMLTableElement, heading: HTMLTableCellElement): void {
  const isUp = heading.ariaSort !== 'ascending'
  for (const other of table.querySelectorAll<HTMLTableCellElement>('thead th[aria-sort]')) other.ariaSort = 'none'
  heading.ariaSort = isUp ? 'ascending' : 'descending'
  const at = Number(heading.dataset.column)
  const body = table.tBodies[0] as HTMLTableSectionElement
  const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[at] as HTMLTableCellElement) }))
  keyed.sort((a, b) => (isUp ? 1 : -1) * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  body.append(...keyed.map(({ row }) => row))
}

function keyOf({ dataset, textContent }: HTMLTableCellElement): string {
  if (dataset.access === undefined) return dataset.key ?? textContent ?? ''
  return String(ORDER.indexOf(dataset.access))
}
