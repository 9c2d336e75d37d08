/** Sorts and filters what stands in the page already. It makes nothing of texts, asks nobody, and keeps nothing. */
import { type Filters, filterTable } from './filter.ts'
import { sortTable } from './sort.ts'

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T

const tables = [...document.querySelectorAll<HTMLTableElement>('table.matrix')]
const form = byId<HTMLFormElement>('filters')
const note = byId('note')
const total = new Set([...document.querySelectorAll<HTMLElement>('tr[data-route]')].map(({ dataset }) => dataset.route)).size

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
  const shown = new Set(tables.flatMap((table) => filterTable(table, filters)))
  const isFiltered = Object.values(filters).some((value) => value !== '')
  const said = ['text', 'service', 'label', 'caller', 'access'].flatMap((id) => {
    const field = byId<HTMLInputElement | HTMLSelectElement>(id)
    if (field.value === '') return []
    const text = field instanceof HTMLSelectElement ? (field.selectedOptions[0]?.text ?? '') : `“${field.value}”`
    return `${field.labels?.[0]?.textContent?.toLowerCase() ?? id} ${text}`
  })
  note.textContent = isFiltered ? `Shows ${shown.size} of ${total} routes: ${said.join(', ')}.` : ''
  byId<HTMLButtonElement>('show-all').disabled = !isFiltered
}

// No field has a name that a form has, which would stand in its place.
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
// A browser may bring back what was chosen before.
filter()
