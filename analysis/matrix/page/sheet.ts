import type { Route } from '../../../language/index.ts'
import type { Cell, CellVerdict, MatrixColumn } from '../index.ts'
import { breakable, html, type Markup, raw } from './markup.ts'
import type { Notes } from './notes.ts'
import { ruleMarkup } from './rule-markup.ts'
import type { DatedMatrix } from './words.ts'
import { columnText, hostsText, methodsText, needsText } from './words.ts'

/**
 * Returns one of several tables of an access matrix as HTML, with all routes and some columns.
 *
 * @param at the index of the table, from 0
 * @param of the number of tables
 */
export function sheetOf(matrix: DatedMatrix, notes: Notes, sheet: readonly MatrixColumn[], at: number, of: number): Markup {
  const { columns, rows } = matrix
  const places = sheet.map((column) => columns.indexOf(column))
  const names = [...new Set(sheet.map(({ identity }) => identity ?? 'anonymous'))]
  const caption = `Routes by callers${of === 1 ? '' : `, ${at + 1} of ${of}: ${names.join(', ')}`}`
  const body = rows.map(({ route, data, cells }) => {
    const labels = route.labels.map(({ name }) => name)
    const remarks = [
      ...(data.length === 0 ? [] : [needsText(data)]),
      ...(route.deprecated === null ? [] : [`deprecated: ${route.deprecated}`]),
    ].map((remark) => html`<small class="needs">${remark}</small>`)
    const chips = route.labels.map(
      ({ name, doc }) => html`<span class="chip">${name}</span>${doc === null ? '' : html`<small>${doc}</small>`}`,
    )
    return html`<tr data-route="${route.name}" data-service="${route.service.name}" data-labels="${labels.join(' ')}">
<th scope="row" data-key="${route.name}">${breakable(route.name)}${addressOf(route)}${remarks}</th>
<td data-key="${labels.join(' ')}">${chips}</td>
${places.map((place) => cellOf(cells[place] as Cell, notes))}
</tr>
`
  })
  return html`<section class="sheet">
<table class="matrix">
<caption>${caption}<span></span><small></small></caption>
<colgroup><col class="route"><col class="labels">${sheet.map(() => raw('<col>'))}</colgroup>
${headOf(sheet)}
<tbody>
${body}</tbody>
</table>
</section>
`
}

function addressOf(route: Route): Markup {
  return html`<code class="address">${methodsText(route)} ${breakable(route.template)}</code>\
<code class="address">${hostsText(route)}</code>`
}

/** A row of identities, and a row of roles below those that have any. */
function headOf(sheet: readonly MatrixColumn[]): Markup {
  const isDeep = sheet.some(({ role }) => role !== null)
  const span = isDeep ? html` rowspan="2"` : ''
  const sortable = (text: string, column: number, more: Markup | string, isSorted = false) =>
    html`<th scope="col" data-column="${String(column)}" aria-sort="${isSorted ? 'ascending' : 'none'}"${more}>\
<button type="button">${text}</button><span>${text}</span>`
  const first: Markup[] = []
  const second: Markup[] = []
  for (const [at, column] of sheet.entries()) {
    const { identity, role } = column
    const caller = html` data-caller="${columnText(column)}"`
    const own = sheet.filter((other) => other.identity === identity)
    if (own.length === 1 && role === null) {
      const whom = identity === null ? 'no known caller' : 'all callers'
      first.push(html`${sortable(identity ?? 'anonymous', at + 2, html`${span}${caller}`)}<small>${whom}</small></th>`)
      continue
    }
    if (own[0] === column) first.push(html`<th scope="colgroup" colspan="${String(own.length)}">${identity ?? ''}</th>`)
    const text = role ?? 'all callers'
    second.push(html`${sortable(text, at + 2, caller)}<small>${role === null ? 'with any roles' : 'with this role'}</small></th>`)
  }
  return html`<thead>
<tr>${sortable('Route', 0, span, true)}</th>${sortable('Labels', 1, span)}</th>${first}</tr>
${isDeep ? html`<tr>${second}</tr>` : ''}
</thead>`
}

const SIGNS: Readonly<Record<CellVerdict, string>> = { always: '●', if: '◐', may: '?', never: '○' }

function cellOf({ verdict, nobody, permits, forbids, why }: Cell, notes: Notes): Markup {
  const rules = [
    ...permits.map((one) => ruleMarkup('permit', one, notes)),
    ...forbids.map((one) => ruleMarkup('forbid', one, notes)),
  ]
  const access = html`<span class="access"><span aria-hidden="true">${SIGNS[verdict]} </span>${verdict}</span>`
  return html`<td class="${verdict}" data-access="${verdict}">${access}${
    nobody ? html`<p class="why">no such caller exists</p>` : ''
  }${rules.length === 0 ? '' : html`<ul class="rules">${rules}</ul>`}${
    why.length === 0 ? '' : html`<p class="why">cannot be analyzed: ${why.map((one) => html`<code>${one}</code>`)}</p>`
  }</td>`
}
