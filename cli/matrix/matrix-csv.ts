import { cellLines, columnText, type DatedMatrix, hostsText, methodsText, visible } from '../../analysis/matrix/page/index.ts'

/**
 * Formats an access matrix as CSV (RFC 4180) with a row per route. A cell has the verdict in its first line and the conditions
 * below it.
 */
export function matrixCsv({ revision, date, columns, rows }: DatedMatrix): string {
  const head = ['route', 'service', 'methods', 'hosts', 'path', 'labels', 'classification', 'data']
  const lines = rows.map(({ route, data, cells }) => [
    route.name,
    route.service.name,
    methodsText(route),
    hostsText(route),
    route.template,
    route.labels.map(({ name }) => name).join(', '),
    route.labels.flatMap(({ doc }) => doc ?? []).join('\n'),
    data.join(', '),
    ...cells.map((cell) => [cell.verdict, ...cellLines(cell)].join('\n')),
    revision,
    date,
  ])
  return [[...head, ...columns.map(columnText), 'revision', 'date'], ...lines]
    .map((fields) => `${fields.map(field).join(',')}\r\n`)
    .join('')
}

/**
 * Spreadsheets evaluate such a start as a formula; an apostrophe before it prevents that. If they split fields at semicolons,
 * commas and quotes have no meaning, and a field begins after each semicolon and on each line.
 */
const FORMULA = /(^|[\n;])(?=[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20])/g

function field(text: string): string {
  const harmless = visible(text).replace(FORMULA, "$1'")
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
