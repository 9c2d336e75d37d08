import { lintPaths } from '../../compiler/project/index.ts'
import type { CommandControl } from '../budget.ts'
import { type Arguments, defineCommand, type ExitCode } from '../command.ts'
import { rewriteAll } from '../files/rewrite.ts'
import { wholeNumber } from '../flags.ts'
import { readReports, reportFlags } from '../formats/reports.ts'
import { LINTED_FORMATS, writeLinted } from '../formats/write-linted.ts'
import type { Io } from '../io.ts'

export const LINT_FLAGS = {
  ...reportFlags(LINTED_FORMATS, 'Write text, JSON, SARIF for code scanning, or findings for GitHub or GitLab'),
  fix: { type: 'boolean', help: 'Apply available fixes to the files in PATH' },
  'max-warnings': { type: 'string', value: 'N', help: 'Exit with 1 if there are more than N warnings (default: no limit)' },
} as const

/** Paragraphs on warnings, and on how to silence them, for the help of `check` and `lint`. */
export const ABOUT_WARNINGS = `Warnings do not change the exit code, unless there are more than --max-warnings. To silence a
warning, write a comment with its code and a reason on the same line, or before the line, clause or declaration. A comment
without a reason silences nothing:

  // iap-ignore IAP5013: prices get a label of their own next week

Exit code 1: there is an error, or there are more warnings than --max-warnings.`

export const check = defineCommand({
  name: 'check',
  summary: 'Parse and type-check policies, and warn about likely mistakes',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: LINT_FLAGS,
  more: `A folder stands for every .iap file in and below it. If only files are named, the other files of their project are read
too: those in and below the nearest folder with an iap.json or iap.yaml, except for folders with one of their own. The command
reports all errors in what it reads, and the warnings of the named files and of what they import. Warnings are those of the
rules that are on by default; \`iap lint\` runs the others too. If there is an error, no lint rule runs.

${ABOUT_WARNINGS}`,
  run: async (io, args) => reportLint(io, args, null),
})

/**
 * Implements `check` and `lint`: checks the policies, applies fixes if requested, and writes the diagnostics.
 *
 * @param control of the analysis that `lint` adds; null for `check`
 */
export function reportLint(io: Io, { flags, operands }: Arguments<typeof LINT_FLAGS>, control: CommandControl | null): ExitCode {
  const reports = readReports(io, LINTED_FORMATS, flags)
  const most = wholeNumber('max-warnings', flags['max-warnings'], Number.POSITIVE_INFINITY)
  const linted = lintPaths(io, operands, control, flags.fix)
  rewriteAll(io, linted.fixed.files)
  const isCut = control?.wasCut === true
  const bad = linted.errors > 0 || linted.warnings > most || (isCut && flags['max-warnings'] !== undefined)
  writeLinted(io, reports, linted, bad, !isCut)
  if (linted.errors > 0 && linted.isPart)
    io.stderr.write(
      'note: other policies beside these files were not read; name the folder, or put `iap.json` where the project begins\n',
    )
  control?.note('warnings that need more analysis may be missing')
  if (linted.errors === 0 && linted.warnings > most) io.stderr.write(`more warnings than --max-warnings ${most} allows\n`)
  return bad ? 1 : 0
}
