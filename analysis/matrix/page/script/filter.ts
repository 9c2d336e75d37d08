/** The filters chosen on the page of an access matrix. An empty text means no restriction. */
export interface Filters {
  readonly text: string
  readonly service: string
  readonly label: string
  /** The name of the column to show, which is a kind of caller. */
  readonly caller: string
  readonly access: string
}

/**
 * Marks the cells of a table that match the filters. The filter's text is searched in the route of each row and in the cells of
 * the selected caller.
 * @returns the routes with a match
 */
export function markTable(table: HTMLTableElement, { text, service, label, caller, access }: Filters): readonly string[] {
  const columns = [...table.querySelectorAll<HTMLTableCellElement>('thead th[data-caller]')]
    .filter(({ dataset }) => caller === '' || dataset.caller === caller)
    .map(({ dataset }) => Number(dataset.column))
  const includes = (element: Element | null) => (element?.textContent ?? '').toLowerCase().includes(text)
  const notes = new Map<string, boolean>()
  /** In the cell itself, or in a note that it refers to. */
  const says = (cell: Element) =>
    includes(cell) ||
    [...cell.querySelectorAll('a')].some(({ hash }) => {
      const known = notes.get(hash) ?? includes(document.querySelector(`${hash} + ul`))
      notes.set(hash, known)
      return known
    })
  const found: string[] = []
  for (const row of rowsOf(table)) {
    const { dataset } = row
    const isAsked =
      (service === '' || dataset.service === service) && (label === '' || (dataset.labels ?? '').split(' ').includes(label))
    const isNamed = [...row.cells].some((cell) => cell.dataset.access === undefined && says(cell))
    const fitting = columns
      .map((at) => row.cells[at] as HTMLTableCellElement)
      .filter((cell) => isAsked && (access === '' || cell.dataset.access === access) && (isNamed || says(cell)))
    const isMarked = caller !== '' || access !== '' || !isNamed
    for (const cell of row.cells) cell.classList.toggle('found', isMarked && fitting.includes(cell))
    if (fitting.length > 0) found.push(dataset.route ?? '')
  }
  return found
}

/**
 * Shows only the rows of the given routes in a table, and hides the whole table if it lacks the selected caller. All tables get
 * the same routes, so that they can be read side by side.
 */
export function showRoutes(table: HTMLTableElement, shown: ReadonlySet<string>, { caller }: Filters): void {
  for (const row of rowsOf(table)) row.hidden = !shown.has(row.dataset.route ?? '')
  const callers = [...table.querySelectorAll<HTMLElement>('thead th[data-caller]')].map(({ dataset }) => dataset.caller)
  const section = table.closest<HTMLElement>('.sheet') as HTMLElement
  section.hidden = caller !== '' && !callers.includes(caller)
}

/** Returns the rows of a table in which every cell is `never`: no caller of the table may use the route. */
export function neverRows(table: HTMLTableElement): readonly HTMLTableRowElement[] {
  return [...rowsOf(table)].filter((row) =>
    [...row.querySelectorAll<HTMLElement>('td[data-access]')].every(({ dataset }) => dataset.access === 'never'),
  )
}

/**
 * Folds or unfolds rows of a table, and says so at the table. Only screens fold: paper has every row that is not filtered out.
 *
 * @param never the rows, as `neverRows` returns them
 */
export function foldRows(table: HTMLTableElement, never: readonly HTMLTableRowElement[], isFolded: boolean): void {
  for (const row of never) row.classList.toggle('folded', isFolded)
  const note = table.querySelector('caption small')
  const routes = never.length === 1 ? '1 route' : `${never.length} routes`
  const text = ` (${routes} folded: never permitted to these callers)`
  if (note !== null) note.textContent = isFolded && never.length > 0 ? text : ''
}

function rowsOf(table: HTMLTableElement): HTMLCollectionOf<HTMLTableRowElement> {
  return (table.tBodies[0] as HTMLTableSectionElement).rows
}
