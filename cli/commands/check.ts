import { lintPaths } from '../../compiler/project/index.ts'
import { type Arguments, defineCommand, type ExitCode } from '../command.ts'
import { rewriteAll } from '../files/rewrite.ts'
import { wholeNumber } from '../flags.ts'
import { DIAGNOSTICS_FORMAT, writeLinted } from '../formats/write-linted.ts'
import type { Io } from '../io.ts'

export const LINT_FLAGS = {
  format: DIAGNOSTICS_FORMAT,
  fix: { type: 'boolean', help: 'mend what can be mended, in the files that PATH names' },
  'max-warnings': { type: 'string', value: 'N', help: 'exit with 1 where there are more warnings than that' },
} as const

/** The help of `check` and `lint` on warnings. */
export const ABOUT_WARNINGS = `A warning changes nothing about the exit code, unless there are more than --max-warnings. One \
that is meant so is silenced by a comment, on
its line or before its line, clause or declaration; without a reason nothing is:

  // iap-ignore IAP5013: prices get a label of their own next week`

export const check = defineCommand({
  name: 'check',
  summary: 'parse and type-check policies, and warn of what is hardly meant so',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: LINT_FLAGS,
  more: `A folder stands for every .iap file in and below it. Every mistake of every file is told, and of the files that they \
import. Warnings are
those of the rules that are on by default; \`iap lint\` runs the others too. With an error no rule runs, as nobody knows what \
was meant.

${ABOUT_WARNINGS}`,
  run: async (io, args) => reportLint(io, args, 'default'),
})

/** Implements `check` and `lint`, which differ in their rules. */
export function reportLint(io: Io, { flags, operands }: Arguments<typeof LINT_FLAGS>, which: 'default' | 'all'): ExitCode {
  const most = wholeNumber('max-warnings', flags['max-warnings'], Number.POSITIVE_INFINITY)
  const linted = lintPaths(io, operands, which, flags.fix)
  rewriteAll(io, linted.fixed.files)
  const bad = linted.errors > 0 || linted.warnings > most
  writeLinted(io, flags.format, linted, bad)
  if (linted.errors === 0 && bad) io.stderr.write(`more warnings than --max-warnings ${most} allows\n`)
  return bad ? 1 : 0
}
