import { type Content, element } from './dom.ts'

export interface Column<T> {
  readonly title: string
  readonly className?: string
  cell(row: T): Content
}

/**
 * Renders a table with explicit ARIA roles. On narrow screens the style displays rows as blocks, for which browsers drop the
 * implicit roles.
 *
 * @param caption description for screen readers
 */
export function table<T>(caption: string, columns: readonly Column<T>[], rows: readonly T[]): HTMLTableElement {
  return tableOf(
    caption,
    columns,
    rows.map((row) => rowOf(columns, row)),
  )
}

export function tableOf<T>(caption: string, columns: readonly Column<T>[], rows: readonly HTMLElement[]): HTMLTableElement {
  const heads = columns.map(({ title, className = '' }) =>
    element('th', { scope: 'col', role: 'columnheader', class: className }, title),
  )
  return element(
    'table',
    { role: 'table' },
    element('caption', { class: 'hidden' }, caption),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)),
    element('tbody', { role: 'rowgroup' }, ...rows),
  )
}

export function rowOf<T>(columns: readonly Column<T>[], row: T): HTMLTableRowElement {
  const cells = columns.map(({ title, className = '', cell }) =>
    element('td', { role: 'cell', 'data-label': title, class: className }, element('div', {}, cell(row))),
  )
  return element('tr', { role: 'row' }, ...cells)
}

/** Renders a table. If there are no rows, renders the sentence `empty` instead. */
export function tableOr<T>(empty: string, caption: string, columns: readonly Column<T>[], rows: readonly T[]): HTMLElement {
  return rows.length === 0 ? element('p', { class: 'empty' }, empty) : table(caption, columns, rows)
}
