import {
  cellLines,
  columnText,
  countsText,
  type DatedMatrix,
  needsText,
  sizeText,
  visible,
} from '../../analysis/matrix/page/index.ts'
import type { Style } from '../style.ts'

const GAP = '  '

/** Formats an access matrix for a terminal: a table of verdicts, then the conditions and the required data, each once. */
export function showMatrix(matrix: DatedMatrix, style: Style): string {
  const { columns, rows, revision, date } = matrix
  const notes = new Map<string, number>()
  /** Each text has one number, wherever it is used. */
  const mark = (what: string, lines: readonly string[]): string => {
    if (lines.length === 0) return what
    const text = visible(lines.join('\n'))
    const number = notes.get(text) ?? notes.size + 1
    notes.set(text, number)
    return `${what} [${number}]`
  }
  const table = [
    ['route', 'labels', ...columns.map(columnText)],
    ...rows.map(({ route, data, cells }) => [
      mark(route.name, data.length === 0 ? [] : [needsText(data)]),
      route.labels.map(({ name }) => name).join(', '),
      ...cells.map((cell) => mark(cell.verdict, cellLines(cell))),
    ]),
  ]
  const widths = (table[0] as string[]).map((_, at) =>
    table.reduce((most, line) => Math.max(most, (line[at] as string).length), 0),
  )
  const lines = table.map((line, row) =>
    line
      .map((text, at) => coloured(text.padEnd(widths[at] as number), row === 0 ? 'head' : at < 2 ? 'plain' : 'cell', style))
      .join(GAP)
      .trimEnd(),
  )
  const below = [...notes].map(
    ([text, number]) => `${style.bold(`[${number}]`)} ${text.replaceAll('\n', `\n${' '.repeat(`[${number}] `.length)}`)}`,
  )
  return [
    ...lines,
    '',
    ...below,
    ...(below.length === 0 ? [] : ['']),
    `${sizeText(matrix)}: ${countsText(matrix)}`,
    style.dim(`revision ${revision}, ${date}`),
    '',
  ].join('\n')
}

function coloured(text: string, kind: 'head' | 'plain' | 'cell', style: Style): string {
  if (kind === 'head') return style.bold(text)
  if (kind === 'plain') return text
  if (text.startsWith('always')) return style.green(text)
  return text.startsWith('never') ? style.dim(text) : style.yellow(text)
}
