import { type Content, element } from './dom.ts'

export interface Column<T> {
  readonly title: string
  readonly className?: string
  cell(row: T): Content
}

/**
 * A table. Roles are said, although elements have them: where there is no room for columns the style makes blocks of rows, and
 * browsers then forget what they are.
 *
 * @param caption for those who cannot see where it stands
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

/** Or a sentence where there is no row. */
export function tableOr<T>(empty: string, caption: string, columns: readonly Column<T>[], rows: readonly T[]): HTMLElement {
  return rows.length === 0 ? element('p', { class: 'empty' }, empty) : table(caption, columns, rows)
}
