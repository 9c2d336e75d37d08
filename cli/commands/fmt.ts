import { join, relative } from 'node:path'
import { diagnosticJson, findSources } from '../../compiler/project/index.ts'
import { type Diagnostic, format } from '../../language/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import { type Arguments, defineCommand, type ExitCode } from '../command.ts'
import { readTextIfThere } from '../files/read-file.ts'
import { type Rewriting, rewriteAll } from '../files/rewrite.ts'
import { FORMAT } from '../flags.ts'
import type { Io } from '../io.ts'
import { writeDiagnostics, writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

const FLAGS = {
  check: { type: 'boolean', help: 'Change nothing; exit with 1 if a file is not formatted' },
  format: FORMAT,
} as const

export const fmt = defineCommand({
  name: 'fmt',
  summary: 'Format policies',
  operands: 'PATH…|-',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: FLAGS,
  more: `A folder stands for every .iap file in and below it; \`-\` formats standard input to standard output. Comments keep their
places. Lines end in LF, without a byte order mark. A file with syntax errors is left unchanged, and the exit code is 1.`,
  async run(io, args) {
    if (!args.operands.includes('-')) return formatFiles(io, args)
    if (args.operands.length > 1) throw new CliError('`-` (standard input) cannot be combined with PATH')
    return await formatInput(io, args)
  },
})

/** The results, with file names relative to the working directory. */
interface Formatted {
  /** Files whose text changed, or would. */
  readonly changed: readonly Rewritten[]
  readonly unchanged: readonly string[]
  /** Files that are no valid policies. */
  readonly failed: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

interface Rewritten extends Rewriting {
  readonly name: string
}

function formatFiles(io: Io, { flags, operands }: Arguments<typeof FLAGS>): ExitCode {
  // Reads all files before writing any, so that an unreadable one stops the command with nothing done.
  const formatted = formatTexts(io, operands)
  if (!flags.check) rewriteAll(io, formatted.changed)
  const bad = formatted.failed.length > 0 || (flags.check && formatted.changed.length > 0)
  if (flags.format === 'json') writeJson(io.stdout, formattedJson(formatted))
  else writeFormatted(io, formatted, flags.check, bad)
  return bad ? 1 : 0
}

function formatTexts(io: Io, operands: readonly string[]): Formatted {
  const found = findSources(io, operands)
  const changed: Rewritten[] = []
  const unchanged: string[] = []
  const failed: string[] = []
  const diagnostics: Diagnostic[] = []
  for (const each of found.names) {
    const path = join(found.root, each)
    const name = relative(io.cwd, path)
    const before = readTextIfThere(io, name)
    if (before === null) throw new CliError(`\`${name}\` no longer exists`, 'it was removed during this run: format again')
    const after = format({ name, text: before })
    if (after.text === null) {
      failed.push(name)
      diagnostics.push(...after.diagnostics)
    } else if (after.text === before) unchanged.push(name)
    else changed.push({ name, path, text: after.text })
  }
  return { changed, unchanged, failed, diagnostics }
}

function formattedJson({ changed, unchanged, failed, diagnostics }: Formatted): object {
  return { changed: changed.map(({ name }) => name), unchanged, failed, diagnostics: diagnostics.map(diagnosticJson) }
}

function writeFormatted(io: Io, { changed, unchanged, diagnostics, failed }: Formatted, check: boolean, bad: boolean): void {
  writeDiagnostics(io.stdout, diagnostics)
  for (const { name } of changed) io.stdout.write(`${name}\n`)
  const style = paint(io.stdout)
  const all = changed.length + unchanged.length + failed.length
  const parts = [
    check ? `${count(changed.length, 'file')} of ${all} would change` : `${count(changed.length, 'file')} of ${all} formatted`,
    ...(failed.length === 0 ? [] : [`${count(failed.length, 'file')} with syntax errors left unchanged`]),
  ]
  io.stdout.write(`${bad ? style.red('✗') : style.green('✓')} ${parts.join(', ')}\n`)
}

/** Writes only the formatted text to standard output. */
async function formatInput(io: Io, { flags }: Arguments<typeof FLAGS>): Promise<ExitCode> {
  if (flags.format === 'json')
    throw new CliError('`iap fmt -` does not support `--format json`', 'leave out `--format`, or give files instead of `-`')
  const before = await io.stdin.text().catch((error: unknown) => {
    throw new CliError(`standard input cannot be read: ${reasonOf(error)}`)
  })
  const { text, diagnostics } = format({ name: '<stdin>', text: before })
  if (text === null) {
    writeDiagnostics(io.stderr, diagnostics)
    return 1
  }
  if (!flags.check) io.stdout.write(text)
  return flags.check && text !== before ? 1 : 0
}
