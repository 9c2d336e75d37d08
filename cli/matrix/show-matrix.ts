import type { Cell } from '../../compiler/analysis/matrix/index.ts'
import type { Style } from '../style.ts'
import { columnText, type DatedMatrix } from './dated-matrix.ts'
import { visible } from './visible.ts'
import { cellLines, countsText, sizeText } from './words.ts'

const GAP = '  '

/** For people at a terminal: the verdicts as a table, and below it what they depend on, each once. */
export function showMatrix(matrix: DatedMatrix, style: Style): string {
  const { columns, rows, revision, date } = matrix
  const notes = new Map<string, number>()
  const mark = (cell: Cell): string => {
    const lines = cellLines(cell)
    if (lines.length === 0) return cell.verdict
    const text = visible(lines.join('\n'))
    const number = notes.get(text) ?? notes.size + 1
    notes.set(text, number)
    return `${cell.verdict} [${number}]`
  }
  const table = [
    ['route', 'labels', ...columns.map(columnText)],
    ...rows.map(({ route, cells }) => [route.name, route.labels.map(({ name }) => name).join(', '), ...cells.map(mark)]),
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
