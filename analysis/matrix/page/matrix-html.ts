/** A standalone page: it loads nothing, and its policy forbids that. Its content is text, readable without the script. */

import { legend } from './legend.ts'
import { html, type Markup, raw } from './markup.ts'
import { notesOf } from './notes.ts'
import { script, style } from './page.generated.js'
import { notesMarkup } from './rule-markup.ts'
import { sheetOf } from './sheet.ts'
import { sheetsOf } from './sheets.ts'
import type { DatedMatrix } from './words.ts'
import { columnText, countsText, sizeText, VERDICTS } from './words.ts'

/** Returns the SHA-256 hash of a text in base64. */
export type HashText = (text: string) => string | Promise<string>

/** Returns an access matrix as a page. The hash is of Node or of a browser, as the host has it. */
export async function matrixHtml(matrix: DatedMatrix, hashText: HashText): Promise<string> {
  const { revision, date, rows, columns, labels } = matrix
  const styles = style + footer(matrix)
  const security = policyOf(await hashText(script), await hashText(styles))
  const sheets = sheetsOf(columns)
  const notes = notesOf(matrix)
  const services = [...new Set(rows.map(({ route }) => route.service.name))].sort()
  const used = labels.filter((label) => rows.some(({ route }) => route.labels.includes(label)))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${security}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Who can do what, ${date}</title>
<style>${raw(styles)}</style>
</head>
<body>
<a class="skip" href="#matrix">Skip to the table</a>
<main>
<h1>Who can do what</h1>
<p>What the policy permits on each route, for all requests, by caller.</p>
<dl class="facts">
<div><dt>Date</dt><dd><time datetime="${date}">${date}</time></dd></div>
<div><dt>Revision</dt><dd><code>${revision}</code></dd></div>
<div><dt>Size</dt><dd>${sizeText(matrix)}</dd></div>
<div><dt>Cells</dt><dd>${countsText(matrix)}</dd></div>
</dl>
<form id="filters" hidden>
<div><label for="text">Text</label><input id="text" type="search" autocomplete="off" \
placeholder="route, path, rule, condition"></div>
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
<div id="folds" hidden><p id="folds-note"></p><button id="unfold" type="button" aria-expanded="false" \
aria-describedby="folds-note">Show</button></div>
<div id="matrix" tabindex="-1">
${sheets.map((sheet, at) => sheetOf(matrix, notes, sheet, at, sheets.length))}
</div>
${notesMarkup(notes)}${legend(used)}
</main>
<script>${raw(script)}</script>
</body>
</html>
`.text
}

/** Printed on every page. Only a revision and a date get into a style. */
function footer({ revision, date }: DatedMatrix): string {
  const text = `${date}  ${revision}`
  return /^[\w:. -]+$/.test(text) ? `@page{@bottom-left{content:"${text}";font:8pt system-ui,sans-serif}}` : ''
}

/** `frame-ancestors` has no effect in a page. */
function policyOf(scriptHash: string, styleHash: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${scriptHash}'`,
    `style-src 'sha256-${styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function choice(id: string, name: string, options: readonly { readonly value: string; readonly text: string }[]): Markup {
  const items = options.map(({ value, text }) => html`<option value="${value}">${text}</option>`)
  return html`<div><label for="${id}">${name}</label><select id="${id}" autocomplete="off">\
<option value="">any</option>${items}</select></div>`
}
