/** Each: what has to be so; empty: whatever. */
export interface Filters {
  readonly text: string
  readonly service: string
  readonly label: string
  /** The name of a column. */
  readonly caller: string
  readonly access: string
}

/** Hides rows that do not fit. @returns the routes of those that do; none where the table is not about the caller that is asked for */
export function filterTable(table: HTMLTableElement, { text, service, label, caller, access }: Filters): readonly string[] {
  const headings = [...table.querySelectorAll<HTMLTableCellElement>('thead th[data-caller]')]
  const columns = headings
    .filter(({ dataset }) => caller === '' || dataset.caller === caller)
    .map(({ dataset }) => Number(dataset.column))
  const section = table.closest<HTMLElement>('.sheet') as HTMLElement
  section.hidden = columns.length === 0
  if (section.hidden) return []
  const shown: string[] = []
  for (const row of (table.tBodies[0] as HTMLTableSectionElement).rows) {
    const { dataset } = row
    const cells = columns.map((at) => row.cells[at] as HTMLTableCellElement)
    const isOf = (cell: HTMLTableCellElement) => access === '' || cell.dataset.access === access
    const fits =
      (service === '' || dataset.service === service) &&
      (label === '' || (dataset.labels ?? '').split(' ').includes(label)) &&
      (text === '' || (row.textContent ?? '').toLowerCase().includes(text)) &&
      cells.some(isOf)
    row.hidden = !fits
    for (const cell of row.querySelectorAll<HTMLTableCellElement>('td[data-access]'))
      cell.classList.toggle('found', access !== '' && cells.includes(cell) && isOf(cell))
    if (fits) shown.push(dataset.route ?? '')
  }
  return shown
}
