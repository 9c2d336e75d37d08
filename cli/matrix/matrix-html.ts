/** One page that stands alone: it asks nobody for anything, and says so to the browser. What is in it stands there as text, so that it can be read without its script. */
import { createHash } from 'node:crypto'
import type { Cell, Column, Residue, Verdict } from '../../compiler/analysis/matrix/index.ts'
import { columnText, type DatedMatrix } from './dated-matrix.ts'
import { legend } from './legend.ts'
import { breakable, html, type Markup, raw } from './markup.ts'
import { script, style } from './page.generated.js'
import { sheetsOf } from './sheets.ts'
import { countsText, hostsText, methodsText, sizeText, VERDICTS } from './words.ts'

export function matrixHtml(matrix: DatedMatrix): string {
  const { revision, date, rows, columns, labels } = matrix
  const styles = style + footer(matrix)
  const sheets = sheetsOf(columns)
  const services = [...new Set(rows.map(({ route }) => route.service.name))].sort()
  const used = labels.filter((label) => rows.some(({ route }) => route.labels.includes(label)))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policyOf(styles)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Who can do what, ${date}</title>
<style>${raw(styles)}</style>
</head>
<body>
<a class="skip" href="#matrix">To the table</a>
<main>
<h1>Who can do what</h1>
<p>What the policy permits on each route, for all requests, by who calls.</p>
<dl class="facts">
<div><dt>Date</dt><dd><time datetime="${date}">${date}</time></dd></div>
<div><dt>Revision</dt><dd><code>${revision}</code></dd></div>
<div><dt>Size</dt><dd>${sizeText(matrix)}</dd></div>
<div><dt>Cells</dt><dd>${countsText(matrix)}</dd></div>
</dl>
<form id="filters" hidden>
<div><label for="text">Text</label><input id="text" type="search" autocomplete="off" placeholder="route, path, rule, condition"></div>
${choice(
  'service',
  'Service',
  services.map((name) => ({ value: name, text: name })),
)}
${choice(
  'label',
  'Label',
  used.map(({ name }) => ({ value: name, text: name })),
)}
${choice(
  'caller',
  'Caller',
  columns.map((column) => ({ value: columnText(column), text: columnText(column) })),
)}
${choice(
  'access',
  'Access',
  VERDICTS.map((verdict) => ({ value: verdict, text: verdict })),
)}
<div><button id="show-all" type="button" disabled>Show all</button></div>
</form>
<p id="note" role="status"></p>
<div id="matrix" tabindex="-1">
${sheets.map((sheet, at) => sheetOf(matrix, sheet, at, sheets.length))}
</div>
${legend(used)}
</main>
<script>${raw(script)}</script>
</body>
</html>
`.text
}

/** On every printed page. Nothing but what a revision and a date are made of gets into a style. */
function footer({ revision, date }: DatedMatrix): string {
  const text = `${date}  ${revision}`
  return /^[\w:. -]+$/.test(text) ? `@page{@bottom-left{content:"${text}";font:8pt system-ui,sans-serif}}` : ''
}

/** `frame-ancestors` cannot be said within a page. */
function policyOf(styles: string): string {
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(styles)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function choice(id: string, name: string, options: readonly { readonly value: string; readonly text: string }[]): Markup {
  const items = options.map(({ value, text }) => html`<option value="${value}">${text}</option>`)
  return html`<div><label for="${id}">${name}</label><select id="${id}" autocomplete="off"><option value="">any</option>${items}</select></div>`
}

function sheetOf(matrix: DatedMatrix, sheet: readonly Column[], at: number, of: number): Markup {
  const { columns, rows } = matrix
  const places = sheet.map((column) => columns.indexOf(column))
  const names = [...new Set(sheet.map(({ identity }) => identity ?? 'anonymous'))]
  const caption = `Routes by callers${of === 1 ? '' : `, ${at + 1} of ${of}: ${names.join(', ')}`}`
  const body = rows.map(({ route, data, cells }) => {
    const labels = route.labels.map(({ name }) => name)
    return html`<tr data-route="${route.name}" data-service="${route.service.name}" data-labels="${labels.join(' ')}">
<th scope="row" data-key="${route.name}">${breakable(route.name)}<code class="address">${methodsText(route)}</code><code class="address">${hostsText(route)}${breakable(route.template)}</code>${
      data.length === 0 ? '' : html`<small class="needs">needs data ${data.join(', ')}</small>`
    }</th>
<td data-key="${labels.join(' ')}">${route.labels.map(({ name, doc }) => html`<span class="chip">${name}</span>${doc === null ? '' : html`<small>${doc}</small>`}`)}</td>
${places.map((place) => cellOf(cells[place] as Cell))}
</tr>
`
  })
  return html`<section class="sheet">
<table class="matrix">
<caption>${caption}</caption>
<colgroup><col class="route"><col class="labels">${sheet.map(() => raw('<col>'))}</colgroup>
${headOf(sheet)}
<tbody>
${body}</tbody>
</table>
</section>
`
}

/** Identities, and below those that have roles these. */
function headOf(sheet: readonly Column[]): Markup {
  const isDeep = sheet.some(({ role }) => role !== null)
  const span = isDeep ? html` rowspan="2"` : ''
  const sortable = (text: string, column: number, more: Markup | string, isSorted = false) =>
    html`<th scope="col" data-column="${String(column)}" aria-sort="${isSorted ? 'ascending' : 'none'}"${more}><button type="button">${text}</button><span>${text}</span>`
  const first: Markup[] = []
  const second: Markup[] = []
  for (const [at, column] of sheet.entries()) {
    const { identity, role } = column
    const caller = html` data-caller="${columnText(column)}"`
    const own = sheet.filter((other) => other.identity === identity)
    if (own.length === 1 && role === null) {
      first.push(
        html`${sortable(identity ?? 'anonymous', at + 2, html`${span}${caller}`)}<small>${identity === null ? 'nobody who is known' : 'all callers'}</small></th>`,
      )
      continue
    }
    if (own[0] === column) first.push(html`<th scope="colgroup" colspan="${String(own.length)}">${identity ?? ''}</th>`)
    const text = role ?? 'all callers'
    second.push(
      html`${sortable(text, at + 2, caller)}<small>${role === null ? 'whatever roles' : 'at least this role'}</small></th>`,
    )
  }
  return html`<thead>
<tr>${sortable('Route', 0, span, true)}</th>${sortable('Labels', 1, span)}</th>${first}</tr>
${isDeep ? html`<tr>${second}</tr>` : ''}
</thead>`
}

const SIGNS: Readonly<Record<Verdict, string>> = { always: '●', if: '◐', may: '?', never: '○' }

function cellOf({ verdict, nobody, permits, forbids, why }: Cell): Markup {
  const rules = [...permits.map((one) => ruleOf('permit', one)), ...forbids.map((one) => ruleOf('forbid', one))]
  return html`<td class="${verdict}" data-access="${verdict}"><span class="access"><span aria-hidden="true">${SIGNS[verdict]} </span>${verdict}</span>${
    nobody ? html`<p class="why">there is no such caller</p>` : ''
  }${rules.length === 0 ? '' : html`<ul class="rules">${rules}</ul>`}${
    why.length === 0 ? '' : html`<p class="why">nobody can tell: ${why.map((one) => html`<code>${one}</code>`)}</p>`
  }</td>`
}

function ruleOf(effect: 'permit' | 'forbid', { rule, clauses }: Residue): Markup {
  const lines = clauses.map((clause) => {
    const [word = '', ...rest] = clause.split(' ')
    return html`<code><b>${word}</b> ${rest.join(' ')}</code>`
  })
  return html`<li class="${effect}"><span class="effect">${effect}</span> <span class="name">${breakable(rule)}</span>${lines}</li>`
}
