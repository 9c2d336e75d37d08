/** Returns the rows of a table in which every cell is `never`: no caller of the table may use the route. */
export function neverRows(table: HTMLTableElement): readonly HTMLTableRowElement[] {
  return [...table.querySelectorAll<HTMLTableRowElement>('tbody tr')].filter((row) =>
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
  if (note !== null) note.textContent = isFolded && never.length > 0 ? ` (${routes} folded: never permitted to these callers)` : ''
}
