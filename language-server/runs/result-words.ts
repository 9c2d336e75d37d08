/** Results of runs in words: for code lenses (one line) and hover. */
import type { JudgedInvariant } from '../../analysis/index.ts'
import type { Matrix, MatrixColumn, MatrixRow } from '../../analysis/matrix/index.ts'
import { cellLines, columnText, methodsText } from '../../analysis/matrix/page/index.ts'
import type { KeptOutcome, KnownResult } from './results.ts'

/** Characters of a code lens; longer ones move each other out of sight. */
const LONGEST = 100

/** Returns a result on one line: whether it may be out of date, and the result. */
export function inOneLine({ value, isStale }: KnownResult<string>): string {
  const [line = ''] = value.split('\n')
  const short = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
  return isStale ? `before the last edit: ${short}` : short
}

/** Returns the outcomes of a test: `passed`, `2 passed`, `failed: expected permit, got deny`. */
export function testInWords(outcomes: readonly KeptOutcome[]): string {
  const open = outcomes.filter(({ verdict }) => verdict !== 'passed')
  const [first] = open
  if (first === undefined) return outcomes.length === 1 ? 'passed' : `${outcomes.length} passed`
  const what = `${first.verdict}: ${first.message ?? ''}`
  return outcomes.length === 1 ? what : `${open.length} of ${outcomes.length} not passed: ${first.name}: ${what}`
}

/** Returns a verdict, with the counterexample or what could not be analyzed. */
export function invariantInWords({ verdict, witness, why, requests }: JudgedInvariant): string {
  if (verdict === 'holds') return 'holds for every request'
  if (verdict === 'broken') return `broken: ${(witness ?? '').replace(/^\/\/ /, '')}`
  const tried = requests === 0 ? '' : `, though no counterexample was found in ${requests} requests`
  return `unknown${tried}: ${why.map(({ text }) => text).join('; ')}`
}

/** Returns who may use a route: `2 of 4 kinds of callers may: staff: admin, partner (if)`. */
export function accessInWords(columns: readonly MatrixColumn[], row: MatrixRow): string {
  const may = row.cells.flatMap(({ verdict }, at) => {
    const name = columnText(columns[at] as MatrixColumn)
    return verdict === 'never' ? [] : [verdict === 'always' ? name : `${name} (${verdict})`]
  })
  if (may.length === 0) return 'nobody may'
  return `${may.length} of ${columns.length} kinds of callers may: ${may.join(', ')}`
}

export interface ShownMatrix {
  readonly columns: readonly string[]
  readonly rows: readonly {
    readonly route: string
    readonly methods: string
    readonly path: string
    readonly labels: readonly string[]
    readonly data: readonly string[]
    /** In the order of the columns, with conditions and reasons in words. */
    readonly cells: readonly { readonly verdict: MatrixRow['cells'][number]['verdict']; readonly lines: readonly string[] }[]
  }[]
}

/** Returns an access matrix in words, for clients that lay it out themselves. */
export function shownMatrix({ columns, rows }: Matrix): ShownMatrix {
  return {
    columns: columns.map(columnText),
    rows: rows.map(({ route, data, cells }) => ({
      ...{ route: route.name, methods: methodsText(route), path: route.template, data },
      labels: route.labels.map(({ name }) => name),
      cells: cells.map((cell) => ({ verdict: cell.verdict, lines: cellLines(cell) })),
    })),
  }
}
