import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { writeOutput } from '../files/write-output.ts'
import { KEY } from '../flags.ts'
import type { Io } from '../io.ts'
import { judgeMatrix } from '../matrix/judge-matrix.ts'
import { matrixCsv } from '../matrix/matrix-csv.ts'
import { matrixHtml } from '../matrix/matrix-html.ts'
import { matrixJson } from '../matrix/matrix-json.ts'
import { showMatrix } from '../matrix/show-matrix.ts'
import { paint } from '../style.ts'

const FORMATS = ['table', 'csv', 'html', 'json'] as const

export const matrices = defineCommand({
  name: 'matrix',
  summary: 'who can do what: routes by identities and roles',
  operands: 'BUNDLE|PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    format: {
      type: 'string',
      value: FORMATS.join('|'),
      oneOf: FORMATS,
      help: 'for a terminal (default), for spreadsheets, as one page that stands alone, or for programs',
    },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'where it is written; standard output, where left out' },
    date: { type: 'string', value: 'YYYY-MM-DD', help: 'the date that it names; today (UTC), where left out' },
    key: KEY,
  },
  more: `A cell says what holds for all requests of such callers to a route: always permitted, never, or what is left of the \
rules once it is settled who calls. \`if\`: some
requests are permitted and some are not. \`may\`: it is unknown. The column of a role is of all callers who have it, \
whatever others they have besides.

  iap matrix policies
  iap matrix policies --format html -o matrix.html`,
  async run(io, { flags, operands }) {
    const date = dateOf(flags.date, io)
    const loaded = await loadPolicy(io, operands, flags.key, 'shown')
    if (loaded === null) return 1
    const { model } = loaded.explained()
    const shown = judgeMatrix(model, loaded.policy, date, progressOn(io, model.routes.length))
    const text = {
      table: () => showMatrix(shown, paint(flags.output === undefined ? io.stdout : { color: false })),
      csv: () => matrixCsv(shown),
      html: () => matrixHtml(shown),
      json: () => `${JSON.stringify(matrixJson(shown), null, 2)}\n`,
    }[(flags.format ?? 'table') as (typeof FORMATS)[number]]()
    write(io, flags.output, text)
    return 0
  },
})

/** Only on a terminal, in one line that is erased at the end. */
function progressOn({ stderr }: Io, of: number): ((done: number) => void) | undefined {
  if (!stderr.terminal) return undefined
  return (done) => stderr.write(done === of ? '\r\u001b[K' : `\rroute ${done} of ${of}`)
}

function dateOf(given: string | undefined, io: Io): string {
  if (given === undefined) return new Date(io.clock()).toISOString().slice(0, 10)
  const time = /^\d{4}-\d{2}-\d{2}$/.test(given) ? Date.parse(`${given}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== given)
    throw new CliError(`\`--date\` is a day like \`2026-03-02\`, and not \`${given}\``)
  return given
}

function write(io: Io, file: string | undefined, text: string): void {
  if (file === undefined) {
    io.stdout.write(text)
    return
  }
  writeOutput(io, file, text)
}
