import { defineCommand } from '../command.ts'
import { wholeNumber } from '../flags.ts'
import { DIAGNOSTICS_FORMAT, writeLinted } from '../formats/write-linted.ts'
import { lintPaths } from '../project/lint-paths.ts'

export const LINT_FLAGS = {
  format: DIAGNOSTICS_FORMAT,
  fix: { type: 'boolean', help: 'mend what can be mended, in the files given' },
  'max-warnings': { type: 'string', value: 'N', help: 'exit with 1 where there are more warnings than that' },
} as const

export const check = defineCommand({
  name: 'check',
  summary: 'parse and type-check policies, and warn of what is hardly meant so',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: LINT_FLAGS,
  more: 'A folder stands for every .iap file in and below it. Every mistake of every file is reported, and of the files that they import. A warning is ignored by `// iap-ignore IAPnnnn: reason` before its line.',
  async run(io, { flags, operands }) {
    const most = wholeNumber('max-warnings', flags['max-warnings'], Number.POSITIVE_INFINITY)
    const linted = lintPaths(io, operands, 'default', flags.fix)
    const bad = linted.errors > 0 || linted.warnings > most
    writeLinted(io, flags.format, linted, bad)
    if (linted.errors === 0 && bad) io.stderr.write(`more warnings than --max-warnings ${most} allows\n`)
    return bad ? 1 : 0
  },
})
