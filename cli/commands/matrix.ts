import { createHash } from 'node:crypto'
import { matrixHtml } from '../../analysis/matrix/page/index.ts'
import { BUDGET, startBudget } from '../budget.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { writeOutput } from '../files/write-output.ts'
import { KEY } from '../flags.ts'
import type { Io } from '../io.ts'
import { judgeMatrix } from '../matrix/judge-matrix.ts'
import { matrixCsv } from '../matrix/matrix-csv.ts'
import { matrixJson } from '../matrix/matrix-json.ts'
import { showMatrix } from '../matrix/show-matrix.ts'
import { paint } from '../style.ts'

const FORMATS = ['table', 'csv', 'html', 'json'] as const

export const matrices = defineCommand({
  name: 'matrix',
  summary: 'Show who can do what: routes by identities and roles',
  operands: 'BUNDLE|PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    format: {
      type: 'string',
      value: FORMATS.join('|'),
      oneOf: FORMATS,
      help: 'Write a table, CSV, a self-contained HTML page, or JSON (default: table)',
    },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'Write to FILE (default: standard output)' },
    date: { type: 'string', value: 'YYYY-MM-DD', help: 'Date to state in the output (default: today, UTC)' },
    budget: BUDGET,
    key: KEY,
  },
  more: `A cell states what applies to all requests of such callers to a route: always permitted, never permitted, or the
part of the rules that remains once the caller is known. \`if\`: some requests are permitted and others are not. \`may\`: it
is unknown. The column of a role is about all callers that have it, whatever other roles they have.

  iap matrix policies
  iap matrix policies --format html -o matrix.html`,
  async run(io, { flags, operands }) {
    const date = dateOf(flags.date, io)
    const control = startBudget(io, 'route', flags.budget)
    const loaded = await loadPolicy(io, operands, flags.key, 'shown')
    if (loaded === null) return 1
    const { model } = loaded.explained()
    const shown = judgeMatrix(model, loaded.policy, date, control)
    control.note('cells that were not analyzed say `may`')
    const text = await {
      table: () => showMatrix(shown, paint(flags.output === undefined ? io.stdout : { color: false })),
      csv: () => matrixCsv(shown),
      html: () => matrixHtml(shown, (page) => createHash('sha256').update(page).digest('base64')),
      json: () => `${JSON.stringify(matrixJson(shown), null, 2)}\n`,
    }[(flags.format ?? 'table') as (typeof FORMATS)[number]]()
    write(io, flags.output, text)
    return 0
  },
})

function dateOf(given: string | undefined, io: Io): string {
  if (given === undefined) return new Date(io.clock()).toISOString().slice(0, 10)
  const time = /^\d{4}-\d{2}-\d{2}$/.test(given) ? Date.parse(`${given}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== given)
    throw new CliError(`\`--date\` must be a date such as \`2026-03-02\`, got \`${given}\``)
  return given
}

function write(io: Io, file: string | undefined, text: string): void {
  if (file === undefined) {
    io.stdout.write(text)
    return
  }
  writeOutput(io, file, text)
}
