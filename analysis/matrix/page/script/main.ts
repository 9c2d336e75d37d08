/** Sorts and filters the page's content. It creates nothing from text, sends nothing, and stores nothing. */
import { type Filters, foldRows, markTable, neverRows, showRoutes } from './filter.ts'
import { sortTable } from './sort.ts'

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T

const tables = [...document.querySelectorAll<HTMLTableElement>('table.matrix')]
const form = byId<HTMLFormElement>('filters')
const note = byId('note')
const places = [...document.querySelectorAll<HTMLElement>('caption span')]
const total = new Set([...document.querySelectorAll<HTMLElement>('tr[data-route]')].map(({ dataset }) => dataset.route)).size

const never = new Map(tables.map((table) => [table, neverRows(table)]))
const folded = [...never.values()].reduce((sum, rows) => sum + rows.length, 0)
const unfold = byId<HTMLButtonElement>('unfold')

function read(): Filters {
  const value = (id: string) => byId<HTMLInputElement | HTMLSelectElement>(id).value
  return {
    text: value('text').trim().toLowerCase(),
    service: value('service'),
    label: value('label'),
    caller: value('caller'),
    access: value('access'),
  }
}

function filter(): void {
  const filters = read()
  const shown = new Set(tables.flatMap((table) => markTable(table, filters)))
  for (const table of tables) showRoutes(table, shown, filters)
  const isFiltered = Object.values(filters).some((value) => value !== '')
  const said = ['text', 'service', 'label', 'caller', 'access'].flatMap((id) => {
    const field = byId<HTMLInputElement | HTMLSelectElement>(id)
    if (field.value === '') return []
    const text = field instanceof HTMLSelectElement ? (field.selectedOptions[0]?.text ?? '') : `“${field.value}”`
    return `${field.labels?.[0]?.textContent?.toLowerCase() ?? id} ${text}`
  })
  const routes = `${shown.size} of ${total} routes`
  const amount = tables.filter((table) => table.closest('[hidden]') === null).length
  const hidden = amount === tables.length ? '' : `, ${amount} of ${tables.length} tables`
  note.textContent = isFiltered ? `Shows ${routes}${hidden}: ${said.join(', ')}.` : ''
  // Repeated at each table, as a printed page may be seen alone.
  for (const place of places) place.textContent = isFiltered ? `; only ${routes}: ${said.join(', ')}` : ''
  byId<HTMLButtonElement>('show-all').disabled = !isFiltered
  fold(isFiltered)
}

/** A filter shows all that matches it. */
function fold(isFiltered: boolean): void {
  const isOpen = unfold.ariaExpanded === 'true'
  for (const [table, rows] of never) foldRows(table, rows, !isOpen && !isFiltered)
  byId('folds').hidden = folded === 0 || isFiltered
  byId('folds-note').textContent = `Rows in which every cell is never: ${folded}.`
  unfold.textContent = isOpen ? 'Fold' : 'Show'
}

unfold.addEventListener('click', () => {
  unfold.ariaExpanded = String(unfold.ariaExpanded !== 'true')
  fold(false)
})

// No field may have the name of a form's property, which it would shadow.
form.hidden = false
form.addEventListener('submit', (event) => event.preventDefault())
form.addEventListener('input', filter)
byId('show-all').addEventListener('click', () => {
  form.reset()
  filter()
  byId('text').focus()
})
for (const table of tables)
  for (const button of table.querySelectorAll<HTMLButtonElement>('thead button'))
    button.addEventListener('click', () => sortTable(table, button.closest('th') as HTMLTableCellElement))
// A browser may restore earlier choices.
filter()
