/**
 * Returns the routes that no caller may use, by all tables together. Empty if that is all routes, because a page without rows
 * would say nothing.
 */
export function neverRoutes(tables: readonly HTMLTableElement[]): ReadonlySet<string> {
  const never = new Set<string>()
  const others = new Set<string>()
  for (const table of tables) {
    for (const row of table.querySelectorAll<HTMLTableRowElement>('tbody tr')) {
      const cells = [...row.querySelectorAll<HTMLElement>('td[data-access]')]
      const into = cells.every(({ dataset }) => dataset.access === 'never') ? never : others
      into.add(row.dataset.route ?? '')
    }
  }
  return new Set(others.size === 0 ? [] : [...never].filter((route) => !others.has(route)))
}

/** Folds the rows of the given routes, or unfolds all rows. Only screens fold: paper has every row that is not filtered out. */
export function foldRoutes(table: HTMLTableElement, folded: ReadonlySet<string>): void {
  for (const row of table.querySelectorAll<HTMLTableRowElement>('tbody tr'))
    row.classList.toggle('folded', folded.has(row.dataset.route ?? ''))
}
