import { defineCommand } from '../command.ts'
import { wholeNumber } from '../flags.ts'
import { writeLinted } from '../formats/write-linted.ts'
import { lintPaths } from '../project/lint-paths.ts'
import { LINT_FLAGS } from './check.ts'

export const lint = defineCommand({
  name: 'lint',
  summary: 'what `check` says, by all rules and not only those that are on by default',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: LINT_FLAGS,
  more: 'Warnings change the exit code where there are more than --max-warnings. One is ignored by `// iap-ignore IAPnnnn: reason` before its line.',
  async run(io, { flags, operands }) {
    const most = wholeNumber('max-warnings', flags['max-warnings'], Number.POSITIVE_INFINITY)
    const linted = lintPaths(io, operands, 'all', flags.fix)
    const bad = linted.errors > 0 || linted.warnings > most
    writeLinted(io, flags.format, linted, bad)
    if (linted.errors === 0 && bad) io.stderr.write(`more warnings than --max-warnings ${most} allows\n`)
    return bad ? 1 : 0
  },
})
