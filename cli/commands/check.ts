import { defineCommand } from '../command.ts'
import { FORMAT, wholeNumber } from '../flags.ts'
import { checkPaths } from '../project/check-paths.ts'
import { checkSummary, diagnosticJson, writeDiagnostics, writeJson } from '../report.ts'
import { paint } from '../style.ts'

export const check = defineCommand({
  name: 'check',
  summary: 'parse and type-check policies',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    format: FORMAT,
    'max-warnings': { type: 'string', value: 'N', help: 'exit with 1 where there are more warnings than that' },
  },
  more: 'A folder stands for every .iap file in and below it. Every mistake of every file is reported, and of the files that they import.',
  async run(io, { flags, operands }) {
    const most = wholeNumber('max-warnings', flags['max-warnings'], Number.POSITIVE_INFINITY)
    const checked = checkPaths(io, operands)
    const { diagnostics, errors, warnings, sources } = checked
    const bad = errors > 0 || warnings > most
    if (flags.format === 'json') {
      writeJson(io.stdout, { diagnostics: diagnostics.map(diagnosticJson), files: sources.length, errors, warnings })
    } else {
      writeDiagnostics(io.stdout, diagnostics)
      const style = paint(io.stdout)
      io.stdout.write(`${bad ? style.red('✗') : style.green('✓')} ${checkSummary(checked)}\n`)
      if (errors === 0 && bad) io.stderr.write(`more warnings than --max-warnings ${most} allows\n`)
    }
    return bad ? 1 : 0
  },
})
