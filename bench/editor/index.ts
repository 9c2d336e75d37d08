/** `npm run bench -- editor`: the language server while somebody types in a project of 10,000 rules. */
import { buildProgram } from '../run-program.ts'
import { tableOf } from '../table.ts'
import { type EditorFigures, measureEditor, type Spread } from './measure.ts'

const RULES = 10_000
const EDITS = 200

/** @returns all that was measured, and a table of it */
export async function benchEditor(root: string): Promise<{ readonly figures: EditorFigures; readonly table: string }> {
  const figures = await measureEditor(await buildProgram(root, 'bench/editor/program.ts'), RULES, EDITS)
  const { open, edits, kinds, hover, completion, lint, memory } = figures
  const rows = [
    ['opening', '1', open.toFixed(0), ''],
    rowOf('an edit to its diagnostics', edits),
    ...Object.entries(kinds).map(([kind, spread]) => rowOf(`- of a ${kind}`, spread)),
    rowOf('hover right after an edit', hover.afterEdit),
    rowOf('hover', hover.settled),
    rowOf('completion right after an edit', completion.afterEdit),
    rowOf('completion', completion.settled),
    rowOf('an edit to its warnings', lint),
    ['memory at the end', '', `${memory.toFixed(0)} MB`, ''],
  ]
  return { figures, table: tableOf(['what', 'count', 'CPU ms (median)', 'p95'], rows) }
}

function rowOf(what: string, { count, median, p95 }: Spread): string[] {
  return [what, String(count), median.toFixed(1), p95.toFixed(1)]
}
