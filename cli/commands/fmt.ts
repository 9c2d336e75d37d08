import { join, relative } from 'node:path'
import { diagnosticJson, findSources } from '../../compiler/project/index.ts'
import { type Diagnostic, format, type Source } from '../../language/index.ts'
import { CliError } from '../cli-error.ts'
import { type Arguments, defineCommand, type ExitCode } from '../command.ts'
import { readStandardInput, readTextIfThere } from '../files/read-file.ts'
import { type Rewriting, rewriteAll } from '../files/rewrite.ts'
import type { Finding } from '../formats/finding.ts'
import { findingWriters } from '../formats/finding-writers.ts'
import { readReports, reportFlags, writeReports } from '../formats/reports.ts'
import type { Io, Output } from '../io.ts'
import { writeDiagnostics, writeJson } from '../report.ts'
import { count, paint } from '../style.ts'
import { showDiffs } from '../text-diff/show-diffs.ts'
import { firstChange } from '../text-diff/unified-diff.ts'

const FORMATS = ['human', 'json', 'github', 'gitlab'] as const

const FLAGS = {
  check: { type: 'boolean', help: 'Change nothing; show what would change, and exit with 1 if a file is not formatted' },
  ...reportFlags(FORMATS, 'Write text, JSON, or findings for GitHub or GitLab'),
} as const

export const fmt = defineCommand({
  name: 'fmt',
  summary: 'Format policies',
  operands: 'PATH…|-',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: FLAGS,
  more: `A folder stands for every .iap file in and below it; \`-\` formats standard input to standard output. Comments keep their
places. Lines end in LF, without a byte order mark. A file with syntax errors is left unchanged, and the exit code is 1. With
--check, the difference is shown as a unified diff.`,
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
  /** The text before formatting. */
  readonly source: Source
}

function formatFiles(io: Io, { flags, operands }: Arguments<typeof FLAGS>): ExitCode {
  const reports = readReports(io, FORMATS, flags)
  // Reads all files before writing any, so that an unreadable one stops the command with nothing done.
  const formatted = formatTexts(io, operands)
  if (!flags.check) rewriteAll(io, formatted.changed)
  const bad = formatted.failed.length > 0 || (flags.check && formatted.changed.length > 0)
  writeReports(io, reports, {
    human: (output) => writeFormatted(output, formatted, flags.check, bad),
    json: (output) => writeJson(output, formattedJson(formatted)),
    ...findingWriters(() => [...formatted.diagnostics, ...(flags.check ? formatted.changed.map(notFormatted) : [])]),
  })
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
    const source = { name, text: before }
    const after = format(source)
    if (after.text === null) {
      failed.push(name)
      diagnostics.push(...after.diagnostics)
    } else if (after.text === before) unchanged.push(name)
    else changed.push({ source, path, text: after.text })
  }
  return { changed, unchanged, failed, diagnostics }
}

function formattedJson({ changed, unchanged, failed, diagnostics }: Formatted): object {
  return { changed: changed.map(({ source }) => source.name), unchanged, failed, diagnostics: diagnostics.map(diagnosticJson) }
}

/** Points at the first line that would change. */
function notFormatted({ source, text }: Rewritten): Finding {
  const span = { source, ...firstChange(source.text, text) }
  return { code: 'not-formatted', severity: 'error', message: 'the file is not formatted', help: 'run `iap fmt`', span }
}

function writeFormatted(
  output: Output,
  { changed, unchanged, diagnostics, failed }: Formatted,
  check: boolean,
  bad: boolean,
): void {
  writeDiagnostics(output, diagnostics)
  const style = paint(output)
  if (check) output.write(showDiffs(changed, style))
  else for (const { source } of changed) output.write(`${source.name}\n`)
  const all = changed.length + unchanged.length + failed.length
  const parts = [
    check ? `${count(changed.length, 'file')} of ${all} would change` : `${count(changed.length, 'file')} of ${all} formatted`,
    ...(failed.length === 0 ? [] : [`${count(failed.length, 'file')} with syntax errors left unchanged`]),
  ]
  output.write(`${bad ? style.red('✗') : style.green('✓')} ${parts.join(', ')}\n`)
}

/** Writes only the formatted text to standard output, or with `--check` only the difference. */
async function formatInput(io: Io, { flags }: Arguments<typeof FLAGS>): Promise<ExitCode> {
  if (flags.output.length > 0 || (flags.format ?? 'human') !== 'human')
    throw new CliError('`iap fmt -` supports neither `--format` nor `--output`', 'leave them out, or give files instead of `-`')
  const before = await readStandardInput(io)
  const source = { name: '<stdin>', text: before }
  const { text, diagnostics } = format(source)
  if (text === null) {
    writeDiagnostics(io.stderr, diagnostics)
    return 1
  }
  if (!flags.check) io.stdout.write(text)
  else if (text !== before) io.stdout.write(showDiffs([{ source, text }], paint(io.stdout)))
  return flags.check && text !== before ? 1 : 0
}
